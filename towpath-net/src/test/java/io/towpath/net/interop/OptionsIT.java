package io.towpath.net.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.towpath.wire.testing.Rfc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Linux and a Towpath host with one mechanism of TCP forced on, or off: transfers are intact both ways, and Linux
/// agrees to what was asked.
@Tag("interop")
@ExtendWith(Requirements.class)
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OptionsIT {
    private static final int BYTES = 5_000_000;
    private static final String HOST = "10.77.0.2";

    @TempDir
    static Path directory;

    private static Namespace open(String... settings) throws IOException, InterruptedException {
        byte[] data = new byte[BYTES];
        new Random(8).nextBytes(data);
        Files.write(directory.resolve("file"), data);
        return new Namespace(true, 200, directory, settings);
    }

    private static String digest() throws IOException {
        return BYTES + " " + Digests.of(Files.readAllBytes(directory.resolve("file")));
    }

    /// A download by curl and an upload by socat, both from Linux to the host.
    private static void transferBothWays(Namespace namespace) throws Exception {
        Process curl = namespace.begin("curl", "-sS", "http://" + HOST + "/file");
        assertThat(Digests.of(curl.getInputStream())).isEqualTo(digest());
        Process sender = namespace.begin("socat", "-u", "STDIN", "TCP:" + HOST + ":99");
        try (OutputStream out = sender.getOutputStream()) {
            Files.copy(directory.resolve("file"), out);
        }
        assertThat(namespace.said()).isEqualTo("received " + digest());
    }

    /// The host uploads to Linux by `command`, `put` or `fast`.
    private static void upload(Namespace namespace, String command, int port) throws Exception {
        Process server = namespace.begin("socat", "-u", "TCP4-LISTEN:" + port + ",reuseaddr", "STDOUT");
        while (!namespace.run("ss", "-Hltn", "sport = :" + port).out().contains(":" + port)) {
            Thread.yield();
        }
        String[] received = new String[1];
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                received[0] = Digests.of(server.getInputStream());
            } catch (IOException e) {
                received[0] = e.toString();
            }
        });
        String put = namespace.ask(command + " 10.77.0.1:" + port + " 1000000 11");
        reader.join();
        assertThat(put).isEqualTo("put " + received[0]);
    }

    private static long count(Namespace namespace, String counter) throws Exception {
        return Long.parseLong(namespace.ask("count " + counter).replace("count ", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp:no-timestamps", "tcp:no-sack", "tcp:no-scaling", "tcp:mss-536"})
    void transfersAreIntactWithoutWhatIsUsual(String setting) throws Exception {
        try (Namespace namespace = open(setting)) {
            transferBothWays(namespace);
            upload(namespace, "put", 8001);
        }
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void transfersAreIntactWhenEverySynIsAnsweredWithACookie() throws Exception {
        try (Namespace namespace = open("tcp:cookies")) {
            transferBothWays(namespace);
            assertThat(count(namespace, "TCP_SYN_COOKIES_IN")).isEqualTo(2);
        }
    }

    @Test
    @Rfc(value = 4987, section = "3.6")
    void cookiesWorkWithoutTimestampsToo() throws Exception {
        try (Namespace namespace = open("tcp:cookies")) {
            namespace.must("sysctl", "-q", "-w", "net.ipv4.tcp_timestamps=0");
            transferBothWays(namespace);
            assertThat(count(namespace, "TCP_SYN_COOKIES_IN")).isEqualTo(2);
        }
    }

    @Test
    @Rfc(value = 7413, section = "4.2.2")
    void linuxOpensFastToTheHost() throws Exception {
        try (Namespace namespace = open("tcp:fastopen")) {
            namespace.must("sysctl", "-q", "-w", "net.ipv4.tcp_fastopen=3");
            for (int i = 0; i < 3; i++) {
                Process curl = namespace.begin(
                        "curl", "-sS", "--tcp-fastopen", "-H", "Connection: close", "http://" + HOST + "/file");
                assertThat(Digests.of(curl.getInputStream())).isEqualTo(digest());
            }
            assertThat(count(namespace, "TCP_FAST_OPEN_COOKIES")).isPositive();
            assertThat(count(namespace, "TCP_FAST_OPEN_PASSIVE")).isEqualTo(2);
        }
    }

    @Test
    @Rfc(value = 7413, section = "4.2.1")
    void theHostOpensFastToLinux() throws Exception {
        try (Namespace namespace = open("tcp:fastopen")) {
            // 0x400: every listener takes part, without its program's asking.
            namespace.must("sysctl", "-q", "-w", "net.ipv4.tcp_fastopen=1027");
            for (int i = 0; i < 3; i++) {
                upload(namespace, "fast", 8010 + i);
            }
            assertThat(count(namespace, "TCP_FAST_OPEN_ACTIVE")).isEqualTo(2);
        }
    }

    @Test
    @Rfc(value = 3168, section = "6.1")
    void ecnIsAgreedOnAndMarksAreEchoedBothWays() throws Exception {
        try (Namespace namespace = open("tcp:ecn")) {
            namespace.must("sysctl", "-q", "-w", "net.ipv4.tcp_ecn=1");
            String mark = "ip ecn ect0 numgen random mod 20 == 0 ip ecn set ce";
            namespace.must("nft", "add table inet marks");
            namespace.must("nft", "add chain inet marks in { type filter hook prerouting priority 0; }");
            namespace.must("nft", "add chain inet marks out { type filter hook postrouting priority 0; }");
            namespace.must("nft", "add rule inet marks in iifname tp0 " + mark);
            namespace.must("nft", "add rule inet marks out oifname tp0 " + mark);
            transferBothWays(namespace);
            upload(namespace, "put", 8001);
            // Linux echoed marks of what the host sent, and the host those of what Linux sent.
            assertThat(count(namespace, "TCP_ECN_REDUCTIONS")).isPositive();
            String linux =
                    namespace.run("nstat", "-asz", "TcpExtTCPDeliveredCE").out();
            assertThat(linux).containsPattern("TcpExtTCPDeliveredCE\\s+[1-9]");
        }
    }

    /// `TCP_MD5SIG` of linux/tcp.h for the peer 10.77.0.2.
    private static final String MD5_SOCKET = """
        import socket, struct, sys
        def signed():
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            peer = struct.pack('=HH4s120x', socket.AF_INET, 0, bytes([10, 77, 0, 2]))
            s.setsockopt(socket.IPPROTO_TCP, 14, peer + struct.pack('=BBHi80s', 0, 0, 8, 0, b'a secret'))
            return s
        """;

    @Test
    @Rfc(value = 2385, section = "2.0")
    void segmentsSignedByMd5ArriveBothWaysAndUnsignedOnesDoNot() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "needs python3");
        try (Namespace namespace = open("tcp:md5")) {
            String send = MD5_SOCKET
                    + "s = signed(); s.connect(('10.77.0.2', 99)); s.sendall(open(sys.argv[1], 'rb').read());"
                    + " s.close()";
            String file = directory.resolve("file").toString();
            Process sender = namespace.begin("python3", "-c", send, file);
            assertThat(namespace.said()).isEqualTo("received " + digest());
            assertThat(sender.waitFor()).isZero();
            assertThat(count(namespace, "TCP_SIGNED_IN")).isPositive();

            String get = MD5_SOCKET + """
                import hashlib
                l = signed(); l.bind(('', 8001)); l.listen(1); print('listening', flush=True)
                c = l.accept()[0]; d = b''
                while True:
                    b = c.recv(65536)
                    if not b: break
                    d += b
                print(len(d), hashlib.sha256(d).hexdigest())
                """;
            Process server = namespace.begin("python3", "-c", get);
            var said = new BufferedReader(new InputStreamReader(server.getInputStream()));
            assertThat(said.readLine()).isEqualTo("listening");
            String put = namespace.ask("put 10.77.0.1:8001 1000000 11");
            assertThat(put).isEqualTo("put " + said.readLine());

            var unsigned = namespace.run("curl", "-sS", "--connect-timeout", "2", "http://" + HOST + "/file");
            assertThat(unsigned.out()).isEmpty();
        }
    }

    @Test
    void transfersAreIntactWithASmallMtu() throws Exception {
        try (Namespace namespace = open()) {
            namespace.must("ip", "link", "set", "tp0", "mtu", "1280");
            transferBothWays(namespace);
            upload(namespace, "put", 8001);
        }
    }

    @Test
    @Rfc(value = 1191, section = "6.4")
    void pathMtuMayShrinkInMidTransfer() throws Exception {
        try (Namespace namespace = open()) {
            String far = "towpath-far-" + ProcessHandle.current().pid();
            Namespace.outside("ip", "netns", "add", far);
            try {
                namespace.must("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
                namespace.must("ip", "link", "set", "v1", "netns", far);
                namespace.must("ip", "addr", "add", "10.78.0.1/24", "dev", "v0");
                namespace.must("ip", "link", "set", "v0", "up");
                namespace.must("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
                namespace.must("ip", "netns", "exec", far, "ip", "addr", "add", "10.78.0.2/24", "dev", "v1");
                namespace.must("ip", "netns", "exec", far, "ip", "link", "set", "v1", "up");
                namespace.must("ip", "netns", "exec", far, "ip", "route", "add", "default", "via", "10.78.0.1");
                Process curl = namespace.begin(
                        "ip", "netns", "exec", far, "curl", "-sS", "--limit-rate", "2M", "http://" + HOST + "/file");
                Thread shrinking = Thread.ofVirtual().start(() -> {
                    try {
                        while (namespace
                                        .run("cat", "/sys/class/net/v0/statistics/tx_packets")
                                        .out()
                                        .strip()
                                        .length()
                                < 3) {
                            Thread.yield();
                        }
                        namespace.must("ip", "link", "set", "v0", "mtu", "900");
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
                assertThat(Digests.of(curl.getInputStream())).isEqualTo(digest());
                shrinking.join();
            } finally {
                Namespace.outside("ip", "netns", "delete", far);
            }
        }
    }
}
