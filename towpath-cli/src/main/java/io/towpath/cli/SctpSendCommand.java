package io.towpath.cli;

import io.towpath.net.sctp.SctpSocket;
import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle.Ink;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpInfo;
import io.towpath.wire.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `towpath sctp send`.
@Command(
        name = "send",
        description = {
            "Send messages, print what the peer answers, and shut down.",
            "Messages are those of --message, otherwise the lines of standard input."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage"})
final class SctpSendCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "TO", description = "The peer's address and SCTP port: 10.77.0.1:7, [fd77::1]:7.")
    private String to = "";

    @Mixin
    private final SctpSide side = new SctpSide();

    @Mixin
    private final SctpPeer peer = new SctpPeer();

    @Option(names = "--message", paramLabel = "TEXT", description = "A message; may be given again.")
    private List<String> messages = new ArrayList<>();

    @Option(names = "--stream", paramLabel = "ID", description = "The stream to send on (default: 0).")
    private int stream;

    @Option(names = "--ppid", paramLabel = "NUMBER", description = "Payload protocol identifier (default: 0).")
    private long ppid;

    @Option(
            names = "--expect",
            paramLabel = "N",
            description = "Answers to wait for before shutting down (default: 0; what comes until then is printed).")
    private int expect;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    private final List<Message> answers = new ArrayList<>();
    private long sent;
    private long failed;

    SctpSendCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        side.check();
        peer.check();
        Endpoint there = SctpPeer.endpoint(to);
        if (ppid < 0 || ppid >>> 32 != 0) {
            throw CommandFailure.wrongUsage("--ppid expects 0 to 4294967295, not " + ppid);
        }
        if (stream < 0 || stream > 65_535) {
            throw CommandFailure.wrongUsage("--stream expects 0 to 65535, not " + stream);
        }
        if (expect < 0) {
            throw CommandFailure.wrongUsage("--expect expects 0 or more, not " + expect);
        }
        try (SctpSide.Running running = side.start(there.address())) {
            SctpSide.closeAtExit(running);
            SctpSocket socket = peer.connect(side, running, there);
            try {
                talk(socket);
            } catch (IOException e) {
                throw CommandFailure.failed(there + ": " + Reasons.of(e));
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private void talk(SctpSocket socket) throws IOException {
        if (stream >= socket.info().outboundStreams()) {
            socket.abort();
            throw new IOException(
                    "the peer takes streams 0 to " + (socket.info().outboundStreams() - 1));
        }
        if (messages.isEmpty()) {
            var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                send(socket, line);
            }
        } else {
            for (String message : messages) {
                send(socket, message);
            }
        }
        boolean ended = false;
        while (!ended && answers.size() < expect) {
            ended = !take(socket.next());
        }
        SctpInfo info = socket.info();
        socket.shutdown();
        while (!ended) {
            ended = !take(socket.next());
        }
        report(info);
    }

    private void send(SctpSocket socket, String text) throws IOException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        if (data.length == 0) {
            return; // RFC 9260 §3.3.1 knows no empty message.
        }
        socket.send(data, peer.options(stream).withPpid(ppid));
        sent++;
    }

    /// False at the end.
    private boolean take(@Nullable Received next) {
        if (next instanceof Message message) {
            answers.add(message);
            if (!json) {
                console.line(new String(message.data(), StandardCharsets.UTF_8).stripTrailing());
            }
        } else if (next instanceof Notification.SendFailed) {
            failed++;
        }
        return next != null;
    }

    private void report(SctpInfo info) {
        if (json) {
            console.line(Json.object(document -> document.put("messagesSent", sent)
                    .put("messagesFailed", failed)
                    .list(
                            "answers",
                            answers,
                            (each, message) -> each.put("text", new String(message.data(), StandardCharsets.UTF_8))
                                    .put("stream", message.streamId())
                                    .put("ppid", message.ppid())
                                    .put("unordered", message.unordered()))
                    .put("outboundStreams", info.outboundStreams())
                    .put("inboundStreams", info.inboundStreams())
                    .list("paths", info.paths(), SctpSendCommand::path)));
            return;
        }
        console.line(console.paint(
                Ink.DIM,
                "sent " + Quantities.count(sent, "message") + (failed == 0 ? "" : ", " + failed + " of them in vain")
                        + ", received " + Quantities.count(answers.size(), "message") + "; shut down in order"));
    }

    static void path(Json json, SctpInfo.PathInfo path) {
        json.put("address", path.address().toString())
                .put("state", path.state().name())
                .put("encapsulationPort", path.encapsulationPort())
                .put("mtu", path.mtu())
                .put("cwnd", path.cwnd())
                .put("srttNanos", path.srttNanos())
                .put("rtoNanos", path.rtoNanos())
                .put("retransmissions", path.retransmissions())
                .put("timeouts", path.timeouts());
    }
}
