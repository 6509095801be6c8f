package io.towpath.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Drop;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpState;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// A peer that means harm, with a connection of its own: what it can make the victim hold is bounded, and
/// another connection of the same host goes on. Memory is what the thread allocated in the meantime: more than
/// was ever held.
class ExhaustionTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WINDOW = 256 * 1024;

    private final Siege siege = new Siege(TcpConfig.defaults().withTimestamps(false), 1);
    private final HostilePeer attacker = new HostilePeer(siege);

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /// Every second octet of the window, one octet a segment: as many holes as there can be (the class of
    /// CVE-2018-5390).
    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void octetsWithHolesBetweenThemCostNoMoreThanTheWindow() {
        attacker.open(1460, WINDOW);
        long before = allocated();
        for (int offset = 1; offset < WINDOW; offset += 2) {
            attacker.segment(attacker.next + offset, TcpHeader.ACK, 1);
        }
        // The window's bytes, doubled by growing, and the holes that are kept: 256.
        assertThat(allocated() - before).isLessThan(3L * WINDOW);
        assertThat(siege.victim().context().counters().get(Drop.TCP_RECEIVE_LIMIT))
                .isPositive();
        siege.assertUnharmed();
    }

    /// The smallest segments a peer may ask for, a window full of them, and SACK blocks that cut them up one by
    /// one (the class of CVE-2019-11477 to -11479).
    @Test
    @Rfc(value = 2018, section = "4")
    void tinySegmentsAndSackBlocksCostABoundedTable() {
        attacker.open(48, 0xffff);
        attacker.fill(WINDOW);
        long before = allocated();
        for (int round = 0; round < 20_000; round++) {
            attacker.sack(round);
        }
        siege.pair.settle(siege.now);
        assertThat(allocated() - before).isLessThan(1 << 20);
        assertThat(attacker.victimSide.mss).isGreaterThanOrEqualTo(48 - 12);
        siege.assertUnharmed();
    }

    /// Acknowledgments of what was never sent neither open the window nor harm (optimistic acknowledgments).
    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void acknowledgmentsOfWhatWasNotSentOpenNothing() {
        attacker.open(1460, 0xffff);
        attacker.fill(WINDOW);
        siege.pair.settle(siege.now);
        long cwnd = attacker.victimSide.congestion.cwnd();
        long sent = attacker.victimSide.snd.nxt;
        for (int i = 1; i < 10_000; i++) {
            attacker.acknowledge(sent + i);
        }
        assertThat(attacker.victimSide.congestion.cwnd()).isEqualTo(cwnd);
        assertThat(attacker.victimSide.snd.una).isEqualTo(attacker.victimSide.snd.iss + 1);
        siege.assertUnharmed();
    }

    /// A peer that shuts its window and answers every probe holds a connection only as long as its user does,
    /// and then no longer than the time for orphans.
    @Test
    @Rfc(value = 9293, section = "3.8.6.1")
    void aShutWindowHoldsNoConnectionThatItsUserLeft() {
        attacker.open(1460, 0);
        attacker.fill(1000);
        siege.victim().tcp().release(siege.now, attacker.victimSide);
        long end = siege.now + 2 * TcpConfig.defaults().orphanNanos() + 10 * Time.SECOND;
        while (siege.now < end && !attacker.victimSide.isDead()) {
            siege.now += 200 * Time.MILLISECOND;
            siege.pair.settle(siege.now);
            if (!attacker.victimSide.isDead()) {
                attacker.acknowledge(attacker.victimSide.snd.una);
            }
        }
        assertThat(attacker.victimSide.state()).isEqualTo(TcpState.CLOSED);
        siege.assertUnharmed();
    }
}
