package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Drop;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/// SCTP in UDP datagrams (RFC 6951) as the engine sees it; with the IP layer below it: `stack.SctpInUdpTest`.
class EncapsulationTest {
    private static SctpLadder connected(SctpConfig config) {
        var t = new SctpLadder(config);
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        t.connect();
        t.peerUdpPort = config.encapsulationPort();
        t.next();
        t.in(t.initAck());
        t.next();
        t.in(SctpLadder.cookieAck());
        return t;
    }

    private static SctpLadder accepted(int peerUdpPort) {
        var t = new SctpLadder();
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        t.peerUdpPort = peerUdpPort;
        t.listen();
        t.in(t.init());
        t.next();
        t.in(t.cookieEcho());
        t.next();
        t.accept();
        return t;
    }

    private static int sentTo(SctpLadder t) {
        t.send(0, 10);
        int port = t.next().udpPort();
        t.ignore();
        return port;
    }

    @Test
    @Rfc(value = 6951, section = "5.3", requirement = "6951-5.3-1")
    void theFirstPacketGoesToThePortThatTheSettingsName() {
        var t = new SctpLadder(SctpLadder.plain().withEncapsulation(9899));
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        t.connect();
        assertThat(t.next().udpPort()).isEqualTo(9899);
        t.after(3000);
        assertThat(t.next().udpPort()).as("INIT again").isEqualTo(9899);
    }

    @Test
    @Rfc(value = 6951, section = "5.1", requirement = "6951-5.1-2")
    void theHostsOwnPortForPeersServesWhereTheSettingsNameNone() {
        var t = new SctpLadder();
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 9899);
        t.connect();
        assertThat(t.next().udpPort()).isEqualTo(9899);

