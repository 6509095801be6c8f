package io.towpath.sim;

import static io.towpath.sim.CookieLintTest.in;
import static io.towpath.sim.CookieLintTest.out;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When the lint expects the answer to an echoed congestion mark.
class EcnLintTest {
    private static final int IRS = 5000;
    private static final int ISS = 1_000_000;
    private static final int ECT = 2;

    /// A host that has sent and received a little is told of a mark by an empty segment numbered `seq`, and sends on.
    private static List<String> toldAt(int seq, int flags) {
        return Tape.of(
                        in(IRS, 0, Sighting.SYN | Sighting.ECE | Sighting.CWR, 0),
                        out(ISS, IRS + 1, Sighting.SYN | Sighting.ACK | Sighting.ECE, 0, 0),
                        in(IRS + 1, ISS + 1, Sighting.ACK, 10),
                        out(ISS + 1, IRS + 11, Sighting.ACK, ECT, 100),
                        in(seq, ISS + 101, Sighting.ACK | Sighting.ECE, 0),
                        out(ISS + 101, IRS + 11, Sighting.ACK | flags, ECT, 100))
                .judge(1500);
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    void newDataWithoutCwrAfterAnEchoIsFound() {
        assertThat(toldAt(IRS + 11, 0)).anySatisfy(text -> assertThat(text).contains("new data without CWR after ECE"));
    }

    @Test
    @Rfc(value = 3168, section = "6.1.2")
    void newDataWithCwrIsRight() {
        assertThat(toldAt(IRS + 11, Sighting.CWR)).isEmpty();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void anEchoBelowTheWindowNeedNotBeHeard() {
        assertThat(toldAt(IRS + 10, 0)).isEmpty();
    }
}
