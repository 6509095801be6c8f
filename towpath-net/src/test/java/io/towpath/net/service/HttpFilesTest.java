package io.towpath.net.service;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Event;
import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;
import io.towpath.net.HostPair;
import io.towpath.net.TcpStream;
import io.towpath.net.Towpath;
import io.towpath.tcp.TcpEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpFilesTest {
    private static final String MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

    @TempDir
    Path outside;

    private Path root;
    private HostPair pair;

    @BeforeEach
    void start() throws IOException {
        root = Files.createDirectory(outside.resolve("www"));
        Files.writeString(outside.resolve("secret.txt"), "secret");
        Path digits = Files.writeString(root.resolve("digits.txt"), "0123456789");
        Files.setLastModifiedTime(digits, FileTime.from(Instant.parse("1994-11-06T08:49:37Z")));
        Files.createDirectories(root.resolve("empty/inner"));
        Files.createDirectory(root.resolve("with index"));
        Files.writeString(root.resolve("with index/index.html"), "<h1>index</h1>");
        Files.createSymbolicLink(root.resolve("escape"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("alias"), digits);
        pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
        Services.start(pair.b(), List.of(new HttpFiles(root, 80)));
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    /// Sends `request` as it is and reads until the server closes.
    private String exchange(String request) throws IOException {
        try (TcpStream stream = pair.a().connect("10.0.0.2", 80)) {
            stream.write(request.getBytes(ISO_8859_1));
            return new String(stream.input().readAllBytes(), UTF_8);
        }
    }

    private String get(String target, String... fields) throws IOException {
        String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return exchange("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n");
    }

    private static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    @Test
    void aFileIsServedWithItsTypeAndLength() throws IOException {
        assertThat(get("/digits.txt"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nContent-Type: text/plain; charset=utf-8\r\n")
                .contains("\r\nContent-Length: 10\r\n")
                .contains("\r\nLast-Modified: " + MODIFIED + "\r\n")
                .endsWith("\r\n\r\n0123456789");
    }

    @Test
    void headHasTheSameFieldsAndNoBody() throws IOException {
        assertThat(exchange("HEAD /digits.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains("\r\nContent-Length: 10\r\n")
                .endsWith("\r\n\r\n");
    }

    /// A body of its own would wait for the acknowledgment of the head: RFC 9293 §3.7.4 (Nagle).
    @Test
    void aSmallFileLeavesInOneSegmentWithItsHead() throws IOException {
        var withData = new AtomicInteger();
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 64);
        try (Host client = Towpath.host("client")
                        .link(wire.a())
                        .address("10.0.0.1/24")
                        .start();
                Host server = Towpath.host("server")
                        .link(wire.b())
                        .address("10.0.0.2/24")
                        .events(
                                event -> {
                                    if (event instanceof TcpEvent.SegmentOut out && out.length() > 0) {
                                        withData.incrementAndGet();
                                    }
                                },
                                Event.Kind.TCP_SEGMENT_OUT)
                        .start()) {
            Services.start(server, List.of(new HttpFiles(root, 80)));
            try (TcpStream stream = client.connect("10.0.0.2", 80)) {
                stream.write("GET /digits.txt HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1));
                assertThat(new String(stream.input().readAllBytes(), UTF_8)).endsWith("\r\n\r\n0123456789");
            }
        }
        assertThat(withData).hasValue(1);
    }

    @Test
    void anEmptyFileIsServed() throws IOException {
        Files.createFile(root.resolve("nothing.txt"));
        assertThat(get("/nothing.txt")).contains("\r\nContent-Length: 0\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void aLargeFileIsServedWhole() throws IOException {
        byte[] data = new byte[3_000_000];
        new Random(6).nextBytes(data);
        Files.write(root.resolve("large.bin"), data);
        try (TcpStream stream = pair.a().connect("10.0.0.2", 80)) {
            stream.write("GET /large.bin HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1));
            byte[] response = stream.input().readAllBytes();
            byte[] tail = java.util.Arrays.copyOfRange(response, response.length - data.length, response.length);
            assertThat(tail).isEqualTo(data);
        }
    }

    @Test
    void aConnectionServesOneRequestAfterTheOther() throws IOException {
        String one = "GET /digits.txt HTTP/1.1\r\nHost: x\r\n\r\n";
        String last = "GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        assertThat(exchange(one + one + last).split("HTTP/1.1 ")).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=2-4,234,2-4",
        "bytes=7-,789,7-9",
        "bytes=-3,789,7-9",
        "bytes=8-99,89,8-9",
        "bytes=-99,0123456789,0-9"
    })
    void aRangeIsServed(String range, String part, String where) throws IOException {
        assertThat(get("/digits.txt", "Range: " + range))
                .startsWith("HTTP/1.1 206 Partial Content\r\n")
                .contains("\r\nContent-Range: bytes " + where + "/10\r\n")
                .endsWith("\r\n\r\n" + part);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=99-100", "bytes=-0"})
    void aRangeBeyondTheEndIsRefused(String range) throws IOException {
        assertThat(get("/digits.txt", "Range: " + range))
                .startsWith("HTTP/1.1 416 ")
                .contains("\r\nContent-Range: bytes */10\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes=0-1,4-5", "bytes=4-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-99999999999999999999"
            })
    void otherRangesAreIgnored(String range) throws IOException {
        assertThat(get("/digits.txt", "Range: " + range))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("0123456789");
    }

    @Test
    void aConditionSparesTheBody() throws IOException {
        String response = get("/digits.txt");
        String tag = response.replaceFirst("(?s).*\r\nETag: ([^\r]*)\r\n.*", "$1");
        assertThat(get("/digits.txt", "If-None-Match: " + tag))
                .startsWith("HTTP/1.1 304 ")
                .endsWith("\r\n\r\n");
        assertThat(get("/digits.txt", "If-None-Match: \"other\", W/" + tag)).startsWith("HTTP/1.1 304 ");
        assertThat(get("/digits.txt", "If-None-Match: \"other\"")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/digits.txt", "If-Modified-Since: " + MODIFIED)).startsWith("HTTP/1.1 304 ");
        assertThat(get("/digits.txt", "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(get("/digits.txt", "If-Modified-Since: yesterday")).startsWith("HTTP/1.1 200 ");
        assertThat(get("/digits.txt", "Range: bytes=0-1", "If-Range: " + tag)).startsWith("HTTP/1.1 206 ");
        assertThat(get("/digits.txt", "Range: bytes=0-1", "If-Range: \"other\""))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aDirectoryWithoutSlashIsMoved() throws IOException {
        assertThat(get("/with%20index")).startsWith("HTTP/1.1 301 ").contains("\r\nLocation: /with%20index/\r\n");
    }

    @Test
    void aDirectoryShowsItsIndexOrItsEntries() throws IOException {
        assertThat(body(get("/with%20index/"))).isEqualTo("<h1>index</h1>");
        assertThat(body(get("/"))).contains("<a href=\"./with%20index/\">with index/</a>");
    }

    @Test
    void aNameIsEscapedInAListing() throws IOException {
        Files.writeString(root.resolve("empty/a&b<script>"), "");
        assertThat(body(get("/empty/"))).contains("a&amp;b&lt;script&gt;").doesNotContain("<script>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/%2e%2e/secret.txt",
                "/..%2fsecret.txt",
                "/empty/../../secret.txt",
                "/empty/%2e%2e/%2e%2e/secret.txt",
                "//../secret.txt",
                "/escape",
                "/none",
                "/digits.txt/x",
                "http://x/../secret.txt"
            })
    void nothingOutsideTheDirectoryIsServed(String target) throws IOException {
        assertThat(get(target)).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void aLinkThatStaysInsideIsFollowed() throws IOException {
        assertThat(get("/alias")).endsWith("0123456789");
        assertThat(get("/empty/inner/../../digits.txt")).endsWith("0123456789");
        assertThat(get("http://x/digits.txt?query")).endsWith("0123456789");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /digits.txt HTTP/1.1\\r\\n\\r\\n              | 400",
                "GET /%zz HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n        | 400",
                "GET /%00 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n        | 400",
                "GET /%4 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n         | 400",
                "GET x HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n           | 400",
                "GET / HTTP/1.1\\r\\nHost : x\\r\\n\\r\\n          | 400",
                "GET / HTTP/1.1\\r\\nHost: x\\r\\n folded\\r\\n\\r\\n | 400",
                "GET  / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n          | 400",
                "hello\\r\\n\\r\\n                                 | 400",
                "GET / HTTP/2.0\\r\\nHost: x\\r\\n\\r\\n           | 505",
                "POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 3\\r\\n\\r\\nabc | 405",
                "BREW / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n    | 501"
            })
    void aBadRequestGetsItsStatus(String request, int status) throws IOException {
        String raw = request.strip().replace("\\r", "\r").replace("\\n", "\n");
        try (TcpStream stream = pair.a().connect("10.0.0.2", 80)) {
            stream.write(raw.getBytes(ISO_8859_1));
            stream.shutdownOutput();
            assertThat(new String(stream.input().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void aTargetWithoutEndIsTooLong() throws IOException {
        assertThat(exchange("GET /" + "a".repeat(100_000))).startsWith("HTTP/1.1 414 ");
    }

    @Test
    void fieldsWithoutEndAreTooLarge() throws IOException {
        assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(100_000)))
                .startsWith("HTTP/1.1 431 ");
        assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(1_000)))
                .startsWith("HTTP/1.1 431 ");
    }
}
