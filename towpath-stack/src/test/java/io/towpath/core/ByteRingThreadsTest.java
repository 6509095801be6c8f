package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/// One producer and one consumer on two threads, with nothing between them but the ring.
class ByteRingThreadsTest {
    private static final long TOTAL = 1_000_000;
    private static final Duration BOUND = Duration.ofSeconds(30);

    @Test
    void bytesWrittenWhileTheArrayGrowsArriveInOrder() throws Exception {
        for (int seed = 0; seed < 8; seed++) {
            var ring = new ByteRing(1 << 18);
            long produceSeed = seed;
            together(() -> write(ring, produceSeed), () -> read(ring, produceSeed + 100, TOTAL));
            assertThat(ring.readable()).isZero();
        }
    }

    @Test
    void bytesPlacedOutOfOrderArriveInOrder() throws Exception {
        for (int seed = 0; seed < 8; seed++) {
            var ring = new ByteRing(1 << 15);
            long produceSeed = seed;
            together(() -> place(ring, produceSeed), () -> read(ring, produceSeed + 200, TOTAL));
            assertThat(ring.readable()).isZero();
        }
    }

    @Test
    void aProducerThatTrimsWheneverItCanLosesNothing() throws Exception {
        var ring = new ByteRing(1 << 14);
        together(() -> writeAndTrim(ring), () -> read(ring, 300, TOTAL));
        assertThat(ring.readable()).isZero();
    }

    @Test
    void aConsumerThatTrimsWheneverItCanLosesNothing() throws Exception {
        for (int seed = 0; seed < 4; seed++) {
            var ring = new ByteRing(1 << 14);
            together(() -> writeSingly(ring), () -> readAndTrim(ring));
            assertThat(ring.readable()).isZero();
        }
    }

    /// So few bytes at a time that the consumer finds the ring empty again and again.
    private static long writeSingly(ByteRing ring) {
        var random = new SplittableRandom(6);
        long in = 0;
        while (in < TOTAL) {
            in += writeAll(ring, (int) Math.min(TOTAL - in, 1 + random.nextInt(20)), in);
        }
        return in;
    }

    private static long readAndTrim(ByteRing ring) {
        byte[] to = new byte[64];
        long out = 0;
        long trims = 0;
        for (int idle = 0; out < TOTAL; idle++) {
            int got = ring.read(to, 0, to.length);
            for (int i = 0; i < got; i++) {
                assertThat(to[i]).isEqualTo(ByteRingTest.at(out + i));
            }
            out += got;
            trims += ring.trimByConsumer() ? 1 : 0;
            idle = got > 0 ? 0 : idle;
            if (idle > 256) {
                yieldOrStop();
            }
        }
        return trims;
    }

    private static long write(ByteRing ring, long seed) {
        var random = new SplittableRandom(seed);
        long in = 0;
        while (in < TOTAL) {
            int n = (int) Math.min(TOTAL - in, 1 + random.nextInt(1 << random.nextInt(1, 16)));
            in += writeAll(ring, n, in);
        }
        return in;
    }

    /// Writes `n` bytes of the stream from `in` on, piece by piece as room comes.
    private static long writeAll(ByteRing ring, int n, long in) {
        byte[] bytes = ByteRingTest.stream(in, n);
        int done = 0;
        while (done < n) {
            int taken = ring.write(bytes, done, n - done);
            done += taken;
            if (taken == 0) {
                yieldOrStop();
            }
        }
        return n;
    }

    private static long place(ByteRing ring, long seed) {
        var random = new SplittableRandom(seed);
        long in = 0;
        while (in < TOTAL) {
            int n = (int) Math.min(TOTAL - in, 2 + random.nextInt((1 << 15) - 2));
            int split = 1 + random.nextInt(n);
            byte[] bytes = ByteRingTest.stream(in, n);
            for (int spins = 1; ring.writable() < n; spins++) { // ready to fill the room in the moment it appears
                if (spins % 256 == 0) {
                    yieldOrStop();
                } else {
                    Thread.onSpinWait();
                }
            }
            // The far part first: were room given back before its bytes are out, this would overwrite what the
            // consumer copies last.
            ring.place(in + split, bytes, split, n - split);
            ring.place(in, bytes, 0, split);
            in += n;
            ring.advance(in);
        }
        return in;
    }

    private static long writeAndTrim(ByteRing ring) {
        var random = new SplittableRandom(5);
        long in = 0;
        long trims = 0;
        while (in < TOTAL) {
            int n = (int) Math.min(TOTAL - in, 1 + random.nextInt(1000));
            in += writeAll(ring, n, in);
            if (ring.trim()) {
                trims++;
            }
        }
        return trims;
    }

    private static long read(ByteRing ring, long seed, long total) {
        var random = new SplittableRandom(seed);
        byte[] to = new byte[1 << 15];
        long out = 0;
        while (out < total) {
            int n = 1 + random.nextInt(to.length);
            int got;
            if (random.nextInt(4) == 0) {
                got = Math.min(n, ring.readable());
                ring.peek(out, to, 0, got);
                ring.release(out + got);
            } else {
                got = ring.read(to, 0, n);
            }
            for (int i = 0; i < got; i++) {
                if (to[i] != ByteRingTest.at(out + i)) {
                    throw new AssertionError("byte " + (out + i) + " is wrong");
                }
            }
            out += got;
            if (got == 0) {
                yieldOrStop();
            }
        }
        return out;
    }

    private static void yieldOrStop() {
        if (Thread.currentThread().isInterrupted()) {
            throw new AssertionError("the other side failed, or took too long");
        }
        Thread.yield();
    }

    private static void together(Callable<Long> producer, Callable<Long> consumer) throws Exception {
        var threads = Executors.newFixedThreadPool(2);
        try {
            var produced = threads.submit(producer);
            var consumed = threads.submit(consumer);
            try {
                consumed.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
                produced.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                throw new AssertionError(produced.state() + " producer, " + consumed.state() + " consumer", e);
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
