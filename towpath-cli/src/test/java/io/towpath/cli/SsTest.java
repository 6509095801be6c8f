package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.HostPair;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.Towpath;
import io.towpath.net.control.ControlClient;
import io.towpath.net.control.ControlServer;
import io.towpath.observe.TextStyle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    /// What `towpath ss` prints about a host that serves one connection.
    private String listing(String... options) throws IOException {
        var out = new ByteArrayOutputStream();
        var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        var command = new SsCommand(new Console(stream, stream, new TextStyle(120, true, false), false));
        new CommandLine(command).parseArgs(options);
        try (HostPair hosts = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
                TcpServer server = hosts.b().listen(7);
                TcpStream client = hosts.a().connect("10.0.0.2", 7);
                TcpStream accepted = server.accept();
                ControlServer control = ControlServer.open(hosts.b(), folder.resolve("b.sock"))) {
            client.write("hello".getBytes(StandardCharsets.UTF_8));
            accepted.read(new byte[5]);
            command.show(List.of(ControlClient.ask(control.path())));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void socketsAreListedWithStatesAndServiceNames() throws IOException {
        var lines = listing().lines().toList();

        assertThat(lines.get(0)).startsWith("b  10.0.0.2/24  process ");
        assertThat(lines.get(1)).matches(" +State +Recv-Q +Send-Q +Local +Peer +cwnd +RTT +Retrans");
        assertThat(lines).anyMatch(line -> line.matches("tcp +LISTEN +0 +128 +\\*:echo +\\*:\\*"));
        assertThat(lines)
                .anyMatch(line ->
                        line.matches("tcp +ESTABLISHED +0 +0 +10\\.0\\.0\\.2:echo +10\\.0\\.0\\.1:\\d+ +\\d.* kB .*0"));
    }

    @Test
    void portsCanBeNumbers() throws IOException {
        assertThat(listing("-n")).contains("*:7").doesNotContain("echo");
    }

    @Test
    void whatTcpKnowsIsShownWhenAsked() throws IOException {
        assertThat(listing("-i"))
                .contains("cubic mss ")
                .contains("bytes sent 0 acked 0 received 5")
                .contains(" rto ");
    }

    @Test
    void theListingIsDataToo() throws IOException {
        Map<String, Object> document = JsonDocument.read(listing("--json"));

        assertThat(document).containsKey("hosts");
        assertThat(document.toString())
                .contains("name=b")
                .contains("state=ESTABLISHED")
                .contains("bytesReceived=5")
                .contains("local=10.0.0.2:7");
    }

    @Test
    void aHostThatDoesNotRunIsAFailureInOneLine() {
        var outcome = Terminal.run("ss", "nobody");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .startsWith("towpath ss: no towpath host 'nobody' is running (nobody of user "
                        + System.getProperty("user.name") + " answers in ")
                .contains("hosts of other users, such as root's, are not shown")
                .hasLineCount(1);
        assertThat(SsCommand.nobody(null)).startsWith("no towpath host or sctp process is running (");
    }
}
