package io.towpath.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Counter;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.sim.DirectPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.wire.IpAddress;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// SYNs from addresses that nobody has, a hundred for each honest one, while honest clients connect.
class SynFloodTest {
    private static final int CLIENTS = 1_000;
    private static final int FORGED_BETWEEN = 500;
    private static final int PORT = 80;

    @Test
    @Rfc(value = 4987, section = "3.6")
    void everyHonestClientGetsInAndMemoryStaysFlat() {
        var pair = new DirectPair(1500, Offloads.NONE, TcpConfig.defaults(), 1);
        long now = Time.SECOND;
        TcpListener listener = ((TcpListener.Listening)
                        pair.right().tcp().listen(now, null, PORT, 128, TcpConfig.defaults()))
                .listener();
        var forger = new Forger(pair.right());
        forger.destination = Siege.SERVER;
        forger.destinationPort = PORT;
        var random = new SplittableRandom(1);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int rowsMax = 0;
        long before = 0;
        for (int client = 0; client < CLIENTS; client++) {
            if (client == CLIENTS / 2) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            for (int i = 0; i < FORGED_BETWEEN; i++) {
                // 11.0.0.0/8: beyond the wire, and nobody there to answer.
                forger.source = 0x0b000000 | random.nextInt(1 << 24);
                forger.sourcePort = 1024 + random.nextInt(60_000);
                forger.send(now, random.nextInt(), 0, TcpHeader.SYN, 1024, 0);
            }
            now += 5 * Time.MILLISECOND;
            pair.left().tick(now);
            pair.right().tick(now);
            pair.settle(now);
            connect(pair, now, listener);
            rowsMax = Math.max(rowsMax, pair.right().tcp().rowCount());
        }
        assertThat(rowsMax).as("forged SYNs fill the SYN queue").isGreaterThan(CLIENTS);
        assertThat(pair.right().context().counters().get(Counter.TCP_SYN_COOKIES_OUT))
                .isGreaterThan(CLIENTS * FORGED_BETWEEN / 2);
        // The SYN queue, the honest connections, and nothing for the other half a million.
        assertThat(rowsMax).isLessThanOrEqualTo(TcpConfig.defaults().synQueueMax() + CLIENTS + 1);
        long perForged = (threads.getCurrentThreadAllocatedBytes() - before) / (CLIENTS / 2 * FORGED_BETWEEN);
        assertThat(perForged).as("bytes allocated for a forged SYN").isLessThan(512);
    }

    private static void connect(DirectPair pair, long now, TcpListener listener) {
        var opened = (TcpConnection.Opened)
                pair.left().tcp().connect(now, null, 0, IpAddress.parse("10.0.0.2"), PORT, TcpConfig.defaults());
        pair.settle(now);
        assertThat(opened.connection().state()).isEqualTo(TcpState.ESTABLISHED);
        TcpConnection accepted = pair.right().tcp().accept(now, listener);
        assertThat(accepted).isNotNull();
        assertThat(accepted.remotePort()).isEqualTo(opened.connection().localPort());
    }
}
