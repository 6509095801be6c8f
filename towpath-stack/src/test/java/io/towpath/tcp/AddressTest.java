package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Addresses and what else TCP and IP tell each other: RFC 9293 §3.9.1.1, §3.9.1.9, §3.9.2.
class AddressTest {
    private static final IpAddress FOREIGN = IpAddress.parse("10.0.0.77");

    private static TcpConnection.Result connect(Ladder t, IpAddress local, IpAddress remote) {
        return t.tcp.connect(t.now, local, 5000, remote, 80, t.config);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-43")
    void openMayNameTheLocalAddress() {
        var t = new Ladder();
        var opened = (TcpConnection.Opened) connect(t, Ladder.HOST, Ladder.PEER);
        assertThat(opened.connection().localAddress()).isEqualTo(Ladder.HOST);
        assertThat(connect(t, FOREIGN, Ladder.PEER))
                .isEqualTo(new TcpConnection.Failed(TcpError.ADDRESS_NOT_AVAILABLE));
        assertThat(t.tcp.listen(t.now, Ladder.HOST, 7, 1, t.config)).isInstanceOf(TcpListener.Listening.class);
        assertThat(t.tcp.listen(t.now, FOREIGN, 7, 1, t.config))
                .isEqualTo(new TcpListener.Failed(TcpError.ADDRESS_NOT_AVAILABLE));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-44")
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-45")
    void ipChoosesTheLocalAddressOfAnActiveOpenThatNamesNone() {
        var t = new Ladder();
        t.connect();
        assertThat(t.connection().localAddress()).isEqualTo(Ladder.HOST);
        t.out("S 0:0(0)"); // the ladder's checksum check holds the address of every segment fast
        t.in("S. 0:0(0) ack 1");
        t.out(". 1:1(0) ack 1");
        t.write(10);
        t.out("P. 1:11(10) ack 1");
        assertThat(t.connection().localAddress()).isEqualTo(Ladder.HOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.1", "239.255.255.255", "255.255.255.255", "0.0.0.0", "ff02::1", "::"})
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-46")
    void openTowardsAnImpossibleAddressFails(String remote) {
        var t = new Ladder();
        assertThat(connect(t, null, IpAddress.parse(remote))).isEqualTo(new TcpConnection.Failed(TcpError.NO_ROUTE));
        t.nothing();
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-46")
    void openTowardsADirectedBroadcastFails() {
        var t = new Ladder();
        t.network.broadcast = true;
        assertThat(connect(t, null, Ladder.PEER)).isEqualTo(new TcpConnection.Failed(TcpError.NO_ROUTE));
        t.nothing();
    }

    @Test
    void openWithoutARouteFails() {
        var t = new Ladder();
        t.network.unreachable = true;
        assertThat(connect(t, null, Ladder.PEER)).isEqualTo(new TcpConnection.Failed(TcpError.NO_ROUTE));
        assertThat(t.tcp.rowCount()).isZero();
    }

    /// A packet of the peer's `segment`, addressed to a group when `toGroup`.
    private static void arrive(Ladder t, TcpSegment segment, IpAddress source, IpAddress destination, boolean toGroup) {
        byte[] bytes = segment.emit(source, destination);
        Packet packet = t.pool.take(bytes.length);
        System.arraycopy(bytes, 0, packet.bytes, packet.at, bytes.length);
        packet.end = packet.at + bytes.length;
        packet.sourceHigh = source.high();
        packet.sourceLow = source.low();
        packet.destinationHigh = destination.high();
        packet.destinationLow = destination.low();
        packet.toGroup = toGroup;
        t.tcp.input(t.now, packet);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.2.3", requirement = "MUST-57")
    void synToAGroupIsDroppedInSilence() {
        var t = new Ladder();
        t.listen();
        for (String group : new String[] {"224.0.0.1", "255.255.255.255", "10.0.0.255"}) {
            arrive(t, t.segment("S 0:0(0)"), Ladder.PEER, IpAddress.parse(group), true);
        }
        t.nothing();
        assertThat(t.tcp.rowCount()).isZero();
        assertThat(t.dropped(Drop.TCP_BAD_ADDRESS)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.1", "255.255.255.255", "0.0.0.0", "10.0.0.255", "127.0.0.1"})
    @Rfc(value = 9293, section = "3.9.2.3", requirement = "MUST-63")
    void synFromAnImpossibleAddressIsDroppedInSilence(String source) {
        // "…either by TCP or by the IP layer": here by IP, so a whole host is asked.
        var host = new TestHost("host", 1);
        var at = host.raw(1500, "10.0.0.1/24");
        host.stack.tcp().listen(0, null, 80, 16, TcpConfig.defaults());
        byte[] syn = TcpSegment.of(40_000, 80, TcpHeader.SYN, 5, 0, 1000).emit(IpAddress.parse(source), Ladder.HOST);
        host.in(0, at, Packets.ip(IpAddress.parse(source), Ladder.HOST, IpProtocol.TCP, syn));
        assertThat(host.out(0, at)).isEmpty();
        assertThat(host.stack.tcp().rowCount()).isZero();
        assertThat(host.drops(Drop.MARTIAN_SOURCE)).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.2", requirement = "MUST-50")
    void unknownIpOptionsOfASegmentAreIgnored() {
        var host = new TestHost("host", 1);
        var at = host.raw(1500, "10.0.0.1/24");
        host.stack.tcp().listen(0, null, 80, 16, TcpConfig.defaults());
        byte[] syn = TcpSegment.of(40_000, 80, TcpHeader.SYN, 5, 0, 1000).emit(Packets.PEER4, Packets.HOST4);
        Octets unknown = Octets.of((byte) 0x5e, (byte) 4, (byte) 1, (byte) 2);
        host.in(
                0,
                at,
                new Ip4Packet(0, 1, 0, 64, IpProtocol.TCP, Packets.PEER4, Packets.HOST4, unknown, Octets.of(syn))
                        .emit());
        assertThat(host.out(0, at)).hasSize(1);
        assertThat(host.stack.tcp().rowCount()).isEqualTo(1);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.2.2", requirement = "MUST-55")
    void sourceQuenchIsDroppedInSilence() {
        var host = new TestHost("host", 1);
        var at = host.raw(1500, "10.0.0.1/24");
        var opened =
                (TcpConnection.Opened) host.stack.tcp().connect(0, null, 0, Packets.PEER4, 80, TcpConfig.defaults());
        byte[] syn = host.frames(0, at).getFirst();
        host.in(0, at, Packets.error(Packets.PEER4, Packets.HOST4, 4, 0, 0, syn));
        assertThat(host.out(0, at)).isEmpty();
        assertThat(opened.connection().state()).isEqualTo(TcpState.SYN_SENT);
        assertThat(opened.connection().softError).isNull();
        assertThat(host.drops(Drop.ICMP_UNWANTED)).isEqualTo(1);
        // The same quotation in a message that counts ends the open.
        host.in(0, at, Packets.error(Packets.PEER4, Packets.HOST4, 3, 3, 0, syn));
        assertThat(opened.connection().error()).isEqualTo(TcpError.PORT_UNREACHABLE);
    }

    @Test
    void portZeroIsNobodys() {
        var t = new Ladder();
        for (int i = 0; i < 2; i++) {
            TcpSegment s = TcpSegment.of(i == 0 ? 0 : 40_000, i == 0 ? 80 : 0, 2, 5, 0, 1000);
            arrive(t, s, Ladder.PEER, Ladder.HOST, false);
        }
        t.nothing();
        assertThat(t.dropped(Drop.TCP_BAD_ADDRESS)).isEqualTo(2);
        assertThat(t.tcp.connect(t.now, null, 0, Ladder.PEER, 0, t.config)).isInstanceOf(TcpConnection.Failed.class);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.2", requirement = "MUST-49")
    @Rfc(value = 9293, section = "3.9.1.9", requirement = "MUST-48")
    @Rfc(value = 9293, section = "3.9.1.9", requirement = "SHLD-22")
    void everySegmentOfAConnectionCarriesItsHopLimitAndItsDiffservField() {
        TcpConfig config = TcpConfig.defaults().withHopLimit(17).withTrafficClass(0xb8);
        var active = new Ladder(config);
        active.connect();
        marked(active, "S 0:0(0)");
        active.in("S. 0:0(0) ack 1");
        marked(active, ". 1:1(0) ack 1");
        active.write(10);
        marked(active, "P. 1:11(10) ack 1");
        active.after(1000);
        marked(active, "P. 1:11(10) ack 1");
        active.abort();
        marked(active, "R. 11:11(0) ack 1");
        var passive = new Ladder(config);
        passive.listen();
        passive.in("S 0:0(0)");
        marked(passive, "S. 0:0(0) ack 1");
        passive.in(". 70000:70000(0) ack 1");
        marked(passive, ". 1:1(0) ack 1");
        passive.in(". 1:1(0) ack 9");
        marked(passive, "R 9:9(0)");
        passive.in(". 1:1(0) ack 1");
        passive.accept();
        passive.close();
        marked(passive, "F. 1:1(0) ack 1");
        passive.in("F. 1:1(0) ack 2");
        marked(passive, ". 2:2(0) ack 2");
        assertThat(States.rows(passive)).containsExactly(TcpState.TIME_WAIT);
    }

    private static void marked(Ladder t, String segment) {
        t.out(segment);
        assertThat(t.network.hopLimit).as("hop limit of %s", segment).isEqualTo(17);
        assertThat(t.network.trafficClass).as("traffic class of %s", segment).isEqualTo(0xb8);
        t.network.hopLimit = 0;
        t.network.trafficClass = 0;
    }
}
