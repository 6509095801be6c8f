package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A byte goes back and forth very often. A single lost wake-up would stop it until a retransmission timeout, a
/// second at least; the test's time allows for none.
class LostWakeUpTest {
    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "false, false"})
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aByteGoesBackAndForthAHundredThousandTimes(boolean virtualClient, boolean virtualServer) throws Exception {
        int rounds = 100_000;
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24")) {
            TcpServer server = pair.b().listen(7);
            TcpStream client = pair.a().connect("10.0.0.2", 7);
            TcpStream accepted = server.accept();
            AtomicInteger answered = new AtomicInteger();
            Thread answering = start(virtualServer, () -> {
                byte[] one = new byte[1];
                while (accepted.read(one) == 1) {
                    accepted.write(one);
                    answered.incrementAndGet();
                }
            });
            AtomicInteger returned = new AtomicInteger();
            Thread asking = start(virtualClient, () -> {
                byte[] one = new byte[1];
                for (int i = 0; i < rounds; i++) {
                    client.write(one);
                    if (client.read(one) == 1) {
                        returned.incrementAndGet();
                    }
                }
                client.close();
            });
            asking.join();
            answering.join();
            assertThat(returned).hasValue(rounds);
            assertThat(answered).hasValue(rounds);
            assertThat(client.info().timeouts()).isZero();
            assertThat(accepted.info().timeouts()).isZero();
        }
    }

    /// One side of the game.
    private interface Side {
        void play() throws IOException;
    }

    private static Thread start(boolean virtual, Side side) {
        return (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(() -> {
            try {
                side.play();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
