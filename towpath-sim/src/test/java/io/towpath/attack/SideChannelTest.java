package io.towpath.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The off-path side channel of a global limit of challenge ACKs (CVE-2016-5696): the attacker spends the limit
/// on a connection of its own, counts, and sees one less when a forged segment of somebody else's connection
/// took one.
class SideChannelTest {
    private static final int SECONDS = 400;
    private static final int ASKED = 2_000;

    /// The limit is the host's, so the attacker may spend it on any connection; this one is spent on the same.
    ///
    /// The attacker asks the best question there is, once each second: half of the time its forged segment hits
    /// (a SYN, which is always challenged), half of the time it misses. From what it counts it must not be able
    /// to tell.
    @Test
    @Rfc(value = 5961, section = "7", requirement = "5961-7-1")
    void whoCountsChallengeAcksCannotTellAHitFromAMiss() {
        var siege = new Siege(TcpConfig.defaults(), 3);
        var random = new SplittableRandom(5);
        long[] counted = new long[SECONDS];
        boolean[] hits = new boolean[SECONDS];
        siege.now = 10 * Time.SECOND;
        for (int i = 0; i < SECONDS; i++) {
            hits[i] = random.nextBoolean();
            if (hits[i]) {
                siege.forger.send(siege.now, random.nextInt(), 0, TcpHeader.SYN, 0, 0);
            }
            siege.pair.settle(siege.now);
            long before = siege.count(Counter.TCP_CHALLENGE_ACKS);
            for (int asked = 0; asked < ASKED; asked++) {
                siege.forger.send(siege.now, siege.server.rcv.nxt + 1 + asked, 0, TcpHeader.RST, 0, 0);
                if (asked % 64 == 0) {
                    siege.pair.settle(siege.now);
                }
            }
            siege.pair.settle(siege.now);
            counted[i] = siege.count(Counter.TCP_CHALLENGE_ACKS) - before;
            siege.now += Time.SECOND;
        }
        // The best the attacker can do: guess "hit" whenever it counted fewer than the middle.
        long[] sorted = counted.clone();
        Arrays.sort(sorted);
        long middle = sorted[SECONDS / 2];
        int right = 0;
        for (int i = 0; i < SECONDS; i++) {
            right += (counted[i] < middle) == hits[i] ? 1 : 0;
        }
        // Chance is 200 of 400 with a standard deviation of 10.
        assertThat(right).isBetween(SECONDS / 2 - 40, SECONDS / 2 + 40);
        // And the limit itself is not one number that could be learnt.
        assertThat(sorted[SECONDS - 1] - sorted[0]).isGreaterThan(300);
        siege.assertUnharmed();
    }
}
