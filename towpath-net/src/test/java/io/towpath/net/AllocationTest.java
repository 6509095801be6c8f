package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AllocationTest {
    private static void exchange(TcpStream a, TcpStream b, byte[] bytes, int rounds) throws IOException {
        for (int i = 0; i < rounds; i++) {
            a.write(bytes);
            int got = 0;
            while (got < bytes.length) {
                got += b.read(bytes, 0, bytes.length - got);
            }
            b.write(bytes, 0, 1);
            a.read(bytes, 0, 1);
        }
    }

    /// The calling thread drives both hosts, so all that the runtime and the engine do for a write and a read is
    /// counted as its own.
    @Test
    void writesAndReadsAllocateNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24")) {
            TcpServer server = pair.b().listen(5);
            TcpStream client = pair.a().connect("10.0.0.2", 5);
            TcpStream accepted = server.accept();
            byte[] bytes = new byte[4000];
            exchange(client, accepted, bytes, 20_000);
            long before = threads.getCurrentThreadAllocatedBytes();
            int rounds = 20_000;
            exchange(client, accepted, bytes, rounds);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated / rounds).isZero();
        }
    }
}
