package io.towpath.net.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the programs of usrsctp (Debian's `libusrsctp-examples`) and a Towpath host do with each other. Each subclass
/// does it on another wire. All packets are captured, and tshark finds nothing wrong with them.
@Tag("interop")
@ExtendWith(Requirements.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Requirements.Needs("/usr/lib/usrsctp/tsctp")
abstract class UsrsctpScenarios {
    private static final String PROGRAMS = "/usr/lib/usrsctp/";

    @TempDir
    static Path directory;

    private Namespace namespace;
    private Process capture;
    private int outputs;

    /// The host under test.
    abstract Namespace open() throws IOException, InterruptedException;

    /// Where packets can be captured and lost.
    abstract String device();

    /// Address of the host under test, as usrsctp's programs name it.
    abstract String host();

    /// Address of usrsctp, as the host names it.
    abstract String peer();

    /// The host's UDP encapsulation port, 0 for none.
    abstract int hostUdpPort();

    /// Usrsctp's UDP encapsulation port, also when it is not used.
    abstract int peerUdpPort();

    @BeforeAll
    void begin() throws Exception {
        namespace = open();
        capture = namespace.begin(
                directory.resolve("tshark"),
                "tshark",
                "-q",
                "-i",
                device(),
                "-w",
                directory.resolve("all.pcapng").toString());
        waitForCapture();
    }

    /// tshark says that it captures before it does; what matters is that the file grows with a packet.
    private void waitForCapture() throws Exception {
        Path file = directory.resolve("all.pcapng");
        for (int i = 0; i < 100 && (!Files.exists(file) || Files.size(file) == 0); i++) {
            Namespace.Outcome ignored = namespace.run("sleep", "0.1");
        }
    }

    @AfterAll
    void end() {
        if (namespace != null) {
            namespace.close();
        }
    }

    // ---- usrsctp's programs

    /// tsctp as client of the host's discard service: how many messages it sends.
    private String[] tsctpTo(int count, int size, String... more) {
        List<String> words = tsctp(count, size, more);
        words.addAll(List.of("-p", "9", host()));
        return words.toArray(String[]::new);
    }

    private List<String> tsctp(int count, int size, String... more) {
        List<String> words = new ArrayList<>(List.of(
                PROGRAMS + "tsctp",
                "-E",
                Integer.toString(peerUdpPort()),
                "-U",
                Integer.toString(hostUdpPort()),
                "-n",
                Integer.toString(count),
                "-l",
                Integer.toString(size)));
        words.addAll(List.of(more));
        return words;
    }

    /// Where a program that runs beside the test says what it says, which is much.
    private Path output() {
        return directory.resolve("output-" + ++outputs);
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("output-" + outputs), StandardCharsets.ISO_8859_1);
    }

    /// A server program, which listens when its UDP or SCTP socket is there.
    private Beside server(String program, int udpRemote) throws Exception {
        Process process = namespace.begin(
                output(), PROGRAMS + program, Integer.toString(peerUdpPort()), Integer.toString(udpRemote));
        settle();
        return new Beside(process);
    }

    /// Usrsctp's programs say nothing when they are ready; who asks too early is refused and asks again.
    private void settle() throws Exception {
        Namespace.Outcome ignored = namespace.run("sleep", "0.7");
    }

    /// What the host says of the next association of a service; of those that an earlier test left, nothing.
    private String served(String service) throws InterruptedException {
        String line = namespace.said();
        for (int i = 0; i < 5 && !line.contains(service); i++) {
            line = namespace.said();
        }
        return line;
    }

    /// A program that is ended with the test that began it.
    private record Beside(Process process) implements AutoCloseable {
        @Override
        public void close() throws InterruptedException {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private String order(boolean unordered) {
        return unordered ? "unordered" : "ordered";
    }

    private int encapsulation() {
        return hostUdpPort() == 0 ? 0 : peerUdpPort();
    }

    // ---- the tests

    @ParameterizedTest
    @Order(1)
    @CsvSource({"1000, 1, false", "1000, 100, true", "2000, 1452, false", "500, 5000, true", "200, 65536, false"})
    void tsctpSendsToDiscard(int count, int size, boolean unordered) throws Exception {
        Namespace.Outcome outcome =
                namespace.run(unordered ? tsctpTo(count, size, "-u", "-D") : tsctpTo(count, size, "-D"));
        assertThat(outcome.exit()).as(outcome.errors()).isZero();
        assertThat(served("discard")).isEqualTo("served discard " + count + " " + (long) count * size);
    }

    @ParameterizedTest
    @Order(2)
    @CsvSource({
        "1000, 1, 1, false",
        "1000, 100, 100, true",
        "2000, 1452, 10, false",
        "500, 5000, 3, true",
        "200, 65536, 1, false"
    })
    void tsctpReceives(int count, int size, int streams, boolean unordered) throws Exception {
        String said;
        try (Beside server = new Beside(
                namespace.begin(output(), tsctp(0, size, "-p", "5001").toArray(String[]::new)))) {
            settle();
            String command = "send " + peer() + ":5001 " + count + " " + size + " " + streams + " " + order(unordered)
                    + " " + encapsulation();
            said = namespace.ask(command);
            if (said.startsWith("failed")) {
                // Nothing tells when the program listens; until it does the kernel answers for it.
                System.out.println("once more, it " + said);
                settle();
                settle();
                said = namespace.ask(command);
            }
            settle();
        }
        assertThat(said).isEqualTo("sent " + count);
        // length, first length, messages, notifications, seconds, throughput: one line of numbers per association.
        assertThat(said()).containsPattern("(?m)^" + size + ", \\d+, " + count + ", ");
    }

    @ParameterizedTest
    @Order(3)
    @CsvSource({"300, 9000, 1, false", "300, 2000, 10, false", "300, 9000, 10, true"})
    void everythingComesBackFromEchoServer(int count, int size, int streams, boolean unordered) throws Exception {
        String said;
        try (Beside server = server("echo_server", hostUdpPort())) {
            said = namespace.ask("echo " + peer() + ":7 " + count + " " + size + " " + streams + " " + order(unordered)
                    + " " + encapsulation());
        }
        assertThat(said).isEqualTo("echoed " + count);
    }

    @Test
    @Order(4)
    void discardServerTakesEverythingAndTheHostShutsDown() throws Exception {
        String said;
        try (Beside server = server("discard_server", hostUdpPort())) {
            said = namespace.ask("send " + peer() + ":9 500 3000 20 ordered " + encapsulation());
        }
        assertThat(said).isEqualTo("sent 500");
    }

    @Test
    @Order(5)
    void daytimeServerTellsTheTimeAndShutsDown() throws Exception {
        String said;
        try (Beside server = server("daytime_server", hostUdpPort())) {
            said = namespace.ask("read " + peer() + ":13 " + encapsulation());
        }
        assertThat(said).startsWith("read ").contains(":").contains("and the peer shut down");
    }

    @Test
    @Order(6)
    void clientTalksToEchoAndShutsDown() throws Exception {
        String served;
        try (Beside client = new Beside(namespace.begin(
                output(),
                PROGRAMS + "client",
                host(),
                "7",
                "0",
                Integer.toString(peerUdpPort()),
                Integer.toString(hostUdpPort())))) {
            settle();
            client.process().getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            client.process().getOutputStream().flush();
            settle();
            client.process().getOutputStream().close();
            served = served("echo");
        }
        assertThat(said()).contains("hello");
        assertThat(served).startsWith("served echo 1 ");
    }

    @Test
    @Order(7)
    void clientReadsTheTimeAndTheHostShutsDown() throws Exception {
        String served;
        try (Beside client = new Beside(namespace.begin(
                output(),
                PROGRAMS + "client",
                host(),
                "13",
                "0",
                Integer.toString(peerUdpPort()),
                Integer.toString(hostUdpPort())))) {
            served = served("daytime");
            settle();
        }
        assertThat(served).startsWith("served daytime 0");
        assertThat(said()).contains("UTC");
    }

    @ParameterizedTest
    @Order(8)
    @CsvSource({"200, 9000, 10, false", "200, 2000, 10, true"})
    void nothingIsLostOrDoubledOrDisorderedWhenPacketsAreLost(int count, int size, int streams, boolean unordered)
            throws Exception {
        lossy();
        String said;
        try (Beside server = server("echo_server", hostUdpPort())) {
            said = namespace.ask("echo " + peer() + ":7 " + count + " " + size + " " + streams + " " + order(unordered)
                    + " " + encapsulation());
        }
        assertThat(said).isEqualTo("echoed " + count);
    }

    @ParameterizedTest
    @Order(9)
    @CsvSource({"500, 100, true", "100, 5000, false"})
    void tsctpsMessagesAllArriveWhenPacketsAreLost(int count, int size, boolean unordered) throws Exception {
        lossy();
        Namespace.Outcome outcome =
                namespace.run(unordered ? tsctpTo(count, size, "-u", "-D") : tsctpTo(count, size, "-D"));
        assertThat(outcome.exit()).as(outcome.errors()).isZero();
        assertThat(served("discard")).isEqualTo("served discard " + count + " " + (long) count * size);
    }

    private boolean loses;

    private void lossy() throws Exception {
        if (!loses) {
            loses = true;
            namespace.lose(device(), 5);
        }
    }

    @Test
    @Order(100)
    void tsharkDecodesEveryPacketAndEveryChecksumIsRight() throws Exception {
        settle();
        capture.descendants().forEach(ProcessHandle::destroy);
        capture.destroy();
        boolean ignored = capture.waitFor(20, TimeUnit.SECONDS);
        long all = tshark("sctp").lines().count();
        assertThat(all).isGreaterThan(5_000);
        assertThat(tshark("sctp.checksum.status == 1").lines().count()).isEqualTo(all);
        assertThat(tshark("_ws.malformed || sctp.checksum.status == 0 || (udp && !sctp)")
                        .lines()
                        .limit(20))
                .isEmpty();
    }

    private String tshark(String filter) throws IOException {
        Process process = new ProcessBuilder(
                        "tshark",
                        "-r",
                        directory.resolve("all.pcapng").toString(),
                        "-o",
                        "sctp.checksum:CRC 32c",
                        "-Y",
                        filter)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
