package io.towpath.sctp.send;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.SendOptions;
import io.towpath.sctp.packet.PacketBuilder;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathTimer;
import io.towpath.sctp.send.OutstandingData.Chunk;
import io.towpath.sctp.send.OutstandingData.ChunkState;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpDataHeader;
import io.towpath.wire.SctpForwardTsnHeader;
import java.util.Arrays;

/// Messages that are given up (RFC 3758, RFC 7496), and the FORWARD-TSN that tells the peer not to wait for
/// them.
public final class PartialReliability {
    private final Context context;
    private int[] streams = new int[8];
    private int[] numbers = new int[8];
    private boolean[] unordered = new boolean[8];

    /// For associations of one host.
    public PartialReliability(Context context) {
        this.context = context;
    }

    /// Whether a message is not to be sent, or not again.
    ///
    /// @param transmissions how often the chunk in question was sent, 0 for never
    static boolean isOver(long now, OutgoingMessage message, int transmissions) {
        SendOptions options = message.options;
        return switch (options.policy()) {
            case RELIABLE, PRIORITY -> false;
            // RFC 3758 §4.1: "timed reliability": no more once the lifetime is over.
            case LIFETIME -> now >= Time.after(message.queuedAt, options.policyValue());
            // RFC 7496 §3.1: "the number of retransmissions".
            case RETRANSMISSIONS -> transmissions > options.policyValue();
        };
    }

    /// Drops messages at the head of the queue whose time is over before any of them was sent.
    void expireQueued(long now, Association a) {
        for (OutStream stream = a.sendQueue.next(); stream != null; stream = a.sendQueue.next()) {
            OutgoingMessage message = stream.head();
            if (message == null || !isOver(now, message, 0)) {
                return;
            }
            if (message.sent > 0 && !a.agreed.partialReliability()) {
                // The peer has a part of it, and could not be told that the rest will not come.
                return;
            }
            giveUp(now, a, message, stream);
        }
    }

    /// Gives up messages of which a chunk is to be sent again and must not. Only between peers that agreed on
    /// it: without FORWARD-TSN the other side would wait for ever.
    void expireLost(long now, Association a) {
        if (!a.agreed.partialReliability()) {
            return;
        }
        OutstandingData out = a.outstanding;
        for (Chunk chunk = out.firstLost(); chunk != null; chunk = out.nextLost(chunk.tsn + 1)) {
            OutgoingMessage message = chunk.message();
            if (isOver(now, message, chunk.transmissions)) {
                giveUp(now, a, message, a.sendQueue.stream(message.options.streamId()));
            }
        }
    }

    /// Nothing more of the message is sent, and all its chunks count as given up.
    private void giveUp(long now, Association a, OutgoingMessage message, OutStream stream) {
        boolean sent = message.sent > 0;
        a.inbox.add(new Notification.SendFailed(
                Arrays.copyOf(message.data, message.length), message.options, sent, SctpError.EXPIRED));
        a.tell(context, Signals.READABLE);
        message.abandoned = true;
        count(now, a, message);
        if (stream.head() == message) {
            a.sendQueue.dropHead(stream);
        }
        if (sent && !message.isSent()) {
            end(a, message);
        }
        if (message.outstanding == 0) {
            a.sendQueue.release(message);
        } else {
            OutstandingData out = a.outstanding;
            for (long tsn = out.cumAcked() + 1; tsn < out.nextTsn(); tsn++) {
                Chunk chunk = out.get(tsn);
                if (chunk.message == message) {
                    out.abandon(chunk);
                }
            }
        }
        if (a.blocked && a.hasRoomAgain()) {
            a.blocked = false;
            a.tell(context, Signals.WRITABLE);
        }
    }

    /// A message of which only a part has TSNs gets one more, for its end, which is never sent. All others may
    /// have arrived: a FORWARD-TSN that told nothing new would be discarded (RFC 3758 §3.6), and the peer would
    /// wait for the rest, and on an ordered stream for all that comes after it, for ever.
    private static void end(Association a, OutgoingMessage message) {
        Chunk chunk = a.outstanding.add();
        chunk.message = message;
        chunk.offset = message.sent;
        chunk.length = 0;
        chunk.fsn = message.nextFsn;
        chunk.flags = SctpDataHeader.E | (message.options.unordered() ? SctpDataHeader.U : 0);
        chunk.path = a.paths.primary();
        chunk.state = ChunkState.ABANDONED;
        message.outstanding++;
    }

    private void count(long now, Association a, OutgoingMessage message) {
        a.tally.abandoned++;
        context.counters().count(Counter.SCTP_ABANDONED);
        a.note(now, context, SctpEvent.Note.ABANDONED, message.length);
    }

    /// A message of more weight needs room (RFC 7496 §3.2, "Priority Policy"): messages of less weight that
    /// were not sent yet give way, the least important first.
    ///
    /// @param priority of the new message; greater numbers are less important
    public void makeRoom(long now, Association a, int bytes, long priority) {
        while (!a.writable(bytes)) {
            OutStream victim = a.sendQueue.leastImportant(priority);
            if (victim == null) {
                return;
            }
            OutgoingMessage message = a.sendQueue.removeLeastImportant(victim, priority);
            a.inbox.add(new Notification.SendFailed(
                    Arrays.copyOf(message.data, message.length), message.options, false, SctpError.EXPIRED));
            a.tell(context, Signals.READABLE);
            count(now, a, message);
            a.sendQueue.release(message);
        }
    }

