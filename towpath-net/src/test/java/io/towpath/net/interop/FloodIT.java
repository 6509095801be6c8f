package io.towpath.net.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// SYNs from addresses drawn at random, tens of thousands a second, at a port where curl fetches files meanwhile.
@Tag("interop")
@ExtendWith(Requirements.class)
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FloodIT {
    private static final int REQUESTS = 1_000;
    private static final Duration FLOOD = Duration.ofSeconds(20);
    /// Forged packets a second that reach the device at most: more than the host can read would drown curl's own in
    /// the queue of the device, whatever the host does with them.
    private static final int RATE_MAX = Integer.getInteger("towpath.flood.rate", 50_000);

    private static final long HEAP_GROWTH_MAX = 16 << 20;

    @Test
    @Rfc(value = 4987, section = "3.6")
    void everyRequestIsServedUnderASynFloodAndTheHeapStaysFlat(@TempDir Path www) throws Exception {
        Files.write(www.resolve("small"), new byte[1000]);
        try (Namespace namespace = new Namespace(true, 1000, www)) {
            assertThat(fetch(namespace, 100)).hasSize(100).containsOnly("200");
            namespace.must("nft", "add table inet flood");
            namespace.must("nft", "add chain inet flood out { type filter hook output priority 0; }");
            namespace.must(
                    "nft",
                    "add rule inet flood out oifname tp0 ip saddr != 10.77.0.1 limit rate over " + RATE_MAX
                            + "/second burst 1000 packets drop");
            long heapBefore = heap(namespace);
            long sentBefore = sent(namespace);
            long startedAt = System.nanoTime();
            namespace.begin("hping3", "-q", "-S", "-p", "80", "--flood", "--rand-source", "10.77.0.2");
            List<String> answers = new ArrayList<>();
            while (answers.size() < REQUESTS || System.nanoTime() - startedAt < FLOOD.toNanos()) {
                answers.addAll(fetch(namespace, 100));
            }
            double seconds = (System.nanoTime() - startedAt) / 1e9;
            double rate = (sent(namespace) - sentBefore) / seconds;
            long grown = heap(namespace) - heapBefore;
            System.out.printf(
                    "SYN flood: %.0f packets/s for %.0f s; %d requests served; heap grew by %d KiB%n",
                    rate, seconds, answers.size(), grown >> 10);
            assertThat(answers).containsOnly("200");
            assertThat(grown).isLessThan(HEAP_GROWTH_MAX);
        }
    }

    /// Fetches a file so many times, each over a connection of its own, and returns the codes of the answers.
    private static List<String> fetch(Namespace namespace, int times) throws IOException, InterruptedException {
        Namespace.Outcome outcome = namespace.run(
                "curl",
                "-sS",
                "--max-time",
                "60",
                "-H",
                "Connection: close",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}\n",
                "http://10.77.0.2/small?n=[1-" + times + "]");
        assertThat(outcome.errors()).isEmpty();
        return outcome.out().lines().toList();
    }

    private static long heap(Namespace namespace) throws IOException, InterruptedException {
        return Long.parseLong(namespace.ask("heap").replace("heap ", ""));
    }

    /// Packets that the kernel handed to the device so far.
    private static long sent(Namespace namespace) throws IOException, InterruptedException {
        return Long.parseLong(namespace
                .run("cat", "/sys/class/net/tp0/statistics/tx_packets")
                .out()
                .strip());
    }
}
