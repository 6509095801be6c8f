package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE;
import static io.towpath.nat.RawNat.BOB;
import static io.towpath.nat.RawNat.BOX;
import static io.towpath.nat.RawNat.OTHER;
import static io.towpath.nat.RawNat.SERVER;
import static io.towpath.nat.RawNat.syn;
import static io.towpath.nat.RawNat.tcp;
import static io.towpath.nat.RawNat.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Ip6;
import io.towpath.nat.NatMapping.State;
import io.towpath.stack.Packets;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.TcpHeader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What strangers outside, and hosts inside with the addresses of strangers, cannot do to the tables.
class StrangersTest {
    private static final int ACK = TcpHeader.ACK;
    private static final int RST = TcpHeader.RST;
    private static final int SYN = TcpHeader.SYN;

    private static RawNat forwarding() {
        return new RawNat(RawNat.config()
                .withForward(PortForward.tcp(80, new Endpoint(ALICE, 80)))
                .withForward(PortForward.sctp(80, new Endpoint(ALICE, 80))));
    }

    private static byte[] sctp(IpAddress from, int fromPort, IpAddress to, int toPort, long tag, SctpChunk chunk) {
        return Packets.ip(
                from,
                to,
                IpProtocol.SCTP,
                SctpPacket.of(fromPort, toPort, tag, chunk).emit());
    }

    /// That of the only connection.
    private static State state(RawNat nat) {
        List<State> states = nat.mappings().stream()
                .map(NatMapping::state)
                .filter(it -> it != State.FORWARD)
                .toList();
        assertThat(states).hasSize(1);
        return states.getFirst();
    }

    @Test
    void whatAnInsideHostRejectsBeginsNothingAndKeepsNothingAlive() {
        var nat = new RawNat();
        nat.open(5000);
        nat.pass(200 * Time.SECOND);
        for (int port = 1; port <= 10; port++) {
            assertThat(nat.in(tcp(OTHER, port, BOX, 5000, SYN | ACK, 7, 8))).hasSize(1);
            assertThat(nat.out(tcp(ALICE, 5000, OTHER, port, RST, 8, 0))).hasSize(1);
        }
        assertThat(nat.nat.sessionCount()).isOne();
        nat.pass(40 * Time.SECOND);
        assertThat(nat.nat.mappingCount()).isZero();
        nat.nothingIsLost();
    }

