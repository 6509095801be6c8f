package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.tcp.config.OpenConditions;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SecurityLabel;
import io.towpath.wire.SecurityLabel.Level;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// The security label is in the IPv4 header, and of one packet alone, whatever its TCP header shares with the last one.
class SegmentRunLabelTest {
    private static final SecurityLabel SECRET = SecurityLabel.basic(Level.SECRET, 0x80);
    private static final int LABEL = 0x8204_5a80; // the same as 32 bits
    private static final int NOPS = 0x0101_0101;
    private static final int RECORD_ROUTE = 0x0708_0400; // 8 octets: its last four are data

    private static Ladder open() {
        Ladder t = new Ladder(TcpConfig.defaults()
                .withTimestamps(false)
                .withSack(false)
                .withWindowScaling(false)
                .withConditions(OpenConditions.none().withSecurity(SECRET)));
        t.listen();
        t.label = SECRET;
        t.in("S 0:0(0) win 1000");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 1000");
        t.accept();
        return t;
    }

    /// A segment in an IPv4 packet with these eight octets of options.
    private static void in(Ladder t, String notation, int first, int second) {
        byte[] segment = t.segment(notation).emit(Ladder.PEER, Ladder.HOST);
        Packet packet = t.pool.take(segment.length);
        System.arraycopy(segment, 0, packet.bytes, packet.at, segment.length);
        packet.end = packet.at + segment.length;
        packet.transportAt = packet.at;
        packet.networkAt = packet.at - 28;
        Bytes.put8(packet.bytes, packet.networkAt, 0x47);
        Bytes.put32(packet.bytes, packet.at - 8, first);
        Bytes.put32(packet.bytes, packet.at - 4, second);
        packet.protocol = IpProtocol.TCP;
        packet.sourceHigh = Ladder.PEER.high();
        packet.sourceLow = Ladder.PEER.low();
        packet.destinationHigh = Ladder.HOST.high();
        packet.destinationLow = Ladder.HOST.low();
        t.tcp.input(t.now, packet);
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void aLabelAtAnotherPlaceThanTheLastOneIsFound() {
        Ladder t = open();
        in(t, ". 1:11(10) ack 1 win 1000", LABEL, NOPS);
        in(t, ". 11:21(10) ack 1 win 1000", NOPS, LABEL);
        t.read(20);
        assertThat(t.dropped(Drop.TCP_SECURITY)).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void dataOfAnotherOptionWhereTheLastPacketHadItsLabelIsNoLabel() {
        Ladder t = open();
        in(t, ". 1:11(10) ack 1 win 1000", NOPS, LABEL);
        in(t, ". 11:21(10) ack 1 win 1000", RECORD_ROUTE, LABEL);
        assertThat(t.dropped(Drop.TCP_SECURITY)).isOne();
        t.read(10);
    }
}
