package io.towpath.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// As much of a Redis server as its clients need: RESP2 with `SET`, `GET` and `INCR`; a virtual thread for each
/// connection.
final class RespServer implements AutoCloseable {
    private final TcpServer listener;
    private final Map<String, byte[]> values = new ConcurrentHashMap<>();

    RespServer(Host host, int port) throws IOException {
        listener = host.listen(port);
        Thread.ofVirtual().start(this::acceptAll);
    }

    private void acceptAll() {
        try {
            while (true) {
                TcpStream stream = listener.accept();
                Thread.ofVirtual().start(() -> serve(stream));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void serve(TcpStream stream) {
        try (stream) {
            DataInputStream in = new DataInputStream(new BufferedInputStream(stream.input()));
            while (true) {
                List<byte[]> command = command(in);
                stream.write(answer(command));
            }
        } catch (IOException gone) {
            // The client, or the host.
        }
    }

    private static List<byte[]> command(DataInputStream in) throws IOException {
        List<byte[]> words = new ArrayList<>();
        int count = number(in, '*');
        for (int i = 0; i < count; i++) {
            byte[] word = new byte[number(in, '$')];
            in.readFully(word);
            in.readFully(new byte[2]);
            words.add(word);
        }
        return words;
    }

    private static int number(DataInputStream in, char type) throws IOException {
        if (in.readUnsignedByte() != type) {
            throw new IOException("not RESP");
        }
        int value = 0;
        for (int c = in.readUnsignedByte(); c != '\r'; c = in.readUnsignedByte()) {
            value = value * 10 + c - '0';
        }
        in.readUnsignedByte();
        return value;
    }

    private byte[] answer(List<byte[]> command) {
        String name = new String(command.getFirst(), UTF_8).toUpperCase(Locale.ROOT);
        String key = command.size() > 1 ? new String(command.get(1), UTF_8) : "";
        return switch (name) {
            case "PING" -> line("+PONG");
            case "SELECT", "CLIENT" -> line("+OK");
            case "SET" -> {
                values.put(key, command.get(2));
                yield line("+OK");
            }
            case "GET" -> bulk(values.get(key));
            case "INCR" ->
                line(":"
                        + new String(
                                values.merge(
                                        key,
                                        new byte[] {'1'},
                                        (old, one) -> Long.toString(Long.parseLong(new String(old, UTF_8)) + 1)
                                                .getBytes(UTF_8)),
                                UTF_8));
            default -> line("-ERR unknown command '" + name + "'");
        };
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(UTF_8);
    }

    private static byte[] bulk(byte[] value) {
        if (value == null) {
            return line("$-1");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(line("$" + value.length));
        out.writeBytes(value);
        out.writeBytes(line(""));
        return out.toByteArray();
    }

    @Override
    public void close() {
        listener.close();
    }
}
