package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.Bytes;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Each rule of the lint must be able to fail: a tape of a good run with one packet changed.
class WireLintTest {
    private static final int MTU = 1500;
    private static final int TCP = 20;
    private static final int FLAGS = TCP + 13;

    private static final Predicate<Tape.Frame> OUT = Tape.Frame::outbound;
    private static final Predicate<Tape.Frame> DATA =
            OUT.and(frame -> frame.seen().dataLength() > 0);
    private static final Predicate<Tape.Frame> PURE_ACK =
            OUT.and(frame -> frame.seen().dataLength() == 0 && frame.seen().flags == Sighting.ACK);
    private static final Predicate<Tape.Frame> SYN =
            OUT.and(frame -> frame.seen().has(Sighting.SYN));
    private static final Predicate<Tape.Frame> FIN =
            OUT.and(frame -> frame.seen().has(Sighting.FIN));
    private static final Predicate<Tape.Frame> SACK = OUT.and(frame -> frame.seen().sacks > 0);

    private static Tape tape = new Tape();

    @BeforeAll
    static void recordOneRun() {
        var lab = new Lab(1, Lab.TEN_MILLIS);
        tape = Tape.record(lab);
        var data = new int[1];
        lab.wire.lose(lab.server, seen -> seen.dataLength() > 0 && data[0]++ == 4);
        var conversation = lab.talk(
                TalkPlan.sending(20_000).writing(1000, 5_000_000),
                TalkPlan.sending(40_000).ending(TalkPlan.Ending.LAST, 0));
        assertThat(lab.finish(conversation, 60)).isTrue();
    }

    private static void finds(Tape doctored, String what) {
        assertThat(doctored.judge(MTU)).anySatisfy(text -> assertThat(text).contains(what));
    }

    private static void finds(Predicate<Tape.Frame> which, int nth, Tape.Doctor doctor, String what) {
        finds(tape.doctored(tape.find(which, nth), doctor), what);
    }

    @Test
    void theRunItselfIsFaultless() {
        assertThat(tape.frames()).hasSizeGreaterThan(40);
        assertThat(tape.judge(MTU)).isEmpty();
    }

    @Test
    void aSegmentThatIsNotSigned() {
        assertThat(tape.judge(MTU, 29))
                .anySatisfy(text -> assertThat(text).contains("signed by option 0 and not by 29"));
    }

    @Test
    void aWrongTcpChecksum() {
        finds(tape.damaged(tape.find(DATA, 2), (b, seen) -> b[seen.dataAt] ^= 1), "wrong TCP checksum");
    }

    @Test
    void aWrongHeaderChecksum() {
        finds(tape.damaged(tape.find(DATA, 2), (b, seen) -> b[8] ^= 1), "wrong IPv4 header checksum");
    }

    @Test
    void aLengthThatDoesNotAgree() {
        finds(DATA, 2, (b, seen) -> Bytes.put16(b, 2, b.length - 1), "total length");
    }

    @Test
    void aMalformedOption() {
        finds(PURE_ACK, 0, (b, seen) -> b[TCP + 23] = 99, "beyond the header");
    }

    @Test
    void aPacketLargerThanTheMtu() {
        assertThat(tape.judge(1000)).anySatisfy(text -> assertThat(text).contains("the MTU is 1000"));
    }

    @Test
    void aForeignSourceAddress() {
        finds(DATA, 2, (b, seen) -> b[15] = 77, "not from an address of this host");
    }

    @Test
    void aHopLimitOfZero() {
        finds(DATA, 2, (b, seen) -> b[8] = 0, "hop limit 0");
    }

    @Test
    void aSegmentThatMayBeFragmented() {
        finds(DATA, 2, (b, seen) -> b[6] = 0, "without DF");
    }

    @Test
    void aPortOfZero() {
        finds(DATA, 2, (b, seen) -> Bytes.put16(b, TCP, 0), "port 0");
    }

    @Test
    void reservedBits() {
        finds(DATA, 2, (b, seen) -> b[TCP + 12] |= 4, "reserved bits");
    }

    @Test
    void anUrgentPointerWithoutItsFlag() {
        finds(DATA, 2, (b, seen) -> Bytes.put16(b, TCP + 18, 5), "without URG");
    }

    @Test
    void contradictoryFlags() {
        finds(FIN, 0, (b, seen) -> b[FLAGS] |= Sighting.SYN, "contradictory flags");
    }

    @Test
    void aSegmentWithoutAck() {
        finds(DATA, 2, (b, seen) -> b[FLAGS] &= ~Sighting.ACK, "neither SYN nor RST nor ACK");
    }

    @Test
    void aSynWithoutMss() {
        finds(SYN, 0, (b, seen) -> b[TCP + 20] = 99, "SYN without an MSS option");
    }

    @Test
    void aSegmentOfAConnectionThatWasNeverOpened() {
        finds(tape.without(tape.find(SYN, 0)), "no SYN of this host went before");
    }

