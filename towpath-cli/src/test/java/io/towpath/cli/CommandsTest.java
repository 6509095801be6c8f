package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.observe.TextStyle;
import io.towpath.sim.SimRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "host",
                "ss",
                "sim",
                "bench",
                "bench tcp",
                "bench sctp",
                "bench sockets",
                "sctp",
                "sctp echo",
                "sctp send",
                "sctp perf",
                "completion"
            })
    void everyCommandHasHelp(String command) {
        var outcome = Terminal.run((command + " --help").strip().split(" "));

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .startsWith(("Usage: towpath " + command).strip())
                .contains("--help");
    }

    @Test
    void theHelpTellsHowAHostEnds() {
        assertThat(Terminal.run("host", "--help").out()).containsPattern("130 +ended by Ctrl-C");
    }

    @Test
    void theHelpTellsHowToSeeOneEndOfACapture() {
        assertThat(Terminal.run("demo", "--help").out().replaceAll("\\s+", " "))
                .contains("frame.interface_id == 0 (client)");
    }

    @Test
    void withoutACommandTheHelpIsShown() {
        assertThat(Terminal.run().out()).contains("towpath demo").contains("Commands:");
    }

    @Test
    void theVersionNamesTheProgram() {
        var outcome = Terminal.run("--version");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).startsWith("towpath ").contains("Java 25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void completionKnowsCommandsAndOptions(String shell) {
        var outcome = Terminal.run("completion", shell);

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("--loss").contains("demo").contains("completion");
    }

    @Test
    void theCompletionScriptIsOneThatBashReads() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no /bin/bash on this system");
        Path script = folder.resolve("completion.bash");
        Files.writeString(script, Terminal.run("completion", "bash").out());

        Process bash = new ProcessBuilder("/bin/bash", "-n", script.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).isZero();
    }

    @Test
    void seedsThatPassAreCountedAndCanBeReplayed() {
        var outcome = Terminal.run("sim", "--seeds", "3", "--threads", "1");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).startsWith("3 seeds passed: ").hasLineCount(2);
        assertThat(outcome.out())
                .contains("Base seed 1 gave the seeds " + SimRunner.seed(1, 0))
                .contains("towpath sim --replay " + SimRunner.seed(1, 0));
    }

    @Test
    void seedsThatPassAreNamedWhenAsked() {
        assertThat(Terminal.run("sim", "--seeds", "2", "--base", "9", "--list").out())
                .contains("seed " + SimRunner.seed(9, 0) + " passed")
                .contains("seed " + SimRunner.seed(9, 1) + " passed");
    }

    @Test
    void seedsAreDataToo() {
        var outcome = Terminal.run("sim", "--seeds", "2", "--json");

        assertThat(JsonDocument.read(outcome.out()))
                .containsEntry("base", 1L)
                .containsEntry("seeds", 2L)
                .containsEntry("failed", 0L)
                .containsKeys("packets", "bytes", "virtualNanos", "failures");
    }

    @Test
    void aSeedCanBeReplayed() {
        var outcome = Terminal.run("sim", "--replay", "5");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .contains("passed after")
                .contains("ssthresh infinite")
                .doesNotContain("9223372036854775807")
                .contains("Segments: FLAGS sequence +length");
    }

    @Test
    void theEngineAndTheStreamsAreMeasured() {
        var outcome = Terminal.run("bench", "tcp", "--seconds", "0.3", "--json");

        assertThat(outcome.exitCode()).isZero();
        assertThat(JsonDocument.read(outcome.out()))
                .containsEntry("link", "memory")
                .containsKeys("results", "mtu");
        assertThat(outcome.out()).contains("allocatedBytesPerSegment").contains("roundTripP99Nanos");
    }

    @Test
    void javaSocketsAreMeasuredBesideTheLoopbacks() {
        var outcome = Terminal.run("bench", "sockets", "--seconds", "0.05", "--json");

        assertThat(outcome.err()).isEmpty();
        assertThat(JsonDocument.read(outcome.out())).containsKeys("results", "seconds", "rounds");
        assertThat(outcome.out())
                .contains("\"socketBulk64\"", "\"channelConnections\"", "\"ratio\"")
                .doesNotContain("\"towpath\": 0.0");
        assertThat(Terminal.run("bench", "sockets", "--rounds", "0").err())
                .startsWith("towpath bench sockets: --rounds expects 1 to 99, not 0");
    }

    @Test
    void theListOfBenchmarksSaysWhatEachIsInASentence() {
        assertThat(Terminal.run("bench", "--help").out().replaceAll("\\s+", " "))
                .contains("tcp TCP: bulk, round trips, connections, bytes allocated per segment. sctp SCTP: messages in"
                        + " one direction over an association. sockets java.net and java.nio over Towpath, beside"
                        + " the system's loopback. memory Heap of established connections and associations on"
                        + " which nothing happens.");
    }

    @Test
    void messagesAreMeasured() {
        var outcome = Terminal.run("bench", "sctp", "--seconds", "0.1", "--size", "100,20k", "--json");

        assertThat(outcome.err()).isEmpty();
        assertThat(JsonDocument.read(outcome.out())).containsEntry("mtu", 1500L).containsKeys("results", "unordered");
        assertThat(outcome.out()).contains("\"messageBytes\": 20000").doesNotContain("\"messagesPerSecond\": 0.0");
        assertThat(Terminal.run("bench", "sctp", "--seconds", "0.1", "--size", "100", "--only", "sock", "--json")
                        .out())
                .contains("\"messageBytes\": 100", "\"socketMessagesPerSecond\"")
                .doesNotContain("\"messagesPerSecond\"", "\"packetsPerSecond\"");
        assertThat(Terminal.run("bench", "sctp", "--size", "0").err())
                .startsWith("towpath bench sctp: --size expects 1 to 1048576 bytes, not 0");
    }

    @Test
    void coloursNeedATerminalAndNobodyWhoRefusesThem() {
        var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

        assertThat(Console.style(out, true, Map.of()).colours()).isTrue();
        assertThat(Console.style(out, false, Map.of()).colours()).isFalse();
        assertThat(Console.style(out, true, Map.of("NO_COLOR", "1")).colours()).isFalse();
        assertThat(Console.style(out, true, Map.of("NO_COLOR", "")).colours()).isTrue();
        assertThat(Console.style(out, true, Map.of("TERM", "dumb")).colours()).isFalse();
    }

    @Test
    void boxesNeedACharsetThatHasThem() {
        var ascii = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.US_ASCII);

        assertThat(Console.style(ascii, false, Map.of()).unicode()).isFalse();
    }

    @Test
    void theWidthFollowsTheEnvironmentWithinReason() {
        var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

        assertThat(Console.style(out, false, Map.of("COLUMNS", "80")).width()).isEqualTo(80);
        assertThat(Console.style(out, false, Map.of("COLUMNS", "20")).width()).isEqualTo(TextStyle.WIDTH_MIN);
        assertThat(Console.style(out, false, Map.of("COLUMNS", "900")).width()).isEqualTo(116);
        assertThat(Console.style(out, false, Map.of("COLUMNS", "wide")).width()).isEqualTo(100);
    }
}