        var without = new SctpLadder(SctpLadder.plain().withEncapsulation(0));
        without.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 9899);
        without.connect();
        assertThat(without.next().udpPort()).isZero();
    }

    @Test
    void aHostWithoutAUdpPortOfItsOwnDoesNotEncapsulate() {
        var t = new SctpLadder(SctpLadder.plain().withEncapsulation(9899));
        var result = t.sctp.connect(t.now, List.of(), 0, t.peers, SctpLadder.PEER_PORT, t.config);
        assertThat(result).isEqualTo(new Association.Failed(SctpError.NOT_SUPPORTED));
        assertThatThrownBy(() -> SctpConfig.defaults().withEncapsulation(65_536))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Rfc(value = 6951, section = "5.4")
    void whatPeersBeginGoesBackTheWayItCame() {
        var t = new SctpLadder();
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 9899);
        t.peerUdpPort = 40_000;
        t.listen();
        t.in(t.init());
        assertThat(t.next().udpPort()).as("INIT ACK").isEqualTo(40_000);
        // The NAT box gave the connection another port meanwhile.
        t.peerUdpPort = 40_001;
        t.in(t.cookieEcho());
        assertThat(t.next().udpPort()).as("COOKIE ACK").isEqualTo(40_001);
        t.accept();
        assertThat(sentTo(t)).as("DATA").isEqualTo(40_001);
    }

    @Test
    @Rfc(value = 6951, section = "5.4")
    void packetsOutOfTheBlueAreAnsweredTheWayTheyCame() {
        var t = new SctpLadder();
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        t.peerUdpPort = 40_000;
        t.inject(0, 77, t.data(1, 0, 0, 10));
        var abort = t.next();
        assertThat(abort.udpPort()).isEqualTo(40_000);
        assertThat(abort.packet().chunks().getFirst().type()).isEqualTo(SctpChunks.ABORT);
    }

    @Test
    @Rfc(value = 6951, section = "5.4", requirement = "6951-5.4-2")
    void thePeersPortIsThatOfItsLastPacketWithTheRightTag() {
        var t = connected(SctpLadder.plain().withEncapsulation(9899));
        assertThat(sentTo(t)).isEqualTo(9899);
        t.peerUdpPort = 41_000;
        t.in(t.data(1, 0, 0, 10));
        assertThat(t.next().udpPort()).as("its SACK").isEqualTo(41_000);
        assertThat(sentTo(t)).isEqualTo(41_000);

        t.peerUdpPort = 42_000;
        t.inject(0, t.hostTag + 1, t.data(2, 0, 1, 10));
        assertThat(t.dropped(Drop.SCTP_BAD_TAG)).isOne();
        assertThat(sentTo(t)).as("after a packet with a wrong tag").isEqualTo(41_000);
    }

    @Test
    @Rfc(value = 6951, section = "5.4", requirement = "6951-5.4-3")
    void aPacketInIpAloneEndsTheEncapsulationAndOneInUdpBeginsIt() {
        var t = accepted(40_000);
        assertThat(sentTo(t)).isEqualTo(40_000);
        t.peerUdpPort = 0;
        t.in(t.data(1, 0, 0, 10));
        t.ignore();
        assertThat(sentTo(t)).isZero();
        t.peerUdpPort = 40_000;
        t.in(t.data(2, 0, 1, 10));
        t.ignore();
        assertThat(sentTo(t)).isEqualTo(40_000);
    }

    @Test
    @Rfc(value = 6951, section = "5.1", requirement = "6951-5.1-1")
    void everyAddressOfThePeerHasAPortOfItsOwn() {
        var t = new SctpLadder(SctpLadder.plain(), 2);
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        t.peerUdpPort = 40_000;
        t.listen();
        t.in(t.init());
        t.next();
        t.in(t.cookieEcho());
        t.next();
        t.accept();
        var heartbeat = t.next();
        assertThat(heartbeat.path()).isEqualTo(1);
        assertThat(heartbeat.udpPort()).as("the port is the first guess").isEqualTo(40_000);
        t.peerUdpPort = 50_000;
        t.inFrom(1, SctpLadder.heartbeatAck(heartbeat));
        t.ignore();
        assertThat(t.path(0).encapsulationPort()).isEqualTo(40_000);
        assertThat(t.path(1).encapsulationPort()).isEqualTo(50_000);
        assertThat(sentTo(t)).isEqualTo(40_000);
    }

    @Test
    @Rfc(value = 6951, section = "5.6", requirement = "6951-5.6-1")
    void theUdpHeaderTakesEightBytesOfEveryPacket() {
        var t = accepted(0);
        int plain = t.info().fragmentBytes();
        t.peerUdpPort = 40_000;
        t.in(t.data(1, 0, 0, 10));
        t.ignore();
        assertThat(t.info().fragmentBytes()).isEqualTo(plain - 8);
        t.send(0, plain);
        assertThat(t.next().packet().chunks())
                .singleElement()
                .satisfies(chunk ->
                        assertThat(((SctpChunk.Data) chunk).data().length()).isEqualTo(plain - 8));
        t.ignore();
        t.peerUdpPort = 0;
        t.in(t.data(2, 0, 1, 10));
        t.ignore();
        assertThat(t.info().fragmentBytes()).isEqualTo(plain);
    }

    @Test
    @Rfc(value = 6951, section = "5.7", requirement = "6951-5.7-1")
    void noAddressIsToldInUdpUnlessItsEndpointIsBoundToItByName() {
        var t = new SctpLadder(SctpLadder.plain().withEncapsulation(9899), 2);
        t.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        t.connect();
        assertThat(init(t.next())).doesNotContain("10.0.");
        assertThat(t.info().localAddresses())
                .as("the peer knows one address only")
                .containsExactly(t.own.getFirst());

        var named = new SctpLadder(SctpLadder.plain().withEncapsulation(9899), 2);
        named.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        named.sctp.connect(named.now, named.own, 0, named.peers, SctpLadder.PEER_PORT, named.config);
        assertThat(init(named.next())).contains("10.0.0.1").contains("10.0.1.1");

        var server = new SctpLadder(SctpLadder.plain(), 2);
        server.sctp.encapsulate(SctpLadder.OWN_UDP_PORT, 0);
        server.peerUdpPort = 40_000;
        server.listen();
        server.in(server.init());
        assertThat(init(server.next())).doesNotContain("10.0.");
    }

    private static String init(SctpLadder.Departed departed) {
        return ((SctpChunk.Init) departed.packet().chunks().getFirst())
                .parameters()
                .toString();
    }

    @Test
    @Rfc(value = 6951, section = "6.1", requirement = "6951-6.1-1")
    void theUserMayChangeAPathsPort() {
        var t = accepted(40_000);
        var a = t.association();
        assertThat(t.sctp.setEncapsulation(t.now, a, t.peers.getFirst(), 41_000))
                .isNull();
        assertThat(sentTo(t)).isEqualTo(41_000);
        assertThat(t.sctp.setEncapsulation(t.now, a, t.peers.getFirst(), 0)).isNull();
        assertThat(sentTo(t)).isZero();
        assertThat(t.sctp.setEncapsulation(t.now, a, t.peers.getFirst(), 65_536))
                .isEqualTo(SctpError.INVALID);
        assertThat(t.sctp.setEncapsulation(t.now, a, IpAddress.parse("10.9.9.9"), 1))
                .isEqualTo(SctpError.BAD_DESTINATION);

        var without = SctpLadder.established();
        assertThat(without.sctp.setEncapsulation(without.now, without.association(), without.peers.getFirst(), 9899))
                .isEqualTo(SctpError.NOT_SUPPORTED);
    }
}
