package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.TxBatch;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two owners on two threads. A lost wake-up shows as a test that does not end.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MemoryLinkThreadsTest {
    /// One end and its owner: sends `toSend` numbered packets, expects `toReceive` of them in order, sleeps whenever
    /// there is nothing to do.
    private record Side(MemoryLink link, PacketPool pool, ParkingDriver driver, int toSend, int toReceive)
            implements Callable<Long> {
        static Side of(MemoryLink link, int toSend, int toReceive) {
            ParkingDriver driver = new ParkingDriver();
            link.onReadable(driver::wake);
            link.onWritable(driver::wake);
            return new Side(link, new PacketPool(), driver, toSend, toReceive);
        }

        @Override
        public Long call() {
            TxBatch out = new TxBatch(16);
            RxBatch in = new RxBatch(16, pool);
            int sent = 0;
            int received = 0;
            long sleeps = 0;
            while (sent < toSend || received < toReceive || !out.isEmpty()) {
                while (!out.isFull() && sent < toSend) {
                    out.add(Samples.numbered(pool, 64, sent++));
                }
                int moved = link.transmit(0, out) + link.receive(0, in);
                for (int i = 0; i < in.size(); i++) {
                    Packet packet = in.get(i);
                    if (Samples.number(packet) != received) {
                        throw new AssertionError("expected " + received + ", got " + Samples.number(packet));
                    }
                    received++;
                }
                in.releaseAll();
                if (moved == 0) {
                    driver.await(Long.MAX_VALUE);
                    sleeps++;
                }
            }
            return sleeps;
        }
    }

    private static void run(int capacity, int aToB, int bToA) throws Exception {
        var wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, capacity);
        Side a = Side.of(wire.a(), aToB, bToA);
        Side b = Side.of(wire.b(), bToA, aToB);
        try (var threads = Executors.newFixedThreadPool(2)) {
            Future<Long> first = threads.submit(a);
            Future<Long> second = threads.submit(b);
            first.get();
            second.get();
        }
        assertThat(a.pool.outstanding()).isZero();
        assertThat(b.pool.outstanding()).isZero();
        assertThat(wire.a().held() + wire.b().held()).isZero();
        assertThat(wire.a().drops() + wire.b().drops()).isZero();
    }

    @Test
    void aLongOneSidedStreamArrivesWholeAndInOrder() throws Exception {
        run(256, 300_000, 0);
    }

    @Test
    void bothEndsMayTalkAtOnce() throws Exception {
        run(64, 150_000, 150_000);
    }

    @Test
    void aRingOfOnePacketNeverLosesAWakeUp() throws Exception {
        run(1, 5_000, 5_000);
    }

    @Test
    void aTinyRingThatIsAlwaysFullNeverLosesAWakeUp() throws Exception {
        run(3, 20_000, 0);
    }
}