    /// RFC 3758 §3.5 C2: "the data sender SHOULD try to further advance its local Advanced.Peer.Ack.Point […]
    /// as long as the chunk next in the out-queue space is marked as 'abandoned'". A FORWARD-TSN is due
    /// whenever it moved.
    public static void advance(Association a) {
        OutstandingData out = a.outstanding;
        a.advancedPeerAckPoint = Math.max(a.advancedPeerAckPoint, out.cumAcked());
        long before = a.advancedPeerAckPoint;
        long point = before;
        while (point + 1 < out.nextTsn() && out.get(point + 1).state == ChunkState.ABANDONED) {
            point++;
        }
        if (point > before) {
            a.advancedPeerAckPoint = point;
            a.forwardTsnDue = true;
        }
        if (a.advancedPeerAckPoint <= out.cumAcked()) {
            a.forwardTsnDue = false;
        }
    }

    /// Adds a FORWARD-TSN (I-FORWARD-TSN with interleaving) to the packet in hand. §3.5 C3: with "the stream
    /// and sequence numbers of skipped messages […] so that any ordered TSNs that are abandoned can be
    /// skipped".
    ///
    /// @return false when it does not fit
    public boolean write(long now, Association a, PacketBuilder packet) {
        boolean interleaving = a.agreed.interleaving();
        int entry = interleaving ? SctpForwardTsnHeader.I_STREAM_LENGTH : SctpForwardTsnHeader.STREAM_LENGTH;
        int most = (packet.room() - SctpForwardTsnHeader.LENGTH) / entry;
        if (packet.room() < SctpForwardTsnHeader.LENGTH) {
            return false;
        }
        OutstandingData out = a.outstanding;
        int count = 0;
        long point = out.cumAcked();
        while (point < a.advancedPeerAckPoint) {
            OutgoingMessage message = out.get(point + 1).message();
            boolean listed = interleaving || !message.options.unordered();
            int added = listed ? note(message, count) : count;
            if (added > most) {
                break;
            }
            count = added;
            point++;
        }
        byte[] b = packet.bytes();
        int type = interleaving ? SctpChunks.I_FORWARD_TSN : SctpChunks.FORWARD_TSN;
        int at = SctpForwardTsnHeader.write(b, packet.at(), type, (int) point);
        for (int i = 0; i < count; i++) {
            at = interleaving
                    ? SctpForwardTsnHeader.writeIStream(b, at, streams[i], unordered[i], numbers[i])
                    : SctpForwardTsnHeader.writeStream(b, at, streams[i], numbers[i]);
        }
        packet.finishChunk(at);
        a.tally.forwardTsnsOut++;
        context.counters().count(Counter.SCTP_FORWARD_TSNS_OUT);
        a.forwardTsnDue = false;
        // C5: "If a FORWARD TSN is sent, the sender MUST assure that at least one T3-rtx timer is running."
        Path path = packet.path();
        if (!path.timers.isSet(PathTimer.T3_RTX)) {
            path.timers.set(PathTimer.T3_RTX, Time.after(now, path.rto()));
        }
        return true;
    }

    /// Takes note of the largest skipped number of the message's stream.
    ///
    /// @return entries then
    private int note(OutgoingMessage message, int count) {
        int id = message.options.streamId();
        boolean isUnordered = message.options.unordered();
        for (int i = 0; i < count; i++) {
            if (streams[i] == id && unordered[i] == isUnordered) {
                numbers[i] = message.ssn; // TSNs and numbers of a stream grow together
                return count;
            }
        }
        if (count == streams.length) {
            streams = Arrays.copyOf(streams, count * 2);
            numbers = Arrays.copyOf(numbers, count * 2);
            unordered = Arrays.copyOf(unordered, count * 2);
        }
        streams[count] = id;
        numbers[count] = message.ssn;
        unordered[count] = isUnordered;
        return count + 1;
    }

    /// Whether T3-rtx must run for a FORWARD-TSN that is not acknowledged, even without data in flight.
    public static boolean isWaiting(Association a) {
        return a.advancedPeerAckPoint > a.outstanding.cumAcked();
    }

    /// Whether nothing that was sent is still to be acknowledged. RFC 3758 §3.5 A3: "When a data chunk is
    /// 'abandoned', the sender MUST treat the data chunk as being finally acked and no longer outstanding"; the
    /// peer must have been told of it once.
    public static boolean isSettled(Association a) {
        return a.outstanding.isEmpty() || !a.forwardTsnDue && a.advancedPeerAckPoint == a.outstanding.nextTsn() - 1;
    }

    /// A new Advanced.Peer.Ack.Point for an association that begins anew.
    public static void start(Association a) {
        a.advancedPeerAckPoint = a.outstanding.cumAcked();
        a.forwardTsnDue = false;
    }
}