    @Test
    void anAcknowledgmentOfWhatNeverCame() {
        finds(PURE_ACK, 3, (b, seen) -> Bytes.put32(b, TCP + 8, seen.ack + 100_000), "acknowledges");
    }

    @Test
    void anAcknowledgmentThatGoesBack() {
        int last = tape.find(FIN, 0);
        finds(tape.doctored(last, (b, seen) -> Bytes.put32(b, TCP + 8, seen.ack - 5000)), "acknowledgment went back");
    }

    @Test
    void aWindowThatShrinks() {
        finds(PURE_ACK, 3, (b, seen) -> Bytes.put16(b, TCP + 14, 1), "window shrank");
    }

    @Test
    void aGapInWhatIsSent() {
        finds(DATA, 3, (b, seen) -> Bytes.put32(b, TCP + 4, seen.seq + 7), "leaves a gap");
    }

    @Test
    void dataBeyondTheWindowOffered() {
        var closed = tape;
        for (int i = 0; i < tape.frames().size(); i++) {
            var frame = tape.frames().get(i);
            if (!frame.outbound()) {
                boolean syn = frame.seen().has(Sighting.SYN);
                closed = closed.doctored(i, (b, seen) -> Bytes.put16(b, TCP + 14, syn ? 3000 : 1));
            }
        }
        finds(closed, "beyond the window offered");
    }

    @Test
    void aFinThatMoves() {
        finds(DATA, 5, (b, seen) -> b[FLAGS] |= Sighting.FIN, "beyond its FIN");
    }

    @Test
    void aSegmentLargerThanThePeerTakes() {
        int synAck = tape.find(frame -> !frame.outbound() && frame.seen().has(Sighting.SYN), 0);
        finds(tape.doctored(synAck, (b, seen) -> Bytes.put16(b, TCP + 22, 500)), "the peer takes only 500");
    }

    @Test
    void missingTimestamps() {
        finds(DATA, 2, (b, seen) -> java.util.Arrays.fill(b, TCP + 20, TCP + 32, (byte) 1), "lacks the timestamps");
    }

    @Test
    void aTimestampThatGoesBack() {
        finds(DATA, 2, (b, seen) -> Bytes.put32(b, TCP + 24, seen.tsval - 1000), "timestamp went back");
    }

    @Test
    void anEchoOfATimestampThatWasNeverSent() {
        finds(DATA, 2, (b, seen) -> Bytes.put32(b, TCP + 28, seen.tsecr + 100_000), "did not send");
    }

    @Test
    void aSackBlockOfWhatDidNotCome() {
        finds(SACK, 0, (b, seen) -> Bytes.put32(b, TCP + 40, seen.sackEnd[0] + 5000), "not what came out of order");
    }

    @Test
    void aResetThatAnswersNothing() {
        finds(
                PURE_ACK,
                3,
                (b, seen) -> {
                    b[FLAGS] = Sighting.RST;
                    Bytes.put32(b, TCP + 4, seen.seq + 1_000_000);
                },
                "answers no acknowledgment");
    }

    @Test
    void aResetWithData() {
        finds(DATA, 2, (b, seen) -> b[FLAGS] = Sighting.RST | Sighting.ACK, "RST with data");
    }

    @Test
    void aWordAfterTheReset() {
        finds(PURE_ACK, 3, (b, seen) -> b[FLAGS] = Sighting.RST | Sighting.ACK, "after the connection was reset");
    }

    @Test
    void bytesThatAreNoPacket() {
        finds(tape.damaged(tape.find(DATA, 0), (b, seen) -> b[0] = 0x35), "IP version 3");
    }

    /// An IPv6 packet with a destination options header that claims to be longer than the packet.
    private static byte[] withBrokenExtension() {
        byte[] b = new byte[60];
        b[0] = 0x60;
        Bytes.put16(b, 4, 20);
        b[6] = 60;
        b[7] = 60;
        b[8] = (byte) 0xfd;
        b[24] = (byte) 0xfd;
        b[40] = Sighting.TCP;
        b[41] = 99;
        return b;
    }

    @Test
    void aRouterNeedNotLookIntoWhatItPassesOn() {
        // RFC 8200 §4: extension headers "are not examined or processed […] by any node along a packet's delivery
        // path".
        var findings = new Findings();
        new WireLint("router", (high, low) -> false, true, findings).out(0, withBrokenExtension(), 0, 60, 0, MTU);
        assertThat(findings.isEmpty()).isTrue();
    }

    @Test
    void aHostMustNotSendABrokenExtensionHeader() {
        var findings = new Findings();
        new WireLint("host", (high, low) -> true, false, findings).out(0, withBrokenExtension(), 0, 60, 0, MTU);
        assertThat(findings.kept())
                .anySatisfy(finding -> assertThat(finding.text()).contains("extension header beyond the packet"));
    }
}
