package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who answers with SYN cookies may answer one SYN with several numbers: the lint knows each of them,
/// and forgets none of its rules for the one that becomes the connection.
class CookieLintTest {
    private static final int IRS = 5000;
    private static final int FIRST = 1_000_000;
    private static final int SECOND = 900_000_000;
    private static final int SYN_ACK = Sighting.SYN | Sighting.ACK;
    private static final int NOT_ECT = 0;
    private static final int ECT = 2;

    static Tape.Frame in(int seq, int ack, int flags, int text) {
        return new Tape.Frame(0, false, packet(false, seq, ack, flags, NOT_ECT, text));
    }

    static Tape.Frame out(int seq, int ack, int flags, int ecn, int text) {
        return new Tape.Frame(0, true, packet(true, seq, ack, flags, ecn, text));
    }

    private static byte[] packet(boolean outbound, int seq, int ack, int flags, int ecn, int text) {
        boolean syn = (flags & Sighting.SYN) != 0;
        int header = syn ? 24 : 20;
        byte[] b = new byte[20 + header + text];
        int own = (int) new Lab(0, Lab.TEN_MILLIS).client.address(4).low();
        b[0] = 0x45;
        b[1] = (byte) ecn;
        Bytes.put16(b, 2, b.length);
        b[6] = 0x40;
        b[8] = 64;
        b[9] = Sighting.TCP;
        Bytes.put32(b, outbound ? 12 : 16, own);
        Bytes.put32(b, outbound ? 16 : 12, own + 1);
        Bytes.put16(b, outbound ? 20 : 22, 80);
        Bytes.put16(b, outbound ? 22 : 20, 40_000);
        Bytes.put32(b, 24, seq);
        Bytes.put32(b, 28, ack);
        b[32] = (byte) (header << 2);
        b[33] = (byte) flags;
        Bytes.put16(b, 34, 8000);
        if (syn) {
            Bytes.put32(b, 40, 0x0204_05b4);
        }
        Tape.mend(b);
        return b;
    }

    /// A SYN that asks for ECN and its repetition that does not, each with its answer.
    private static List<String> after(Tape.Frame... more) {
        var frames = new java.util.ArrayList<>(List.of(
                in(IRS, 0, Sighting.SYN | Sighting.ECE | Sighting.CWR, 0),
                out(FIRST, IRS + 1, SYN_ACK | Sighting.ECE, NOT_ECT, 0),
                in(IRS, 0, Sighting.SYN, 0),
                out(SECOND, IRS + 1, SYN_ACK, NOT_ECT, 0)));
        frames.addAll(List.of(more));
        return Tape.of(frames.toArray(Tape.Frame[]::new)).judge(1500);
    }

    @Test
    void theFirstAnswerMayBecomeTheConnection() {
        assertThat(after(
                        in(IRS + 1, FIRST + 1, Sighting.ACK, 10),
                        out(FIRST + 1, IRS + 11, Sighting.ACK, ECT, 100),
                        out(FIRST + 101, IRS + 11, Sighting.ACK, ECT, 100)))
                .isEmpty();
    }

    @Test
    void theSecondAnswerMayBecomeTheConnection() {
        assertThat(after(
                        in(IRS + 1, SECOND + 1, Sighting.ACK, 10),
                        out(SECOND + 1, IRS + 11, Sighting.ACK, NOT_ECT, 100)))
                .isEmpty();
    }

    @Test
    void whatTheSecondAnswerDidNotAgreeToIsFound() {
        assertThat(after(in(IRS + 1, SECOND + 1, Sighting.ACK, 10), out(SECOND + 1, IRS + 11, Sighting.ACK, ECT, 100)))
                .anySatisfy(text -> assertThat(text).contains("marked as ECN-capable, which was not agreed on"));
    }

    @Test
    void aGapInTheConnectionOfTheFirstAnswerIsFound() {
        assertThat(after(
                        in(IRS + 1, FIRST + 1, Sighting.ACK, 10),
                        out(FIRST + 1, IRS + 11, Sighting.ACK, ECT, 100),
                        out(FIRST + 102, IRS + 11, Sighting.ACK, ECT, 100)))
                .anySatisfy(text -> assertThat(text).contains("leaves a gap"));
    }

    @Test
    void theWindowOfferedToTheFirstAnswerBindsIt() {
        assertThat(after(
                        in(IRS + 1, FIRST + 1, Sighting.ACK, 10),
                        out(FIRST + 1, IRS + 11, Sighting.ACK, ECT, 1400),
                        out(FIRST + 1401, IRS + 11, Sighting.ACK, ECT, 1400),
                        out(FIRST + 2801, IRS + 11, Sighting.ACK, ECT, 1400),
                        out(FIRST + 4201, IRS + 11, Sighting.ACK, ECT, 1400),
                        out(FIRST + 5601, IRS + 11, Sighting.ACK, ECT, 1400),
                        out(FIRST + 7001, IRS + 11, Sighting.ACK, ECT, 1400)))
                .anySatisfy(text -> assertThat(text).contains("beyond the window offered"));
    }

    @Test
    void aNumberOfNeitherAnswerIsFound() {
        assertThat(after(
                        in(IRS + 1, FIRST + 1, Sighting.ACK, 10),
                        out(500_000_000, IRS + 11, Sighting.ACK, NOT_ECT, 100)))
                .anySatisfy(text -> assertThat(text).contains("before its SYN"));
    }
}
