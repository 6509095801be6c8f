package io.towpath.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Entropy;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random and randomly changed programs for a [FuzzedHost], the same ones in every run.
class RandomProgramsTest {
    @TestFactory
    List<DynamicTest> everySeedLeavesTheHostWhole() {
        return Seeds.all().entrySet().stream()
                .map(seed -> DynamicTest.dynamicTest(seed.getKey(), () -> new FuzzedHost().run(seed.getValue())))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void changedSeedsLeaveTheHostWholeAndReachTheDepths(long seed) {
        Entropy chance = Entropy.seeded(seed);
        List<byte[]> seeds = List.copyOf(Seeds.all().values());
        var reached = EnumSet.noneOf(Counter.class);
        for (int i = 0; i < 1000; i++) {
            var host = new FuzzedHost();
            byte[] program = mutated(chance, seeds);
            try {
                host.run(program);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("program " + java.util.HexFormat.of().formatHex(program), e);
            }
            for (Map.Entry<Counter, Long> count :
                    host.host().stack.snapshot(0).counters().entrySet()) {
                reached.add(count.getKey());
            }
        }
        assertThat(reached)
                .contains(
                        Counter.UDP_IN,
                        Counter.IP_REASSEMBLED,
                        Counter.IP_FORWARDED,
                        Counter.TCP_PASSIVE_OPENS,
                        Counter.TCP_RESETS_IN,
                        Counter.TCP_RETRANSMIT_FAST,
                        Counter.TCP_RETRANSMIT_TIMEOUT,
                        Counter.TCP_WINDOW_PROBES,
                        Counter.TCP_KEEPALIVES,
                        Counter.TCP_CHALLENGE_ACKS,
                        Counter.TCP_OUT_OF_ORDER,
                        Counter.TCP_TIME_WAIT);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void randomStepsLeaveTheHostWhole(long seed) {
        Entropy chance = Entropy.seeded(seed);
        for (int i = 0; i < 150; i++) {
            byte[] program = new byte[4000];
            chance.fill(program);
            // Random lengths would swallow the program whole: the steps on whole packets are made rare and short.
            for (int at = 0; at < program.length; at++) {
                if (chance.chance(0.7)) {
                    program[at] &= (byte) (chance.chance(0.5) ? 7 : 31);
                }
            }
            try {
                new FuzzedHost().run(program);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + " program " + i, e);
            }
        }
    }

    /// Several seeds in a row with some bytes changed.
    private static byte[] mutated(Entropy chance, List<byte[]> seeds) {
        var out = new java.io.ByteArrayOutputStream();
        int parts = 10 + chance.nextInt(20);
        for (int i = 0; i < parts; i++) {
            byte[] part = seeds.get(chance.nextInt(seeds.size())).clone();
            for (int changes = chance.nextInt(3); changes > 0; changes--) {
                int at = chance.nextInt(Math.min(part.length, 80));
                part[at] = (byte) (chance.chance(0.3) ? chance.nextInt(256) : part[at] ^ 1 << chance.nextInt(8));
            }
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
