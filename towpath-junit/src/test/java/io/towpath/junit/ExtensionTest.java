package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.towpath.net.Host;
import io.towpath.net.TcpStream;
import io.towpath.wire.CapturedPacket;
import io.towpath.wire.PcapngReader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/// What JUnit sees of simulated networks.
class ExtensionTest {
    private static final List<Long> SEEDS = new ArrayList<>();
    private Network prepared;

    /// Around a test that must fail: looks at how.
    static final class Fails implements InvocationInterceptor {
        @Override
        public void interceptTestTemplateMethod(
                Invocation<Void> invocation, ReflectiveInvocationContext<Method> called, ExtensionContext context)
                throws Throwable {
            Throwable failure = null;
            try {
                invocation.proceed();
            } catch (Throwable thrown) {
                failure = thrown;
            }
            switch (context.getRequiredTestMethod().getName()) {
                case "aFailureTellsSeedLadderAndFile" -> looksRight(failure);
                case "aStalemateIsTheFailureEvenWhenTheTestWaitsOutOfSight" ->
                    assertThat(failure)
                            .isInstanceOf(StalemateException.class)
                            .hasMessageContaining("ExtensionTest.")
                            .hasMessageNotContaining("TowpathExtension");
                case "anAbortedTestStaysAborted" -> assertThat(failure).isInstanceOf(TestAbortedException.class);
                case "aFailureInTheBackgroundFailsTheTest" ->
                    assertThat(failure).hasMessage("thread \"worker\" failed: java.io.IOException: boom");
                default -> fail("unexpected");
            }
        }

        private static void looksRight(Throwable failure) throws Exception {
            assertThat(failure).isInstanceOf(AssertionError.class).hasMessage("boom");
            assertThat(failure.getSuppressed()).hasSize(1);
            String report = failure.getSuppressed()[0].toString();
            assertThat(report)
                    .contains("simulated network, seed 42, at 1200.000 ms of virtual time")
                    .contains("-Dtowpath.seed=42")
                    .contains("client ┬")
                    .contains("SYN seq 0")
                    .contains("✗ lost")
                    .doesNotContain("\"main\"");
            String line = report.lines()
                    .filter(text -> text.startsWith("  packets: "))
                    .findFirst()
                    .orElseThrow();
            Path file = Path.of(line.substring("  packets: ".length()));
            assertThat(file.getFileName()).hasToString("ExtensionTest.aFailureTellsSeedLadderAndFile-42.pcapng");
            byte[] bytes = Files.readAllBytes(file);
            List<CapturedPacket> packets = new ArrayList<>();
            PcapngReader reader = new PcapngReader(bytes);
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                packets.add(packet);
            }
            // Six left a host, the lost one did not arrive.
            assertThat(packets.size()).isGreaterThanOrEqualTo(7);
            Files.delete(file);
        }
    }

    @BeforeEach
    void prepare(Network net) {
        prepared = net;
        Host server = net.host("server");
        net.wire(server, net.host("client")).delay(ofMillis(50));
    }

    @ExtendWith(Fails.class)
    @TowpathTest(seed = 42)
    void aFailureTellsSeedLadderAndFile(Network net) throws Exception {
        assertThat(net).isSameAs(prepared);
        Host server = net.host("server");
        Host client = net.host("client");
        net.wire(server, client).from(client).loseNext(1);
        Echo.start(net, server, 7);
        try (TcpStream stream = client.connect(net.endpoint(server, 7))) {
            stream.write(new byte[10]);
            assertThat(stream.input().readNBytes(10)).hasSize(10);
            throw new AssertionError("boom");
        }
    }

    @ExtendWith(Fails.class)
    @TowpathTest
    void aStalemateIsTheFailureEvenWhenTheTestWaitsOutOfSight(Network net) throws Exception {
        new CountDownLatch(1).await();
    }

    @ExtendWith(Fails.class)
    @TowpathTest
    void anAbortedTestStaysAborted(Network net) {
        throw new TestAbortedException("not today");
    }

    @ExtendWith(Fails.class)
    @TowpathTest
    void aFailureInTheBackgroundFailsTheTest(Network net) throws Exception {
        net.start("worker", () -> {
            throw new java.io.IOException("boom");
        });
        net.sleep(ofSeconds(1));
    }

    @TowpathTest(seed = 10, seeds = 3)
    void aTestRunsOnceForEachSeed(Network net) {
        assertThat(Thread.currentThread().isVirtual()).isTrue();
        SEEDS.add(net.seed());
    }

    @AfterEach
    void theNetworkLivesOnAfterTheTest(Network net) throws Exception {
        assertThat(net).isSameAs(prepared);
        assertThat(net.host("server").isClosed()).isFalse();
        net.sleep(ofMillis(1));
    }

    @AfterAll
    static void allSeedsRan() {
        assertThat(SEEDS).containsExactly(10L, 11L, 12L);
    }
}
