package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Impairment;
import io.towpath.link.Impairments;
import io.towpath.link.MemoryLink;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Live hosts on bad wires, whose decorators have deadlines of their own.
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ImpairedHostsTest {
    private static HostPair pair(Impairments impairments, Offloads offloads) throws IOException {
        MemoryLink.Pair wire = MemoryLink.sharedPair("bad", 1500, offloads, 1024);
        Entropy entropy = Entropy.seeded(7);
        return new HostPair(
                Towpath.host("a")
                        .link(Impairment.onTransmit(wire.a(), impairments, entropy.split("a")))
                        .address("10.0.0.1/24")
                        .start(),
                Towpath.host("b")
                        .link(Impairment.onTransmit(wire.b(), impairments, entropy.split("b")))
                        .address("10.0.0.2/24")
                        .start());
    }

    private static void transfer(HostPair pair, int bytes) throws Exception {
        byte[] data = new byte[bytes];
        new Random(5).nextBytes(data);
        EchoServer.start(pair.b(), 7, 5);
        try (TcpStream stream = pair.a().connect("10.0.0.2", 7)) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    stream.write(data);
                    stream.shutdownOutput();
                } catch (IOException e) {
                    stream.abort();
                }
            });
            assertThat(stream.input().readAllBytes()).isEqualTo(data);
            writer.join();
        }
    }

    @Test
    void dataSurvivesLossReorderingDuplicationAndCorruption() throws Exception {
        Impairments bad = Impairments.builder()
                .delay(2 * Time.MILLISECOND)
                .jitter(Time.MILLISECOND)
                .loss(0.01)
                .duplicate(0.01)
                .reorder(0.02, 3 * Time.MILLISECOND)
                .corrupt(0.005)
                .build();
        try (HostPair pair = pair(bad, Offloads.NONE)) {
            transfer(pair, 1_000_000);
        }
    }

    @Test
    void aDelayIsSeenInTheRoundTripTime() throws Exception {
        try (HostPair pair = pair(Impairments.NONE.withDelay(10 * Time.MILLISECOND), new Offloads(true, 65_535))) {
            transfer(pair, 1_000_000);
            try (TcpStream stream = pair.a().connect("10.0.0.2", 7)) {
                stream.write(new byte[] {1});
                assertThat(stream.input().read()).isEqualTo(1);
                assertThat(Duration.ofNanos(stream.info().minRttNanos())).isGreaterThanOrEqualTo(Duration.ofMillis(20));
            }
        }
    }
}