    @Test
    void anAbortOfAnInsideHostBeginsNothingEither() {
        var nat = forwarding();
        SctpChunk abort = new SctpChunk.Failure(SctpChunks.ABORT, SctpChunks.T, List.of());
        assertThat(nat.out(sctp(ALICE, 80, OTHER, 9, 77, abort))).hasSize(1);
        SctpChunk complete = new SctpChunk.Bare(SctpChunks.SHUTDOWN_COMPLETE, SctpChunks.T);
        assertThat(nat.out(sctp(ALICE, 80, OTHER, 9, 77, complete))).hasSize(1);
        assertThat(nat.nat.sessionCount()).isZero();
        // Without a mapping there is nothing that it could end.
        assertThat(nat.out(sctp(ALICE, 81, OTHER, 9, 77, abort))).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNTRANSLATABLE)).isOne();
        nat.nothingIsLost();
    }

    @Test
    void whoDoesNotKnowTheNumbersEstablishesNoConnection() {
        var nat = forwarding();
        assertThat(nat.in(syn(OTHER, 9, BOX, 80, 1000))).hasSize(1);
        assertThat(nat.out(tcp(ALICE, 80, OTHER, 9, SYN | ACK, 5_000_000, 1001)))
                .hasSize(1);
        // The source of the SYN is made up, so whoever sent it never saw the answer.
        assertThat(nat.in(tcp(OTHER, 9, BOX, 80, ACK, 1001, 77))).hasSize(1);
        assertThat(state(nat)).isEqualTo(State.OPENING);
        assertThat(nat.in(tcp(OTHER, 9, BOX, 80, ACK, 1001, 5_000_001))).hasSize(1);
        assertThat(state(nat)).isEqualTo(State.ESTABLISHED);
        nat.nothingIsLost();
    }

    @Test
    void whoDoesNotKnowTheTagEstablishesNoAssociation() {
        var nat = forwarding();
        assertThat(nat.in(sctp(
                        OTHER, 9, BOX, 80, 0, new SctpChunk.Init(SctpChunks.INIT, 0, 3, 9000, 1, 1, 1, List.of()))))
                .hasSize(1);
        nat.out(sctp(ALICE, 80, OTHER, 9, 3, new SctpChunk.Init(SctpChunks.INIT_ACK, 0, 4, 9000, 1, 1, 1, List.of())));
        var sack = new SctpChunk.Sack(0, 1, 1500, List.of(), List.of());
        nat.in(sctp(OTHER, 9, BOX, 80, 5, sack));
        assertThat(state(nat)).isEqualTo(State.OPENING);
        nat.in(sctp(OTHER, 9, BOX, 80, 4, sack));
        assertThat(state(nat)).isEqualTo(State.ESTABLISHED);
        nat.nothingIsLost();
    }

    @Test
    void anInsideHostMapsNoAddressThatIsOutside() {
        IpAddress routed = IpAddress.parse("198.51.100.1");
        for (var config : List.of(RawNat.config(), RawNat.config().withAddresses(routed))) {
            var nat = new RawNat(config);
            assertThat(nat.out(udp(OTHER, 4000, SERVER, 53))).isEmpty();
            assertThat(nat.out(udp(routed, 4000, SERVER, 53))).isEmpty();
            assertThat(nat.nat.mappingCount()).isZero();
            assertThat(nat.drops(Drop.NAT_UNTRANSLATABLE)).isEqualTo(2);
            nat.nothingIsLost();
        }
    }

    @Test
    void aForwardToAHostOutsideSendsNothingBackOutside() {
        var nat = new RawNat(RawNat.config().withForward(PortForward.udp(80, new Endpoint(OTHER, 80))));
        assertThat(nat.in(udp(SERVER, 53, BOX, 80))).isEmpty();
        assertThat(nat.box.frames(nat.now, nat.outside)).isEmpty();
        assertThat(nat.nat.mappingCount()).isOne();
        nat.nothingIsLost();
    }

    @Test
    void aPacketFromOutsideReachesNoInsideAddressByItsName() {
        var nat = new RawNat();
        nat.out(udp(ALICE, 4000, SERVER, 53));
        assertThat(nat.in(udp(SERVER, 53, ALICE, 4000))).isEmpty();
        assertThat(nat.in(syn(SERVER, 53, BOB, 80, 1))).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isEqualTo(2);
        nat.nothingIsLost();
    }

    @Test
    void servicesOnTheInsideAddressOfTheBoxAreNotReachedFromOutside() {
        IpAddress insideAddress = IpAddress.parse("10.0.0.1");
        var nat = new RawNat();
        nat.box.stack.tcp().listen(0, insideAddress, 22, 8, TcpConfig.defaults());
        nat.in(syn(SERVER, 9, insideAddress, 22, 1));
        nat.in(Packets.echo(SERVER, insideAddress, 7));
        assertThat(nat.box.frames(nat.now, nat.outside)).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isEqualTo(2);
        assertThat(nat.nat.mappingCount()).isZero();
        assertThat(nat.turn(syn(ALICE, 9, insideAddress, 22, 1))).hasSize(1);
        nat.nothingIsLost();
    }

    @ParameterizedTest
    @EnumSource(Ip6.class)
    void nobodyOutsideHasAnInsideAddress(Ip6 ip6) {
        var nat = new RawNat(RawNat.config().withIp6(ip6));
        nat.out(udp(ALICE, 4000, SERVER, 53));
        assertThat(nat.in(udp(BOB, 53, BOX, 4000))).isEmpty();
        assertThat(nat.in(udp(SERVER, 53, BOX, 4000))).hasSize(1);
        nat.in(Packets.echo(BOB, BOX, 7));
        assertThat(nat.box.frames(nat.now, nat.inside)).isEmpty();
        assertThat(nat.drops(Drop.MARTIAN_SOURCE)).isEqualTo(2);
        nat.nothingIsLost();
    }
}
