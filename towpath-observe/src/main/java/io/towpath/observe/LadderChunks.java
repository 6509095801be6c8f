package io.towpath.observe;

import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// Reads SCTP packets into [LadderLabel]s. It knows the initial TSNs of the association that is followed, each of
/// which is 1 in the ladder, and numbers the paths in the order in which they are used.
final class LadderChunks {
    private final Side left = new Side();
    private final Side right = new Side();
    private final List<IpAddress> paths = new ArrayList<>();

    /// One sender's TSNs.
    private static final class Side {
        boolean known;
        long initial;
        long highest;

        void begin(long wire) {
            known = true;
            initial = wire;
            highest = wire - 1;
        }

        long relative(long wire) {
            return known ? Serial.unwrap((int) wire, Math.max(0, highest)) - initial + 1 : wire;
        }
    }

    /// The packet whose common header is at `at`.
    ///
    /// @param rightAddress the right host's address in the packet: it names the path
    LadderLabel.Sctp label(boolean fromLeft, IpAddress rightAddress, byte[] b, int at, int end) {
        Side sender = fromLeft ? left : right;
        Side receiver = fromLeft ? right : left;
        if (!paths.contains(rightAddress)) {
            paths.add(rightAddress);
        }
        var text = new StringJoiner("; ");
        int dataBytes = 0;
        boolean again = false;
        boolean notable = false;
        for (SctpChunk chunk : SctpPacket.parse(b, at, end).chunks()) {
            switch (chunk) {
                case SctpChunk.Init init -> {
                    sender.begin(init.tsn());
                    notable = true;
                    text.add(name(chunk) + " tsn 1 streams " + init.outboundStreams() + "/" + init.inboundStreams()
                            + " rwnd " + init.rwnd());
                }
                case SctpChunk.Data data -> {
                    long tsn = sender.relative(data.tsn());
                    again |= sent(sender, data.tsn());
                    dataBytes += data.data().length();
                    text.add("DATA " + tsn + " sid " + data.streamId() + " ssn " + data.ssn() + " len "
                            + data.data().length());
                }
                case SctpChunk.IData data -> {
                    long tsn = sender.relative(data.tsn());
                    again |= sent(sender, data.tsn());
                    dataBytes += data.data().length();
                    text.add("I-DATA " + tsn + " sid " + data.streamId() + " mid " + data.mid() + " len "
                            + data.data().length());
                }
                case SctpChunk.Sack sack -> text.add(sack(sack, receiver));
                default -> {
                    notable |= chunk.type() != SctpChunks.HEARTBEAT && chunk.type() != SctpChunks.HEARTBEAT_ACK;
                    text.add(name(chunk));
                }
            }
        }
        int path = paths.indexOf(rightAddress) + 1;
        return new LadderLabel.Sctp((path == 1 ? "" : "path " + path + ": ") + text, dataBytes, again, notable);
    }

    /// Whether the TSN was sent before.
    private static boolean sent(Side sender, long wire) {
        if (!sender.known) {
            sender.begin(wire);
        }
        long tsn = Serial.unwrap((int) wire, Math.max(0, sender.highest));
        boolean again = tsn <= sender.highest;
        sender.highest = Math.max(sender.highest, tsn);
        return again;
    }

    private static String sack(SctpChunk.Sack sack, Side acknowledged) {
        long cumulative = acknowledged.relative(sack.cumulativeTsn());
        var text = new StringBuilder("SACK " + cumulative);
        for (SctpChunk.Sack.Gap gap : sack.gaps()) {
            text.append(" +").append(cumulative + gap.start());
            text.append(gap.end() == gap.start() ? "" : "-" + (cumulative + gap.end()));
        }
        return text.append(" rwnd ").append(sack.rwnd()).toString();
    }

    /// As RFC 9260 writes it: `COOKIE ECHO`.
    private static String name(SctpChunk chunk) {
        return SctpChunks.name(chunk.type()).replace('_', ' ');
    }

    /// Ports of a packet, source and destination, as one number.
    static int ports(byte[] b, int at) {
        return SctpHeader.sourcePort(b, at) << 16 | SctpHeader.destinationPort(b, at);
    }
}
