package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.Host;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The same seed gives the same run, to the last bit.
class LockStepTest {
    /// Three clients at once over a wire that loses a tenth; then a minute of silence.
    private static String run(long seed) throws Exception {
        String[] capture = new String[1];
        Network.simulate(seed, net -> {
            Host server = net.host("server");
            Host client = net.host("client");
            net.wire(server, client).delay(ofMillis(150)).jitter(ofMillis(20)).loss(0.10);
            try (var listening = Echo.start(net, server, 7)) {
                net.run(
                        () -> Echo.exchange(client, net.endpoint(server, 7), 40_000, net),
                        () -> Echo.exchange(client, net.endpoint(server, 7), 10_000, net),
                        () -> Echo.exchange(client, net.endpoint(server, 7), 1, net));
                net.sleep(ofSeconds(60));
            }
            capture[0] = Digest.of(net.capture());
            assertThat(net.now()).isGreaterThan(ofSeconds(60));
            assertThat(net.notices()).isEmpty();
        });
        return capture[0];
    }

    @Test
    void tenRunsOfOneSeedGiveTheSameCaptureAndAnotherSeedAnother() throws Exception {
        String first = run(7);
        for (int i = 1; i < 10; i++) {
            assertThat(run(7)).as("run %d", i + 1).isEqualTo(first);
        }
        assertThat(run(8)).isNotEqualTo(first);
    }

    private static String example(long seed) throws Exception {
        String[] capture = new String[1];
        Network.simulate(seed, net -> {
            new LossyNetworkTest().survivesALossyNetwork(net);
            capture[0] = Digest.of(net.capture());
            assertThat(net.now()).isGreaterThan(ofSeconds(60));
        });
        return capture[0];
    }

    @Test
    void theExampleOfTheReadmeIsTheSameTenTimesAndAMinuteOfItTakesLessThanASecond() throws Exception {
        String first = example(7);
        for (int i = 1; i < 10; i++) {
            long begun = System.nanoTime();
            assertThat(example(7)).as("run %d", i + 1).isEqualTo(first);
            assertThat(System.nanoTime() - begun).isLessThan(1_000_000_000L);
        }
        assertThat(example(8)).isNotEqualTo(first);
    }

    @Test
    void aMinuteOnTheNetworkTakesLessThanASecond() throws Exception {
        String warm = run(1);
        assertThat(warm).isNotEmpty();
        long begun = System.nanoTime();
        String timed = run(2);
        assertThat(System.nanoTime() - begun).isLessThan(1_000_000_000L);
        assertThat(timed).isNotEmpty();
    }

    private static List<String> order(long seed) throws Exception {
        List<String> order = new ArrayList<>();
        Network.simulate(seed, net -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (String name : List.of("a", "b", "c", "d")) {
                tasks.add(net.start(name, () -> {
                    for (int i = 0; i < 3; i++) {
                        order.add(name); // no lock: one thread runs at a time
                        net.sleep(ofMillis(1));
                    }
                }));
            }
            for (Task<?> task : tasks) {
                Object ignored = task.join();
            }
        });
        return order;
    }

    @Test
    void theOrderOfThreadsIsDrawnFromTheSeed() throws Exception {
        Set<List<String>> orders = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            List<String> order = order(seed);
            assertThat(order).hasSize(12).isEqualTo(order(seed));
            orders.add(order);
        }
        assertThat(orders).hasSizeGreaterThan(15);
    }

    @Test
    void theThreadThatMakesANetworkTakesPart() throws Exception {
        try (Network net = Network.simulate(3)) {
            Host server = net.host("server");
            Host client = net.host("client");
            net.wire(server, client).delay(ofMillis(150));
            try (var listening = Echo.start(net, server, 7)) {
                Echo.exchange(client, net.endpoint(server, 7), 5000, net);
            }
            assertThat(net.now()).as("a round trip to open, one to echo").isEqualTo(ofMillis(600));
        }
    }
}
