package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.link.udp.UdpSocketLink;
import io.towpath.net.Host;
import io.towpath.net.Towpath;
import io.towpath.net.control.ControlClient;
import io.towpath.net.control.ControlServer;
import io.towpath.net.sctp.SctpServer;
import io.towpath.net.sctp.SctpSocket;
import io.towpath.net.service.SctpService;
import io.towpath.net.service.SctpServing;
import io.towpath.observe.TextStyle;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `towpath sctp`, against a host in this process; both behind UDP sockets of the loopback interface.
@SuppressWarnings("NullAway.Init")
class SctpCommandTest {
    private final BlockingQueue<SctpServing.Ended> ended = new LinkedBlockingQueue<>();
    private Host server;
    private String udpPort;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        UdpSocketLink socket = UdpSocketLink.open(0);
        server = Towpath.host("server").udpSocket(socket).start();
        udpPort = Integer.toString(socket.port());
        for (SctpService service : SctpService.values()) {
            SctpServing ignored = SctpServing.start(server, service, 0, SctpConfig.defaults(), ended::add);
        }
    }

    @AfterEach
    void end() {
        server.close();
    }

    private Terminal.Outcome run(String command, String to, String... more) {
        var words = new java.util.ArrayList<>(
                List.of("sctp", command, to, "--udp-encap", "0", "--udp-peer", udpPort, "--timeout", "10s"));
        words.addAll(List.of(more));
        return Terminal.run(words.toArray(String[]::new));
    }

    @Test
    void messagesAreSentAndAnswersPrinted() throws Exception {
        var outcome =
                run("send", "127.0.0.1:7", "--message", "one", "--message", "two", "--stream", "3", "--expect", "2");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines())
                .containsExactly("one", "two", "sent 2 messages, received 2 messages; shut down in order");
        assertThat(outcome.exitCode()).isZero();
        SctpServing.Ended served = ended.poll(10, TimeUnit.SECONDS);
        assertThat(served).isNotNull();
        assertThat(served.fault()).isNull();
        assertThat(SctpServeCommand.line(served)).contains("in 2 messages, 6 B, out 2 messages, 6 B");
        assertThat(JsonDocument.read(SctpServeCommand.document(served))).containsEntry("messagesIn", 2L);
    }

    @Test
    void whatDaytimeSaysIsPrinted() {
        var outcome = run("send", "[::1]:13", "--message", "?", "--expect", "1");
        assertThat(outcome.out()).contains("-UTC");
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void chargenTalksUntilThePeerHasEnough() throws Exception {
        var outcome = run("send", "127.0.0.1:19", "--message", "?", "--expect", "3");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        List<String> lines = outcome.out().lines().limit(2).toList();
        assertThat(lines.getFirst()).startsWith(" !\"#$%&").hasSize(72);
        assertThat(lines.getLast()).startsWith("!\"#$%&").hasSize(72);
        SctpServing.Ended served = ended.poll(10, TimeUnit.SECONDS);
        assertThat(served).isNotNull();
        assertThat(served.tally().messagesOut()).isGreaterThan(3);
    }

    @Test
    void theResultIsDataToo() {
        Map<String, Object> document = JsonDocument.read(run(
                        "send",
                        "127.0.0.1:7",
                        "--message",
                        "hello",
                        "--ppid",
                        "46",
                        "--unordered",
                        "--expect",
                        "1",
                        "--json")
                .out());
        assertThat(document).containsEntry("messagesSent", 1L).containsEntry("messagesFailed", 0L);
        assertThat(document.toString())
                .contains("text=hello")
                .contains("ppid=46")
                .contains("unordered=true")
                .contains("encapsulationPort=" + udpPort);
    }

    @Test
    void perfCountsWhatGotThrough() throws Exception {
        Map<String, Object> document = JsonDocument.read(run(
                        "perf",
                        "127.0.0.1:9",
                        "--messages",
                        "200",
                        "--size",
                        "2KiB",
                        "--streams",
                        "5",
                        "--unordered",
                        "--json")
                .out());
        assertThat(document)
                .containsEntry("messages", 200L)
                .containsEntry("messageBytes", 2048L)
                .containsEntry("streams", 5L)
                .containsEntry("abandoned", 0L);
        SctpServing.Ended served = ended.poll(10, TimeUnit.SECONDS);
        assertThat(served).isNotNull();
        assertThat(served.tally().messagesIn()).isEqualTo(200);
        assertThat(served.tally().bytesIn()).isEqualTo(200 * 2048);
    }

    @Test
    void perfSpeaksToPeopleAndWritesACapture() throws IOException {
        Path file = folder.resolve("perf.pcapng");
        var outcome = run(
                "perf",
                "127.0.0.1:9",
                "--time",
                "50ms",
                "--lifetime",
                "5s",
                "--size",
                "100",
                "--pcap",
                file.toString());
        assertThat(outcome.out()).contains("delivered ").contains("messages/s").contains("RTT ");
        assertThat(outcome.exitCode()).isZero();
        assertThat(Files.size(file)).isGreaterThan(1000);
    }

    @Test
    void aPeerThatRefusesIsAFailureInOneLine() {
        var outcome = run("send", "127.0.0.1:99", "--message", "x");
        assertThat(outcome.err())
                .isEqualTo("towpath sctp send: 127.0.0.1:99: Connection refused" + System.lineSeparator());
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @Test
    void aUdpPortThatIsTakenIsNamed() {
        var outcome = Terminal.run("sctp", "echo", "--udp-encap", udpPort, "--listen", "7");
        assertThat(outcome.err())
                .isEqualTo("towpath sctp echo: UDP port " + udpPort + " is in use; take another with --udp-encap, and "
                        + "--udp-peer at the other end" + System.lineSeparator());
        assertThat(outcome.exitCode()).isEqualTo(1);
    }

    @Test
    void whereNobodyAnsweredIsSaidWithTheUdpPort() throws IOException {
        try (var silent = new DatagramSocket()) {
            String port = Integer.toString(silent.getLocalPort());
            var outcome = Terminal.run(
                    "sctp", "send", "127.0.0.1:7", "--udp-encap", "0", "--udp-peer", port, "--timeout", "100ms");
            assertThat(outcome.err())
                    .isEqualTo("towpath sctp send: 127.0.0.1:7: Connect timed out (UDP port " + port
                            + "; --udp-peer names another)" + System.lineSeparator());
            assertThat(outcome.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void associationsAreListed() throws Exception {
        try (Host client = Towpath.sctpOverUdp(0);
                SctpServer listening = client.sctp().listen(4000);
                SctpSocket socket = client.sctp()
                        .connect(
                                List.of(),
                                0,
                                List.of(IpAddress.parse("127.0.0.1")),
                                7,
                                SctpConfig.defaults().withEncapsulation(Integer.parseInt(udpPort)),
                                Duration.ofSeconds(10));
                ControlServer control = ControlServer.open(client, folder.resolve("c.sock"))) {
            assertThat(listening.port()).isEqualTo(4000);
            socket.send("hello".getBytes(StandardCharsets.UTF_8), SendOptions.defaults());
            Received next = socket.next();
            while (next instanceof Notification) {
                next = socket.next();
            }
            assertThat(next).isInstanceOf(Message.class);
            var out = new ByteArrayOutputStream();
            var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
            var command = new SsCommand(new Console(stream, stream, new TextStyle(120, true, false), false));
            new picocli.CommandLine(command).parseArgs("-i");
            command.show(List.of(ControlClient.ask(control.path())));
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .containsPattern("  bytes sent 5 acked [05] received 5 packets out [1-9]")
                    .containsPattern(" rtt \\S+ \\S+ rto ")
                    .containsPattern("datagrams out [1-9]\\d* in [1-9]")
                    .doesNotContain("out-of-order")
                    .doesNotContainPattern("(?m)^\\s*$");
            assertThat(out.toString(StandardCharsets.UTF_8).lines())
                    .anyMatch(line -> line.matches("sctp +LISTEN +0 +64 +\\*:4000 +\\*:\\*"))
                    .anyMatch(line -> line.matches(
                            "sctp +ESTABLISHED +0 +0 +192\\.0\\.0\\.8:" + socket.port() + " +127\\.0\\.0\\.1:echo .*"))
                    .anyMatch(line -> line.matches(" +streams 10/10, DATA out 1 in 1, .*"))
                    .anyMatch(line -> line.strip().startsWith("path 127.0.0.1 active, primary, UDP port " + udpPort));
        }
    }

    @ParameterizedTest(name = "towpath sctp {0}")
    @CsvSource(delimiter = '|', textBlock = """
        echo                                       | echo: expected either --udp-encap PORT or --tun NAME --address CIDR
        echo --udp-encap 1 --tun t                 | echo: expected either --udp-encap PORT or --tun NAME --address CIDR
        echo --udp-encap 70000                     | echo: --udp-encap expects 0 to 65535, not 70000
        echo --udp-encap 0 --address 10.0.0.1/24   | echo: --address and --peer go with --tun, not with --udp-encap
        echo --tun t                               | echo: --tun needs --address CIDR
        echo --tun a/b --address 10.0.0.1/24       | echo: --tun expects a device name of 1 to 15 visible characters without / : %, not 'a/b'
        echo --udp-encap 0 --mtu 1000              | echo: --mtu expects 1280 to 65535 with IPv6, not 1000
        chargen --udp-encap 0 --listen 70000       | chargen: --listen expects a port from 1 to 65535, not 70000
        echo --udp-encap 0 --listen 0              | echo: --listen expects a port from 1 to 65535, not 0
        send                                       | send: TO is required
        send --udp-encap 0 ten                     | send: TO expects an address and a port such as 10.77.0.1:7 or [::1]:7, not 'ten'
        send --udp-encap 0 10.0.0.1:0              | send: TO expects a port from 1 to 65535, not '10.0.0.1:0'
        send --udp-encap 0 10.0.0.1:7 --stream -1  | send: --stream expects 0 to 65535, not -1
        send --udp-encap 0 10.0.0.1:7 --expect -1  | send: --expect expects 0 or more, not -1
        send --udp-encap 0 localhost:7             | send: TO expects an address and a port such as 10.77.0.1:7 or [::1]:7, not 'localhost:7': names are not looked up
        send --udp-encap 0 10.0.0.1:7 --ppid -1    | send: --ppid expects 0 to 4294967295, not -1
        send --udp-encap 0 10.0.0.1:7 --udp-peer 0 | send: --udp-peer expects a port from 1 to 65535, not 0
        perf --udp-encap 0                         | perf: expected either --listen or TO, the peer's address and port
        perf --udp-encap 0 --size 2G 10.0.0.1:7    | perf: --size expects 1 to 1048576 bytes, not 2000000000
        perf --udp-encap 0 --streams 0 10.0.0.1:7  | perf: --streams expects 1 to 64, not 0
        """)
    void wrongUsageIsToldInOneLine(String arguments, String line) {
        var outcome = Terminal.run(("sctp " + arguments).split(" "));
        assertThat(outcome.err()).isEqualTo("towpath sctp " + line + System.lineSeparator());
        assertThat(outcome.exitCode()).isEqualTo(2);
    }

    @Test
    void theHelpTellsHowToBegin() {
        var outcome = Terminal.run("sctp");
        assertThat(outcome.out()).contains("echo").contains("perf").contains("--udp-encap 9899 --listen 7");
        assertThat(Terminal.run("sctp", "perf", "--help").out())
                .contains("--lifetime")
                .contains("--unordered");
    }
}
