package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE;
import static io.towpath.nat.RawNat.BOB;
import static io.towpath.nat.RawNat.BOX;
import static io.towpath.nat.RawNat.OTHER;
import static io.towpath.nat.RawNat.SERVER;
import static io.towpath.nat.RawNat.syn;
import static io.towpath.nat.RawNat.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatConfig.Limits;
import io.towpath.nat.NatMapping.State;
import io.towpath.stack.Packets;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections of TCP as a NAT sees them.
class TcpConnectionsTest {
    private static final int ACK = TcpHeader.ACK;
    private static final int FIN = TcpHeader.FIN;
    private static final int RST = TcpHeader.RST;
    private static final int SYN = TcpHeader.SYN;
    private static final long TRANSITORY = 240 * Time.SECOND;
    private static final long ESTABLISHED = 124 * 60 * Time.SECOND;

    private final RawNat nat = new RawNat();

    @AfterEach
    void nothingIsLost() {
        nat.nothingIsLost();
    }

    private static byte[] fromServer(int flags, long sequence, long ack) {
        return tcp(SERVER, 80, BOX, 5000, flags, sequence, ack);
    }

    private static byte[] fromAlice(int flags, long sequence, long ack) {
        return tcp(ALICE, 5000, SERVER, 80, flags, sequence, ack);
    }

    @Test
    @Rfc(value = 5382, section = "5", requirement = "REQ-5")
    void aConnectionBeingOpenedIsForgottenAfterFourMinutes() {
        nat.open(5000);
        assertThat(nat.state()).isEqualTo(State.OPENING);
        nat.pass(TRANSITORY - 1);
        assertThat(nat.nat.mappingCount()).isOne();
        nat.pass(1);
        assertThat(nat.nat.mappingCount()).isZero();
    }

    @Test
    @Rfc(value = 5382, section = "5", requirement = "REQ-5")
    void anEstablishedConnectionIsForgottenAfterTwoHoursAndFourMinutes() {
        nat.connect(5000);
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        nat.pass(ESTABLISHED - 1);
        assertThat(nat.in(fromServer(ACK, 499, 100))).hasSize(1);
        nat.pass(ESTABLISHED - 1);
        assertThat(nat.nat.mappingCount()).isOne();
        nat.pass(1);
        assertThat(nat.nat.mappingCount()).isZero();
    }

    @Test
    void halfAConnectionStaysForHoursAndAClosedOneForMinutes() {
        nat.connect(5000);
        nat.out(fromAlice(FIN | ACK, 100, 500));
        assertThat(nat.state()).isEqualTo(State.CLOSING);
        nat.pass(ESTABLISHED - 1);
        assertThat(nat.in(fromServer(ACK, 500, 101))).hasSize(1);
        nat.in(fromServer(FIN | ACK, 500, 101));
        assertThat(nat.state()).isEqualTo(State.CLOSED);
        nat.pass(TRANSITORY - 1);
        // The last acknowledgment may have been lost: the FIN comes again, and passes.
        assertThat(nat.in(fromServer(FIN | ACK, 500, 101))).hasSize(1);
        assertThat(nat.out(fromAlice(ACK, 101, 501))).hasSize(1);
        assertThat(nat.state()).isEqualTo(State.CLOSED);
        nat.pass(TRANSITORY);
        assertThat(nat.nat.mappingCount()).isZero();
    }

    @Test
    void theSamePortsMayOpenAConnectionAgain() {
        nat.connect(5000);
        nat.out(fromAlice(FIN | ACK, 100, 500));
        nat.in(fromServer(FIN | ACK, 500, 101));
        nat.out(syn(ALICE, 5000, SERVER, 80, 70_000));
        assertThat(nat.state()).isEqualTo(State.OPENING);
        nat.in(fromServer(SYN | ACK, 9, 70_001));
        nat.out(fromAlice(ACK, 70_001, 10));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
    }

