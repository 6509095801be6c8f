package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.tcp.listen.InitialSequence;
import io.towpath.wire.IpAddress;
import io.towpath.wire.testing.Rfc;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Initial sequence numbers: RFC 9293 §3.4.1, RFC 6528.
class InitialSequenceTest {
    private static final IpAddress A = IpAddress.parse("10.0.0.1");
    private static final IpAddress B = IpAddress.parse("10.0.0.2");

    private static long iss(InitialSequence of, long now, IpAddress local, int port, IpAddress remote, int remotePort) {
        return of.iss(now, local.high(), local.low(), port, remote.high(), remote.low(), remotePort) & 0xffff_ffffL;
    }

    private static InitialSequence of(long seed) {
        return new InitialSequence(Entropy.seeded(seed).split("tcp.isn"));
    }

    @Test
    @Rfc(value = 9293, section = "3.4.1", requirement = "MUST-8")
    void numbersOfOnePairFollowAClockOfFourMicroseconds() {
        InitialSequence s = of(1);
        long start = iss(s, 0, A, 80, B, 4000);
        assertThat(iss(s, 3999, A, 80, B, 4000)).isEqualTo(start);
        assertThat(iss(s, 4000, A, 80, B, 4000)).isEqualTo(start + 1 & 0xffff_ffffL);
        assertThat(iss(s, Time.SECOND, A, 80, B, 4000)).isEqualTo(start + 250_000 & 0xffff_ffffL);
        // "it cycles approximately every 4.55 hours": 2^32 ticks
        long cycle = (1L << 32) * 4 * Time.MICROSECOND;
        assertThat(iss(s, cycle, A, 80, B, 4000)).isEqualTo(start);
        assertThat(iss(s, cycle - 1, A, 80, B, 4000)).isEqualTo(start - 1 & 0xffff_ffffL);
    }

    @Test
    @Rfc(value = 9293, section = "3.4.1", requirement = "SHLD-1")
    @Rfc(value = 6528, section = "3")
    void everyPartOfTheSocketPairCounts() {
        InitialSequence s = of(1);
        Set<Long> numbers = new HashSet<>();
        IpAddress c = IpAddress.parse("10.0.0.3");
        IpAddress six = IpAddress.parse("2001:db8::1");
        numbers.add(iss(s, 0, A, 80, B, 4000));
        numbers.add(iss(s, 0, B, 80, A, 4000));
        numbers.add(iss(s, 0, c, 80, B, 4000));
        numbers.add(iss(s, 0, A, 80, c, 4000));
        numbers.add(iss(s, 0, A, 81, B, 4000));
        numbers.add(iss(s, 0, A, 80, B, 4001));
        numbers.add(iss(s, 0, A, 4000, B, 80));
        numbers.add(iss(s, 0, six, 80, B, 4000));
        numbers.add(iss(s, 0, A, 80, six, 4000));
        assertThat(numbers).hasSize(9);
    }

    @Test
    @Rfc(value = 9293, section = "3.4.1", requirement = "MUST-9")
    void whoLacksTheKeyCannotTellOneNumberFromAnother() {
        // With 4096 keys the first bits of one pair's number, and of the difference of two pairs, fall everywhere.
        int[] number = new int[16];
        int[] difference = new int[16];
        for (int seed = 0; seed < 4096; seed++) {
            InitialSequence s = of(seed);
            long one = iss(s, 0, A, 80, B, 4000);
            long two = iss(s, 0, A, 80, B, 4001);
            number[(int) (one >>> 28)]++;
            difference[(int) ((one - two & 0xffff_ffffL) >>> 28)]++;
        }
        for (int i = 0; i < 16; i++) {
            assertThat(number[i]).isBetween(180, 340); // 256 are expected; five standard deviations
            assertThat(difference[i]).isBetween(180, 340);
        }
    }

    @Test
    @Rfc(value = 9293, section = "3.4.1", requirement = "MUST-8")
    void bothOpensOfAHostUseThem() {
        var t = new Ladder();
        t.connect();
        long first = t.next().sequence();
        t.close();
        t.now += 40 * Time.MICROSECOND;
        t.connect();
        assertThat(t.next().sequence()).isEqualTo(first + 10 & 0xffff_ffffL);
        t.close();
        t.now += 40 * Time.MICROSECOND;
        t.listen();
        t.in("S 0:0(0)");
        assertThat(t.next().sequence()).isEqualTo(first + 20 & 0xffff_ffffL);
    }
}
