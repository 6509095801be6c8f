package io.towpath.net.interop;

import io.towpath.core.Time;
import io.towpath.link.tun.TunLink;
import io.towpath.link.tun.TunSetup;
import io.towpath.net.Host;
import io.towpath.net.HostBuilder;
import io.towpath.net.Towpath;
import io.towpath.net.sctp.SctpSocket;
import io.towpath.net.service.SctpService;
import io.towpath.net.service.SctpServing;
import io.towpath.sctp.Message;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Bytes;
import io.towpath.wire.Endpoint;
import io.towpath.wire.Prefix;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/// The SCTP host under test, in a process of its own: `SctpHost tun NAME` with raw IP, 10.77.0.2 and fd77::2 on its
/// end of the device, 10.77.0.1 and fd77::1 on the kernel's; or `SctpHost udp PORT` behind a UDP socket of the system.
///
/// It serves echo, discard, daytime and chargen, and says `served SERVICE MESSAGES BYTES`, or `broke SERVICE REASON`,
/// of every association when it is over. It obeys lines on its standard input, each with the peer's UDP encapsulation
/// port or 0 as last word: `send ENDPOINT COUNT SIZE STREAMS ordered|unordered` sends messages, shuts down and says
/// `sent COUNT`; `echo ENDPOINT COUNT SIZE STREAMS ordered|unordered` sends messages of up to `SIZE` bytes, checks
/// that each one comes back once, whole and in order, and says `echoed COUNT`; `read ENDPOINT` connects, says
/// `read TEXT` of the first message and whether the peer shut down. Failures are said as `failed MESSAGE`.
final class SctpHost {
    private static final int HEADER = 12;
    private static final SctpConfig CONFIG = SctpConfig.defaults()
            .withStreams(100, 2048)
            .withBuffers(1 << 20, 1 << 20)
            .withNoDelay(true);

    private SctpHost() {}

    public static void main(String[] arguments) throws IOException {
        try (Host host = builder(arguments).start()) {
            for (SctpService service : SctpService.values()) {
                SctpServing ignored = SctpServing.start(host, service, 0, CONFIG, ended -> {
                    var tally = ended.tally();
                    say(
                            ended.fault() == null
                                    ? "served " + service.word() + " " + tally.messagesIn() + " " + tally.bytesIn()
                                    : "broke " + service.word() + " "
                                            + ended.fault().getMessage());
                });
            }
            say("ready");
            obey(host);
        }
    }

    private static HostBuilder builder(String[] arguments) throws IOException {
        if (arguments[0].equals("udp")) {
            return Towpath.host("interop").udpSocket(Integer.parseInt(arguments[1]));
        }
        TunLink tun = TunLink.open(arguments[1], 1500, false);
        new TunSetup(List.of(Prefix.parse("10.77.0.1/24"), Prefix.parse("fd77::1/64")), List.of()).apply(tun);
        return Towpath.host("interop").link(tun).address("10.77.0.2/24", "fd77::2/64");
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void obey(Host host) throws IOException {
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            try (SctpSocket socket = connect(host, words)) {
                switch (words[0]) {
                    case "send" -> send(socket, words);
                    case "echo" -> echo(socket, words);
                    case "read" -> read(socket);
                    default -> say("failed unknown command");
                }
            } catch (Exception e) {
                say("failed " + e);
            }
        }
    }

    private static SctpSocket connect(Host host, String[] words) throws IOException {
        Endpoint to = Endpoint.parse(words[1]);
        int udpPort = Integer.parseInt(words[words.length - 1]);
        SctpSocket socket = host.sctp()
                .connect(
                        List.of(),
                        0,
                        List.of(to.address()),
                        to.port(),
                        CONFIG.withEncapsulation(udpPort),
                        Duration.ofSeconds(30));
        socket.setReceiveTimeout(Duration.ofSeconds(120));
        return socket;
    }

    private static void send(SctpSocket socket, String[] words) throws IOException {
        int count = Integer.parseInt(words[2]);
        byte[] message = new byte[Integer.parseInt(words[3])];
        int streams = Math.min(Integer.parseInt(words[4]), socket.info().outboundStreams());
        boolean unordered = words[5].equals("unordered");
        for (int i = 0; i < count; i++) {
            socket.send(message, SendOptions.stream(i % streams).withUnordered(unordered));
        }
        socket.shutdown();
        while (socket.receive() != null) {
            // What a peer says to someone who only sends.
        }
        say("sent " + count);
    }

    /// Every message begins with its number, the place of its stream and its seed.
    private static byte[] message(int number, int stream, int size) {
        byte[] data = new byte[size];
        new Random(number).nextBytes(data);
        Bytes.put32(data, 0, number);
        Bytes.put32(data, 4, stream);
        Bytes.put32(data, 8, size);
        return data;
    }

    private static void echo(SctpSocket socket, String[] words) throws IOException, InterruptedException {
        int count = Integer.parseInt(words[2]);
        int sizeMax = Integer.parseInt(words[3]);
        int streams = Math.min(Integer.parseInt(words[4]), socket.info().outboundStreams());
        boolean unordered = words[5].equals("unordered");
        var failure = new AtomicReference<IOException>();
        Thread sender = Thread.ofVirtual().start(() -> {
            var sizes = new Random(count);
            try {
                for (int i = 0; i < count; i++) {
                    int stream = i % streams;
                    int size = i == 0 ? sizeMax : HEADER + sizes.nextInt(sizeMax - HEADER + 1);
                    socket.send(
                            message(i, stream, size), SendOptions.stream(stream).withUnordered(unordered));
                }
            } catch (IOException e) {
                failure.set(e);
            }
        });
        var seen = new BitSet(count);
        int[] last = new int[streams];
        java.util.Arrays.fill(last, -1);
        for (int i = 0; i < count; i++) {
            byte[] data = whole(socket);
            int number = Bytes.i32(data, 0);
            int stream = Bytes.i32(data, 4);
            if (number < 0 || number >= count || stream < 0 || stream >= streams || seen.get(number)) {
                throw new IOException("message " + number + " of stream " + stream + " came twice or never was sent");
            }
            if (!java.util.Arrays.equals(data, message(number, stream, data.length))
                    || Bytes.i32(data, 8) != data.length) {
                throw new IOException("message " + number + " was changed");
            }
            if (!unordered && last[stream] > number) {
                throw new IOException("message " + number + " came after " + last[stream]);
            }
            seen.set(number);
            last[stream] = number;
        }
        sender.join();
        if (failure.get() != null) {
            throw failure.get();
        }
        socket.shutdown();
        if (socket.receive() != null) {
            throw new IOException("a message too many");
        }
        say("echoed " + count);
    }

    private static byte[] whole(SctpSocket socket) throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (true) {
            Message part = socket.receive();
            if (part == null) {
                throw new IOException("the peer shut down too early");
            }
            bytes.writeBytes(part.data());
            if (part.last()) {
                return bytes.toByteArray();
            }
        }
    }

    private static void read(SctpSocket socket) throws IOException {
        long begin = System.nanoTime();
        Message first = socket.receive();
        String text = first == null ? "nothing" : new String(first.data(), StandardCharsets.US_ASCII).strip();
        boolean ended = socket.receive() == null;
        long millis = (System.nanoTime() - begin) / Time.MILLISECOND;
        say("read " + text + (ended ? " and the peer shut down" : "") + " in " + millis + " ms");
    }
}
