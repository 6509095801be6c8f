package io.towpath.observe;

import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.wire.Endpoint;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.UdpDatagram;
import java.util.ArrayList;
import java.util.List;

/// Two hosts that say by hand what a ladder shall record. The wire takes 20 ms.
final class Conversation {
    static final Ip4Address LEFT = (Ip4Address) IpAddress.parse("10.0.0.1");
    static final Ip4Address RIGHT = (Ip4Address) IpAddress.parse("10.0.0.2");
    static final long DELAY = 20 * Time.MILLISECOND;
    private static final long LEFT_ISS = 0xffff_ff00L;
    private static final long RIGHT_ISS = 7_000_000L;

    final Ladder ladder = new Ladder("client", "server");
    private final Packet meta = new PacketPool().take(0);
    private final List<Arrival> arrivals = new ArrayList<>();

    private record Arrival(long at, boolean fromLeft, byte[] packet) {}

    /// The left host sends a segment that arrives.
    Conversation left(long at, int flags, long seq, long ack, int length, TcpOption... options) {
        return segment(at, true, true, flags, seq, ack, length, options);
    }

    /// The right host sends a segment that arrives.
    Conversation right(long at, int flags, long seq, long ack, int length, TcpOption... options) {
        return segment(at, false, true, flags, seq, ack, length, options);
    }

    /// The left host sends a segment that is lost.
    Conversation leftLost(long at, int flags, long seq, long ack, int length) {
        return segment(at, true, false, flags, seq, ack, length);
    }

    private Conversation segment(
            long at,
            boolean fromLeft,
            boolean arrives,
            int flags,
            long seq,
            long ack,
            int length,
            TcpOption... options) {
        long acknowledgment = (flags & TcpHeader.ACK) == 0 ? 0 : (fromLeft ? RIGHT_ISS : LEFT_ISS) + ack & 0xffff_ffffL;
        long sequence = (fromLeft ? LEFT_ISS : RIGHT_ISS) + seq & 0xffff_ffffL;
        TcpSegment segment = TcpSegment.of(
                        fromLeft ? 49152 : 80, fromLeft ? 80 : 49152, flags, sequence, acknowledgment, 65535)
                .with(options)
                .withPayload(new byte[length]);
        return packet(at, fromLeft, arrives, IpProtocol.TCP, segment.emit(from(fromLeft), from(!fromLeft)));
    }

    /// The left host sends a UDP datagram that arrives.
    Conversation datagram(long at, int length) {
        var datagram = new UdpDatagram(5000, 7, Octets.of(new byte[length]));
        return packet(at, true, true, IpProtocol.UDP, datagram.emit(LEFT, RIGHT));
    }

    private static Ip4Address from(boolean left) {
        return left ? LEFT : RIGHT;
    }

    private Conversation packet(long at, boolean fromLeft, boolean arrives, int protocol, byte[] payload) {
        until(at);
        byte[] packet =
                Ip4Packet.of(from(fromLeft), from(!fromLeft), protocol, payload).emit();
        (fromLeft ? ladder.leftPackets() : ladder.rightPackets()).packet(at, true, packet, 0, packet.length, meta);
        if (arrives) {
            arrivals.add(new Arrival(at + DELAY, fromLeft, packet));
        }
        return this;
    }

    /// Lets arrive what is due up to `moment`.
    Conversation until(long moment) {
        while (!arrivals.isEmpty() && arrivals.getFirst().at() <= moment) {
            Arrival due = arrivals.removeFirst();
            (due.fromLeft() ? ladder.rightPackets() : ladder.leftPackets())
                    .packet(due.at(), false, due.packet(), 0, due.packet().length, meta);
        }
        return this;
    }

    /// A host changes its state.
    Conversation become(long at, boolean left, TcpState from, TcpState to) {
        var here = new Endpoint(from(left), left ? 49152 : 80);
        var there = new Endpoint(from(!left), left ? 80 : 49152);
        (left ? ladder.leftStates() : ladder.rightStates())
                .on(new TcpEvent.StateChanged(at, 1, here, there, from, to, "test"));
        return this;
    }

    /// The ladder as a text without colours.
    String draw(TextStyle style) {
        until(Long.MAX_VALUE - 1);
        var text = new LadderText(ladder, style);
        var lines = new ArrayList<>(text.heading());
        lines.addAll(text.lines(ladder.since(0)));
        return String.join("\n", lines);
    }
}
