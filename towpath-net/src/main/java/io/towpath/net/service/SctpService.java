package io.towpath.net.service;

import io.towpath.net.sctp.SctpSocket;
import io.towpath.sctp.Message;
import io.towpath.sctp.SendOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Small services over SCTP, message by message; what they do over TCP is in [Echo], [Discard], [Daytime] and
/// [Chargen].
public enum SctpService {
    /// RFC 862: sends every message back on its stream, ordered or not as it came.
    ECHO(7) {
        @Override
        void serve(SctpSocket socket, SctpServing.Tally tally) throws IOException {
            int streams = socket.info().outboundStreams();
            for (Message next = message(socket); next != null; next = message(socket)) {
                tally.received(next);
                SendOptions how = SendOptions.stream(next.streamId() % streams)
                        .withPpid(next.ppid())
                        .withUnordered(next.unordered());
                socket.send(next.data(), how);
                tally.sent(next.length());
            }
        }
    },
    /// RFC 863: takes messages and says nothing.
    DISCARD(9) {
        @Override
        void serve(SctpSocket socket, SctpServing.Tally tally) throws IOException {
            for (Message next = socket.receive(); next != null; next = socket.receive()) {
                tally.received(next);
            }
        }
    },
    /// RFC 867: tells the time in one message and shuts down.
    DAYTIME(13) {
        @Override
        void serve(SctpSocket socket, SctpServing.Tally tally) throws IOException {
            byte[] line = Daytime.line(Instant.now().atOffset(ZoneOffset.UTC)).getBytes(StandardCharsets.US_ASCII);
            socket.send(line, SendOptions.defaults());
            tally.sent(line.length);
            socket.shutdown();
            for (Message next = socket.receive(); next != null; next = socket.receive()) {
                tally.received(next);
            }
        }
    },
    /// RFC 864: sends messages of one line each, until the peer shuts down or goes.
    CHARGEN(19) {
        @Override
        void serve(SctpSocket socket, SctpServing.Tally tally) throws IOException {
            for (int line = 0; ; line = (line + 1) % Chargen.LINES) {
                byte[] text = Chargen.line(line);
                socket.send(text, SendOptions.defaults());
                tally.sent(text.length);
            }
        }
    };

    private final int port;

    SctpService(int port) {
        this.port = port;
    }

    /// The port that it has by custom.
    public int port() {
        return port;
    }

    /// One word, as in `/etc/services`.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Talks to one peer until the association is over.
    abstract void serve(SctpSocket socket, SctpServing.Tally tally) throws IOException;

    /// The next whole message, put together if it came in parts; null at the end.
    private static @Nullable Message message(SctpSocket socket) throws IOException {
        Message part = socket.receive();
        if (part == null || part.last()) {
            return part;
        }
        var whole = new ByteArrayOutputStream();
        Message first = part;
        while (part != null) {
            whole.writeBytes(part.data());
            if (part.last()) {
                break;
            }
            part = socket.receive();
        }
        return first.withData(whole.toByteArray(), part != null);
    }
}
