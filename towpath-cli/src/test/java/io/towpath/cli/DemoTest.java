package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.observe.TextStyle;
import io.towpath.wire.CapturedPacket;
import io.towpath.wire.PcapngReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    /// Without the one line that tells real time.
    private static String withoutRealTime(String out) {
        return out.lines()
                .filter(line -> !line.contains(" real") && !line.contains("realNanos"))
                .reduce("", (a, b) -> a + b + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "5%", "30%"})
    void everythingArrivesWhateverTheWireLoses(String loss) {
        var outcome = Terminal.run("demo", "--size", "300k", "--loss", loss);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .contains("300,000 of 300,000 bytes arrived, SHA-256 equal")
                .contains("Everything arrived intact.");
    }

    @Test
    void theLadderShowsHandshakeAndCloseWithTheStatesOfBothEnds() {
        var lines = Terminal.run("demo", "--size", "100k", "--loss", "0")
                .out()
                .lines()
                .toList();

        assertThat(lines).anyMatch(line -> line.matches(" +0\\.000 ms +SYN-SENT ├─ SYN seq 0 .*─►│ SYN-RECEIVED"));
        assertThat(lines)
                .anyMatch(
                        line -> line.matches(" +20\\.000 ms +ESTABLISHED │◄─.* SYN,ACK seq 0 ack 1 .*─┤ SYN-RECEIVED"));
        assertThat(lines)
                .anyMatch(line -> line.matches(" +40\\.000 ms +ESTABLISHED ├─ ACK seq 1 ack 1 ─.*│ ESTABLISHED"));
        assertThat(lines).anyMatch(line -> line.matches(".* FIN-WAIT-1 ├─ FIN,ACK .*─►│ CLOSE-WAIT"));
        assertThat(lines).anyMatch(line -> line.matches(".* FIN-WAIT-2 │◄─.* ACK .*┤ CLOSE-WAIT"));
        assertThat(lines).anyMatch(line -> line.matches(".* TIME-WAIT │◄─.* FIN,ACK .*┤ LAST-ACK"));
        assertThat(lines).anyMatch(line -> line.matches(".* TIME-WAIT ├─ ACK .*─►│ CLOSED"));
    }

    @Test
    void theClientSendsAsSoonAsItIsEstablished() {
        var lines = Terminal.run("demo", "--size", "100k", "--loss", "0")
                .out()
                .lines()
                .toList();

        assertThat(lines).anyMatch(line -> line.matches(" +40\\.000 ms +ESTABLISHED ├─ ACK seq 1 ack 1 len 1448 ─.*"));
    }

    @Test
    void theHandshakeIsShownBeforeTheProgressAndAllElseAfterItInOrderOfTime() {
        var lines = Terminal.run("demo", "--size", "300k", "--loss", "20%", "--seed", "4")
                .out()
                .lines()
                .toList();
        int progress = indexOf(lines, " +transfer .*");
        int firstData = indexOf(lines, ".* len 1448 .*");

        assertThat(lines.subList(0, progress)).anyMatch(line -> line.contains("├─ SYN seq 0"));
        assertThat(firstData).isGreaterThan(progress);
        assertThat(lines.subList(progress, firstData)).noneMatch(line -> line.contains("├─ SYN seq 0"));
        assertThat(lines).anyMatch(line -> line.contains("first and last packets, then the close"));
    }

    @Test
    void aLostAcknowledgmentDoesNotOpenTheServerAndTheDataBesideItDoes() {
        var lines = Terminal.run("demo", "--size", "20k", "--loss", "10%", "--seed", "3")
                .out()
                .lines()
                .toList();

        assertThat(lines).anyMatch(line -> line.matches(" +40\\.000 ms .* ACK seq 1 ack 1 ─+ ✗ lost │ SYN-RECEIVED"));
        assertThat(lines).anyMatch(line -> line.matches(" +40\\.000 ms .* len 1448 ─+►│ ESTABLISHED"));
    }

    @Test
    void anAssociationOpensOverTwoPathsOutlivesTheCutOfOneAndIsShutDown() {
        var lines = Terminal.run("demo", "--size", "300k", "--loss", "0")
                .out()
                .lines()
                .toList();
        int cut = indexOf(lines, " +The first path is cut:");

        assertThat(lines).anyMatch(line -> line.matches(".* COOKIE-WAIT ├─ INIT tsn 1 streams 4/4 .*─►│ CLOSED"));
        assertThat(lines).anyMatch(line -> line.matches(".* COOKIE-ECHOED │◄─.* INIT ACK tsn 1 .*─┤ CLOSED"));
        assertThat(lines).anyMatch(line -> line.matches(".* COOKIE-ECHOED ├─ COOKIE ECHO ─.*►│ ESTABLISHED"));
        assertThat(lines).anyMatch(line -> line.matches(".* ESTABLISHED │◄─.* COOKIE ACK ─┤ ESTABLISHED"));
        assertThat(lines).anyMatch(line -> line.contains("path 2: HEARTBEAT"));
        assertThat(lines.subList(0, cut)).noneMatch(line -> line.contains("path 2: DATA"));
        assertThat(lines.subList(cut, lines.size())).anyMatch(line -> line.matches(".*├─ DATA .* ✗ lost .*"));
        assertThat(lines.subList(cut, lines.size())).anyMatch(line -> line.matches(".*├─ path 2: DATA .*─►│.*"));
        assertThat(lines).anyMatch(line -> line.matches(".* ├─ path 2: SHUTDOWN ─+►│ SHUTDOWN-ACK-SENT"));
        assertThat(lines).anyMatch(line -> line.matches(".* CLOSED ├─ path 2: SHUTDOWN COMPLETE ─+►│ CLOSED"));
        assertThat(lines)
                .anyMatch(line -> line.matches(" +SCTP +40 of 40 messages delivered on 4 streams, 300 kB, each .*"));
        assertThat(lines).anyMatch(line -> line.matches(" +paths .*messages went on by the second [0-9.]+ ms later"));
    }

    private static int indexOf(List<String> lines, String pattern) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches(pattern)) {
                return i;
            }
        }
        throw new AssertionError("no line matches " + pattern);
    }

    @Test
    void theHeadingNamesTheMinimumRto() {
        assertThat(Terminal.run("demo", "--size", "1k").out()).contains("minimum RTO of 200 ms, as Linux does");
    }

    @Test
    void theSameSeedGivesTheSameRunAndAnotherSeedAnother() {
        String[] options = {"demo", "--size", "200k", "--loss", "10%", "--json", "--seed", "7"};
        String first = Terminal.run(options).out();
        options[7] = "8";
        String other = Terminal.run(options).out();
        options[7] = "7";

        assertThat(withoutRealTime(Terminal.run(options).out())).isEqualTo(withoutRealTime(first));
        assertThat(withoutRealTime(other)).isNotEqualTo(withoutRealTime(first));
    }

    @Test
    void anEmptyFileIsAFileToo() {
        assertThat(Terminal.run("demo", "--size", "0", "--loss", "0").exitCode())
                .isZero();
    }

    @Test
    void jsonIsOneDocumentWithTheLadder() {
        var outcome = Terminal.run("demo", "--size", "100k", "--json");

        assertThat(outcome.out()).startsWith("{").contains("\"intact\": true").contains("\"flags\": \"SYN,ACK\"");
        assertThat(JsonDocument.read(outcome.out()))
                .containsEntry("intact", true)
                .containsKeys("options", "transfer", "udp", "ping", "sctp", "counters", "drops", "ladder", "hash");
    }

    @Test
    void asciiPaperGetsAsciiOnly() {
        var outcome = Terminal.run(new TextStyle(80, false, false), false, "demo", "--size", "100k", "--loss", "20%");

        assertThat(outcome.out()).isASCII().contains("-->|").contains("x lost");
    }

    @Test
    void aTerminalSeesColoursAndABarThatIsDrawnOver() {
        var outcome = Terminal.run(new TextStyle(100, true, true), true, "demo", "--size", "100k");

        assertThat(outcome.out()).contains("\u001b[").contains("\r    transfer");
    }

    @Test
    void theCaptureHoldsBothEnds() throws IOException {
        Path file = folder.resolve("demo.pcapng");
        var outcome = Terminal.run("demo", "--size", "50k", "--loss", "10%", "--pcap", file.toString());

        assertThat(outcome.exitCode()).isZero();
        var reader = new PcapngReader(Files.readAllBytes(file));
        int[] ends = new int[2];
        int commented = 0;
        for (@Nullable CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
            ends[packet.interfaceId()]++;
            commented += packet.comment() == null ? 0 : 1;
        }
        assertThat(ends[0]).isGreaterThan(40);
        assertThat(ends[1]).isGreaterThan(40);
        assertThat(commented).isPositive();
    }

    @Test
    void realTimeTakesAsLongAsItSays() {
        long began = System.nanoTime();
        var outcome = Terminal.run("demo", "--size", "1k", "--loss", "0", "--delay", "5ms", "--real-time");

        // Handshake, transfer, close, three datagrams, three pings: 300 ms of virtual time at least.
        assertThat(outcome.exitCode()).isZero();
        assertThat(System.nanoTime() - began).isGreaterThan(200_000_000L);
    }
}
