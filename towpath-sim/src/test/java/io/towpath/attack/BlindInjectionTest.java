package io.towpath.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Ten million forged segments, each with numbers drawn at random, at an established connection whose addresses
/// and ports the attacker knows.
class BlindInjectionTest {
    private static final int TRIES = 2_500_000;

    /// What is forged.
    enum Kind {
        RESET(TcpHeader.RST, 0),
        RESET_WITH_ACK(TcpHeader.RST | TcpHeader.ACK, 0),
        SYN(TcpHeader.SYN, 0),
        DATA(TcpHeader.ACK | TcpHeader.PSH, 64),
        ACK(TcpHeader.ACK, 0);

        final int flags;
        final int text;

        Kind(int flags, int text) {
            this.flags = flags;
            this.text = text;
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Rfc(value = 5961, section = "3")
    @Rfc(value = 5961, section = "4")
    @Rfc(value = 5961, section = "5")
    void forgedSegmentsHarmNothing(Kind kind) {
        var siege = new Siege(TcpConfig.defaults().withReceiveBuffer(1 << 20), 1);
        siege.talk(100_000);
        var random = new SplittableRandom(kind.ordinal());
        int tries = kind == Kind.RESET_WITH_ACK ? TRIES / 10 : TRIES;
        for (int i = 0; i < tries; i++) {
            siege.forger.send(
                    siege.now, random.nextInt(), random.nextInt(), kind.flags, random.nextInt(0x10000), kind.text);
            if (i % 256 == 0) {
                siege.now += 100 * Time.MICROSECOND;
                siege.pair.settle(siege.now);
            }
        }
        siege.assertUnharmed();
        // About one second went by: two budgets of at most 1,500 at the outside.
        assertThat(siege.count(Counter.TCP_CHALLENGE_ACKS)).isLessThan(2 * 1_500);
    }

    /// The same with timestamps off and every number within reach of the window: what a peer on a fast path,
    /// with a large window, exposes to an attacker who learnt roughly where the numbers stand.
    @Test
    @Rfc(value = 5961, section = "3.2", requirement = "5961-3.2-3")
    void resetsAllOverTheWindowButOnItsEdgeAreChallengedAtMost() {
        var siege = new Siege(TcpConfig.defaults().withTimestamps(false).withReceiveBuffer(1 << 20), 1);
        siege.talk(100_000);
        long next = siege.server.rcv.nxt;
        long window = siege.server.rcv.wnd();
        for (long offset = 1; offset < window; offset++) {
            siege.forger.send(siege.now, next + offset, 0, TcpHeader.RST, 0, 0);
        }
        siege.pair.settle(siege.now);
        assertThat(siege.count(Counter.TCP_CHALLENGE_ACKS)).isBetween(1L, 1_500L);
        assertThat(siege.count(Counter.TCP_RESETS_IN)).isZero();
        siege.assertUnharmed();
    }

    /// What the attacker needs exactly: shows that the test above can fail.
    @Test
    @Rfc(value = 5961, section = "3.2", requirement = "5961-3.2-2")
    void aResetAtTheEdgeItselfIsBelieved() {
        var siege = new Siege(TcpConfig.defaults(), 1);
        siege.forger.send(siege.now, siege.server.rcv.nxt, 0, TcpHeader.RST, 0, 0);
        assertThat(siege.server.isDead()).isTrue();
    }
}
