package io.towpath.net.interop;

import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.link.Capture;
import io.towpath.link.Link;
import io.towpath.link.tun.TunLink;
import io.towpath.link.tun.TunSetup;
import io.towpath.net.Host;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.Towpath;
import io.towpath.net.service.Services;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.PeerKey;
import io.towpath.tcp.config.SynCookieUse;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.LinkType;
import io.towpath.wire.Octets;
import io.towpath.wire.PcapngWriter;
import io.towpath.wire.Prefix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// The host under test, in a process of its own: `TunHost NAME offload|plain MIN-RTO-MILLIS DIRECTORY [CAPTURE]
/// [tcp:SETTING…]`.
/// Its end of the device is 10.77.0.2 and fd77::2, the kernel's 10.77.0.1 and fd77::1.
///
/// It serves echo, discard, daytime, time, chargen, files of `DIRECTORY` on port 80, and on port 99 it says
/// `received LENGTH SHA256` on its standard output for every connection. It obeys lines on its standard
/// input: `get ENDPOINT` connects, reads to the end and says `got LENGTH SHA256`; `put ENDPOINT LENGTH SEED`
/// sends random bytes and says `put LENGTH SHA256`; `ping ADDRESS` says `pong`; `heap` says `heap BYTES` in
/// use; `fast ENDPOINT LENGTH SEED` does what `put` does, with data in the SYN where it may; `count NAME`
/// says `count` and the value of a counter. Failures are said as `failed MESSAGE`. It ends with its input.
final class TunHost {
    private TunHost() {}

    public static void main(String[] arguments) throws IOException {
        TunLink tun = TunLink.open(arguments[0], 1500, arguments[1].equals("offload"));
        new TunSetup(List.of(Prefix.parse("10.77.0.1/24"), Prefix.parse("fd77::1/64")), List.of()).apply(tun);
        boolean captures = arguments.length > 4 && !arguments[4].startsWith("tcp:");
        Link link = captures ? capture(tun, Path.of(arguments[4])) : tun;
        try (Host host = Towpath.host("interop")
                .link(link)
                .address("10.77.0.2/24", "fd77::2/64")
                .route("0.0.0.0/0", "10.77.0.1") // answers to whatever address a packet claims to come from
                .tcp(tcp -> settings(tcp.withMinRtoNanos(Long.parseLong(arguments[2]) * Time.MILLISECOND), arguments))
                .start()) {
            Services.start(host, Services.parse("echo,discard,daytime,time,chargen,http=" + arguments[3]));
            TcpServer digesting = host.listen(99);
            Thread.ofVirtual().start(() -> digestAll(digesting));
            say("ready " + tun.info().offloads());
            obey(host);
        }
    }

    private static TcpConfig settings(TcpConfig tcp, String[] arguments) {
        TcpConfig config = tcp;
        for (String argument : arguments) {
            config = switch (argument) {
                case "tcp:cookies" -> config.withOpening(config.opening().withSynCookies(SynCookieUse.ALWAYS));
                case "tcp:no-timestamps" -> config.withTimestamps(false);
                case "tcp:no-sack" -> config.withSack(false);
                case "tcp:no-scaling" -> config.withWindowScaling(false);
                case "tcp:mss-536" -> config.withMss(536);
                case "tcp:ecn" -> config.withEcn(EcnConfig.ECN);
                case "tcp:md5" ->
                    config.withAuthentication(AuthConfig.of(new PeerKey(
                            Prefix.parse("10.77.0.1/32"),
                            0,
                            Octets.of("a secret".getBytes(StandardCharsets.US_ASCII)))));
                case "tcp:fastopen" ->
                    config.withFastOpen(FastOpenConfig.OFF.withClient(true).withServerQueue(16));
                default -> config;
            };
        }
        return config;
    }

    private static Link capture(TunLink tun, Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        PcapngWriter writer = new PcapngWriter();
        writer.sectionHeader("Towpath interop test");
        int id = writer.interfaceBlock(LinkType.RAW, 0, tun.info().name());
        return new Capture(tun, (now, outbound, b, at, end, meta) -> {
            int direction = outbound ? PcapngWriter.OUTBOUND : PcapngWriter.INBOUND;
            writer.packetBlock(id, now, b, at, end, end - at, direction, null);
            try {
                out.write(writer.drain());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void digestAll(TcpServer server) {
        try {
            while (true) {
                TcpStream stream = server.accept();
                Thread.ofVirtual().start(() -> digest(stream));
            }
        } catch (IOException closed) {
            // with the host
        }
    }

    private static void digest(TcpStream stream) {
        try (stream) {
            say("received " + Digests.of(stream.input()));
        } catch (IOException e) {
            say("failed " + e.getMessage());
        }
    }

    private static void obey(Host host) throws IOException {
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            try {
                switch (words[0]) {
                    case "get" -> get(host, Endpoint.parse(words[1]));
                    case "put" ->
                        put(host, Endpoint.parse(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
                    case "ping" -> {
                        var ignored = host.ping(IpAddress.parse(words[1]), Duration.ofSeconds(5));
                        say("pong");
                    }
                    case "fast" ->
                        fast(host, Endpoint.parse(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
                    case "count" ->
                        say("count " + host.snapshot().counters().getOrDefault(Counter.valueOf(words[1]), 0L));
                    case "heap" -> say("heap " + heap());
                    default -> say("failed unknown command");
                }
            } catch (IOException e) {
                say("failed " + e.getMessage());
            }
        }
    }

    /// Bytes in use after a collection.
    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void get(Host host, Endpoint from) throws IOException {
        try (TcpStream stream = host.connect(from)) {
            say("got " + Digests.of(stream.input()));
        }
    }

    private static void fast(Host host, Endpoint to, int length, long seed) throws IOException {
        byte[] data = new byte[length];
        new Random(seed).nextBytes(data);
        TcpConfig fast = TcpConfig.defaults().withFastOpen(FastOpenConfig.OFF.withClient(true));
        try (TcpStream stream = host.connect(to, Duration.ZERO, fast, data)) {
            stream.shutdownOutput();
            stream.input().transferTo(OutputStream.nullOutputStream());
        }
        say("put " + length + " " + Digests.of(data));
    }

    private static void put(Host host, Endpoint to, int length, long seed) throws IOException {
        byte[] data = new byte[length];
        new Random(seed).nextBytes(data);
        try (TcpStream stream = host.connect(to)) {
            stream.write(data);
            stream.shutdownOutput();
            stream.input().transferTo(OutputStream.nullOutputStream());
        }
        say("put " + length + " " + Digests.of(data));
    }
}