    @ParameterizedTest
    @ValueSource(longs = {500, 600, 66_035})
    void aPlausibleResetShortensTheTimeAndAnySegmentTakesItBack(long sequence) {
        nat.connect(5000);
        assertThat(nat.in(fromServer(RST, sequence, 0))).hasSize(1);
        assertThat(nat.state()).isEqualTo(State.RESET);
        nat.pass(TRANSITORY - 1);
        assertThat(nat.in(fromServer(ACK, 500, 100))).hasSize(1);
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        assertThat(nat.out(fromAlice(RST, 100, 0))).hasSize(1);
        nat.pass(TRANSITORY);
        assertThat(nat.nat.mappingCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {499, 0, 66_036, 1L << 31, 0xffff_ffffL})
    void aBlindResetChangesNothing(long sequence) {
        nat.connect(5000);
        nat.in(fromServer(RST, sequence, 0));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        nat.pass(ESTABLISHED - 1);
        assertThat(nat.out(fromAlice(ACK, 100, 500))).hasSize(1);
    }

    @Test
    void aBlindSynChangesNothing() {
        nat.connect(5000);
        nat.in(fromServer(SYN, 1_000_000, 0));
        nat.in(fromServer(SYN | ACK, 1_000_000, 7));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        nat.in(fromServer(RST, 1_000_001, 0));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
    }

    @Test
    void aRefusalIsBelievedWhenItAcknowledgesTheSyn() {
        nat.open(5000);
        nat.in(fromServer(RST | ACK, 0, 99));
        assertThat(nat.state()).isEqualTo(State.OPENING);
        nat.in(fromServer(RST | ACK, 0, 100));
        assertThat(nat.state()).isEqualTo(State.RESET);
    }

    @Test
    void numbersMayWrap() {
        nat.out(syn(ALICE, 5000, SERVER, 80, 0xffff_fffeL));
        nat.in(fromServer(SYN | ACK, 0xffff_ffffL, 0xffff_ffffL));
        nat.out(fromAlice(ACK, 0xffff_ffffL, 0));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        byte[] data = TcpSegment.of(5000, 80, ACK, 0xffff_ffffL, 0, 1000)
                .withPayload(new byte[100])
                .emit(ALICE, SERVER);
        nat.out(Packets.ip(ALICE, SERVER, IpProtocol.TCP, data));
        nat.in(fromServer(ACK, 0, 99));
        nat.out(fromAlice(RST, 98, 0));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        nat.out(fromAlice(RST, 99, 0));
        assertThat(nat.state()).isEqualTo(State.RESET);
    }

    @ParameterizedTest
    @EnumSource(Behavior.class)
    @Rfc(value = 5382, section = "4.2", requirement = "REQ-2")
    void bothSidesMayOpenAtOnce(Behavior filtering) {
        var strict = new RawNat(RawNat.config().withFiltering(filtering));
        strict.open(5000);
        assertThat(strict.in(fromServer(SYN, 499, 0))).hasSize(1);
        assertThat(strict.out(fromAlice(SYN | ACK, 99, 500))).hasSize(1);
        assertThat(strict.in(fromServer(SYN | ACK, 499, 100))).hasSize(1);
        assertThat(strict.out(fromAlice(ACK, 100, 500))).hasSize(1);
        assertThat(strict.state()).isEqualTo(State.ESTABLISHED);
        strict.nothingIsLost();
    }

    @Test
    @Rfc(value = 5382, section = "4.3", requirement = "REQ-4")
    void anUnsolicitedSynIsAnsweredAfterSixSecondsAndNotBefore() {
        assertThat(nat.in(fromServer(SYN, 499, 0))).isEmpty();
        nat.pass(6 * Time.SECOND - 1);
        assertThat(nat.box.frames(nat.now, nat.outside)).isEmpty();
        assertThat(nat.box.stack.packetsHeld()).isOne();
        assertThat(nat.box.stack.deadline()).isEqualTo(6 * Time.SECOND);
        nat.pass(1);
        assertThat(RawNat.text(nat.box.frames(nat.now, nat.outside)))
                .singleElement()
                .asString()
                .startsWith("203.0.113.1 > 198.51.100.7")
                .contains("port unreachable")
                .contains("198.51.100.7:80 > 203.0.113.1:5000");
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isOne();
    }

    @Test
    @Rfc(value = 5382, section = "4.3", requirement = "REQ-4")
    void aSynThatMeetsOneFromInsideIsNeverAnswered() {
        assertThat(nat.in(fromServer(SYN, 499, 0))).isEmpty();
        nat.pass(3 * Time.SECOND);
        nat.open(5000);
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isOne();
        nat.pass(10 * Time.SECOND);
        assertThat(nat.box.frames(nat.now, nat.outside)).isEmpty();
        // The server's SYN comes again, and now there is somebody.
        assertThat(nat.in(fromServer(SYN, 499, 0))).hasSize(1);
    }

    @Test
    void synsThatWaitAreBounded() {
        var few = new RawNat(RawNat.config().withLimits(Limits.defaults().withHeldSyns(2)));
        for (int port = 1; port < 6; port++) {
            few.in(syn(SERVER, port, BOX, 5000, 1));
            few.in(syn(SERVER, port, BOX, 5000, 1));
        }
        assertThat(few.box.stack.packetsHeld()).isEqualTo(2);
        few.pass(6 * Time.SECOND);
        assertThat(few.box.frames(few.now, few.outside)).hasSize(2);
        few.nothingIsLost();
    }

    @Test
    void whatBelongsToNoConnectionEndsSilently() {
        assertThat(nat.in(fromServer(ACK, 1, 1))).isEmpty();
        assertThat(nat.in(fromServer(SYN | ACK, 1, 1))).isEmpty();
        assertThat(nat.in(fromServer(RST, 1, 0))).isEmpty();
        assertThat(nat.box.stack.packetsHeld()).isZero();
        assertThat(nat.box.frames(0, nat.outside)).isEmpty();
        assertThat(nat.drops(Drop.NAT_UNSOLICITED)).isEqualTo(3);
        assertThat(nat.out(fromAlice(RST, 1, 0))).isEmpty();
        assertThat(nat.nat.mappingCount()).isZero();
    }

    @Test
    @Rfc(value = 5382, section = "4.1", requirement = "REQ-1")
    void connectionsFromOnePortShareAMappingAndEachHasItsTime() {
        nat.connect(5000);
        nat.pass(Time.SECOND);
        assertThat(nat.out(syn(ALICE, 5000, OTHER, 80, 1)))
                .singleElement()
                .asString()
                .startsWith("203.0.113.1:5000 >");
        assertThat(nat.nat.mappingCount()).isOne();
        assertThat(nat.nat.sessionCount()).isEqualTo(2);
        nat.pass(TRANSITORY);
        assertThat(nat.nat.sessionCount()).isOne();
        assertThat(nat.in(fromServer(ACK, 500, 100))).hasSize(1);
    }

    @Test
    @Rfc(value = 5382, section = "7.1", requirement = "REQ-7")
    void twoHostsToOneServerFromOnePortAreToldApart() {
        assertThat(nat.open(5000)).isEqualTo(5000);
        byte[] second = nat.outFrames(syn(BOB, 5000, SERVER, 80, 7)).getFirst();
        int port = TcpHeader.sourcePort(second, 20);
        assertThat(port).isNotEqualTo(5000);
        assertThat(nat.in(tcp(SERVER, 80, BOX, port, SYN | ACK, 1, 8)))
                .singleElement()
                .asString()
                .contains("> 10.0.0.3:5000");
    }

    @ParameterizedTest
    @EnumSource(Behavior.class)
    @Rfc(value = 5382, section = "4.3", requirement = "REQ-3")
    void aConnectionFromOutsideToAMappedPortPassesAsTheFilterSays(Behavior filtering) {
        var filtered = new RawNat(RawNat.config().withFiltering(filtering));
        filtered.connect(5000);
        boolean otherPort = filtering != Behavior.ADDRESS_AND_PORT_DEPENDENT;
        boolean otherAddress = filtering == Behavior.ENDPOINT_INDEPENDENT;
        assertThat(filtered.in(syn(SERVER, 81, BOX, 5000, 1))).hasSize(otherPort ? 1 : 0);
        assertThat(filtered.in(syn(OTHER, 80, BOX, 5000, 1))).hasSize(otherAddress ? 1 : 0);
        // Nobody outside makes sessions.
        assertThat(filtered.nat.sessionCount()).isEqualTo(filtering == Behavior.ADDRESS_DEPENDENT ? 2 : 1);
        filtered.nothingIsLost();
    }

    @Test
    void theAddressOfAServerIsAdmittedAsLongAsThereIsAConnectionToIt() {
        var filtered = new RawNat(RawNat.config().withFiltering(Behavior.ADDRESS_DEPENDENT));
        filtered.connect(5000);
        filtered.out(syn(ALICE, 5000, SERVER, 81, 1));
        assertThat(filtered.mappings()).hasSize(2);
        filtered.pass(TRANSITORY);
        assertThat(filtered.mappings()).hasSize(1);
        assertThat(filtered.in(syn(SERVER, 90, BOX, 5000, 1))).hasSize(1);
        filtered.out(fromAlice(FIN | ACK, 100, 500));
        filtered.in(fromServer(FIN | ACK, 500, 101));
        filtered.pass(TRANSITORY);
        assertThat(filtered.nat.sessionCount()).isZero();
        assertThat(filtered.nat.mappingCount()).isZero();
        assertThat(filtered.in(syn(SERVER, 90, BOX, 5000, 1))).isEmpty();
        filtered.nothingIsLost();
    }

    @Test
    void aSegmentThatCameDamagedChangesNoState() {
        nat.connect(5000);
        for (int flags : new int[] {FIN | ACK, RST, SYN}) {
            byte[] damaged = fromServer(flags, 500, 100);
            damaged[39] ^= 1;
            assertThat(nat.in(damaged)).hasSize(1);
            assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        }
    }

    @Test
    void checksumsOfWhatPassesAreRightAndThoseOfWhatCameDamagedStayWrong() {
        byte[] good = fromAlice(SYN, 99, 0);
        byte[] out = nat.outFrames(good.clone()).getFirst();
        assertThat(Bytes.u16(out, 36)).isEqualTo(checksum(out));
        byte[] bad = good.clone();
        bad[39] ^= 1;
        out = nat.outFrames(bad).getFirst();
        assertThat(Bytes.u16(out, 36)).isNotEqualTo(checksum(out));
    }

    private static int checksum(byte[] packet) {
        byte[] copy = packet.clone();
        long pseudo = io.towpath.wire.Ip4Header.pseudo(copy, 0, copy.length - 20);
        TcpHeader.writeChecksum(copy, 20, copy.length, pseudo);
        return Bytes.u16(copy, 36);
    }
}
