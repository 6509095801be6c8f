package io.towpath.net.service;

import io.towpath.net.TcpStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Static files over HTTP/1.1: GET and HEAD, ranges, conditions, connections that stay open. Nothing outside the
/// directory is served, whatever a path or a symbolic link says.
///
/// @param root the directory
/// @param port TCP port, by custom 80
public record HttpFiles(Path root, int port) implements Service {
    private static final Duration IDLE_MAX = Duration.ofSeconds(30);
    private static final int BUFFER = 64 * 1024;
    private static final int LISTING_MAX = 5_000;

    /// How much of a refused request is read before the connection is closed, lest the reset that unread data causes
    /// destroys the answer on its way (RFC 9112 §9.6).
    private static final int DRAIN_MAX = 1 << 20;

    private static final Duration DRAIN_TIME = Duration.ofSeconds(2);

    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);
    private static final Set<String> KNOWN_METHODS =
            Set.of("POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(206, "Partial Content"),
            Map.entry(301, "Moved Permanently"),
            Map.entry(304, "Not Modified"),
            Map.entry(400, "Bad Request"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"),
            Map.entry(414, "URI Too Long"),
            Map.entry(416, "Range Not Satisfiable"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(501, "Not Implemented"),
            Map.entry(505, "HTTP Version Not Supported"));

    /// @throws IllegalArgumentException when `root` is not a directory
    public HttpFiles {
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException("not a directory: " + root);
        }
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String description() {
        return "tcp/" + port + " from " + root;
    }

    @Override
    public void open(Serving serving) throws IOException {
        Path real = root.toRealPath();
        serving.tcp(name(), port, stream -> new Conversation(real, stream).run());
    }

    /// One connection: requests and their answers, in turn.
    private static final class Conversation {
        private final Path root;
        private final TcpStream stream;
        private final InputStream in;
        private boolean head;
        private boolean keepAlive;

        Conversation(Path root, TcpStream stream) {
            this.root = root;
            this.stream = stream;
            this.in = new BufferedInputStream(stream.input());
        }

        void run() throws IOException {
            stream.setReadTimeout(IDLE_MAX);
            do {
                keepAlive = false;
                head = false;
                try {
                    HttpRequest request = HttpRequest.read(in);
                    if (request == null) {
                        return;
                    }
                    head = request.method().equals("HEAD");
                    keepAlive = request.keepsAlive();
                    answer(request);
                } catch (HttpRequest.Refused refused) {
                    keepAlive &= refused.status != 408;
                    text(refused.status, refused.getMessage(), List.of());
                }
            } while (keepAlive);
            drain();
        }

        private void drain() throws IOException {
            stream.shutdownOutput();
            stream.setReadTimeout(DRAIN_TIME);
            byte[] nothing = new byte[8192];
            long end = System.nanoTime() + DRAIN_TIME.toNanos();
            try {
                for (int left = DRAIN_MAX; left > 0 && System.nanoTime() < end; ) {
                    int n = in.read(nothing);
                    if (n < 0) {
                        return;
                    }
                    left -= n;
                }
            } catch (SocketTimeoutException enough) {
                // The client keeps its side open: it had time to read the answer.
            }
        }

        private void answer(HttpRequest request) throws IOException, HttpRequest.Refused {
            if (!head && !request.method().equals("GET")) {
                boolean known = KNOWN_METHODS.contains(request.method());
                text(known ? 405 : 501, "only GET and HEAD are served here", List.of("Allow: GET, HEAD"));
                return;
            }
            String name = request.path();
            Path path = locate(name);
            if (path == null) {
                text(404, "there is no " + name, List.of());
            } else if (Files.isDirectory(path)) {
                directory(request, name, path);
            } else if (Files.isRegularFile(path) && Files.isReadable(path)) {
                file(request, path);
            } else {
                text(403, name + " cannot be read", List.of());
            }
        }

        /// The file that `name` means; null when there is none, or none within the root.
        private @Nullable Path locate(String name) {
            try {
                Path path =
                        root.resolve(name.substring(1).replaceFirst("^/+", "")).normalize();
                if (!path.startsWith(root)) {
                    return null;
                }
                Path real = path.toRealPath(); // through symbolic links
                return real.startsWith(root) ? real : null;
            } catch (IOException | InvalidPathException missing) {
                return null;
            }
        }

        private void directory(HttpRequest request, String name, Path path) throws IOException, HttpRequest.Refused {
            if (!name.endsWith("/")) {
                String where = encode(name.replaceFirst("^/+", "/")) + "/";
                text(301, "the directory is at " + where, List.of("Location: " + where));
                return;
            }
            Path index = locate(name + "index.html");
            if (index != null && Files.isRegularFile(index)) {
                file(request, index);
            } else {
                listing(name, path);
            }
        }

        private void listing(String name, Path path) throws IOException {
            StringBuilder page = new StringBuilder("<!doctype html><meta charset=\"utf-8\"><title>");
            page.append(escape(name))
                    .append("</title><h1>")
                    .append(escape(name))
                    .append("</h1><ul>\n");
            try (Stream<Path> entries = Files.list(path)) {
                entries.limit(LISTING_MAX).sorted().forEach(entry -> {
                    String label = entry.getFileName() + (Files.isDirectory(entry) ? "/" : "");
                    page.append("<li><a href=\"./").append(encode(label)).append("\">");
                    page.append(escape(label)).append("</a>\n");
                });
            }
            byte[] body = page.append("</ul>\n").toString().getBytes(StandardCharsets.UTF_8);
            send(200, body, "text/html; charset=utf-8", List.of());
        }

        private void file(HttpRequest request, Path path) throws IOException {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                long size = channel.size();
                Instant modified = attributes.lastModifiedTime().toInstant();
                String tag = "\"" + Long.toHexString(modified.getEpochSecond()) + "-"
                        + Integer.toHexString(modified.getNano()) + "-" + Long.toHexString(size) + "\"";
                List<String> fields = List.of(
                        "Last-Modified: " + HTTP_DATE.format(modified.atOffset(ZoneOffset.UTC)),
                        "ETag: " + tag,
                        "Accept-Ranges: bytes");
                if (isUnchanged(request, tag, modified)) {
                    head(304, fields);
                    return;
                }
                ByteRange range = range(request, size, tag, modified);
                if (range == null) {
                    content(200, channel, 0, size, path, fields, "");
                } else if (range.isSatisfiable()) {
                    String part = "Content-Range: bytes " + range.from() + "-" + range.to() + "/" + size;
                    content(206, channel, range.from(), range.length(), path, fields, part);
                } else {
                    text(416, "the file has " + size + " bytes", List.of("Content-Range: bytes */" + size));
                }
            }
        }

        /// RFC 9110 §13.2.2: If-None-Match goes before If-Modified-Since.
        private static boolean isUnchanged(HttpRequest request, String tag, Instant modified) {
            String none = request.field("if-none-match");
            if (none != null) {
                for (String candidate : none.split(",")) {
                    String bare = candidate.strip().replaceFirst("^W/", "");
                    if (bare.equals("*") || bare.equals(tag)) {
                        return true;
                    }
                }
                return false;
            }
            Instant since = date(request.field("if-modified-since"));
            return since != null && !modified.truncatedTo(ChronoUnit.SECONDS).isAfter(since);
        }

        private static @Nullable ByteRange range(HttpRequest request, long size, String tag, Instant modified) {
            String field = request.field("range");
            if (field == null) {
                return null;
            }
            // RFC 9110 §13.1.5: the range counts only if the file is still the one that the client has a part of.
            String condition = request.field("if-range");
            if (condition != null && !condition.equals(tag)) {
                Instant date = date(condition);
                if (date == null || !date.equals(modified.truncatedTo(ChronoUnit.SECONDS))) {
                    return null;
                }
            }
            return ByteRange.parse(field, size);
        }

        private static @Nullable Instant date(@Nullable String field) {
            if (field == null) {
                return null;
            }
            try {
                return ZonedDateTime.parse(field, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
            } catch (DateTimeException notADate) {
                return null;
            }
        }

        private void content(
                int status, FileChannel file, long from, long length, Path path, List<String> fields, String part)
                throws IOException {
            StringBuilder text = statusLine(status);
            fields.forEach(field -> text.append(field).append("\r\n"));
            if (!part.isEmpty()) {
                text.append(part).append("\r\n");
            }
            text.append("Content-Type: ").append(MediaTypes.of(path.toString())).append("\r\n");
            text.append("Content-Length: ").append(length).append("\r\n\r\n");
            byte[] start = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            if (head || length == 0) {
                stream.write(start);
                return;
            }
            // The head and the first of the body are one write: a small body by itself would wait, by Nagle's
            // rule, for the acknowledgment of the head, which the client delays.
            byte[] bytes = new byte[start.length + (int) Math.min(BUFFER, length)];
            System.arraycopy(start, 0, bytes, 0, start.length);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            int ready = start.length;
            for (long at = from, end = from + length; at < end; ) {
                buffer.clear().position(ready).limit((int) Math.min(bytes.length, ready + end - at));
                int n = file.read(buffer, at);
                if (n < 0) {
                    stream.abort(); // the file became shorter: the client must not take this for the whole of it
                    keepAlive = false;
                    throw new IOException("the file became shorter");
                }
                stream.write(bytes, 0, ready + n);
                ready = 0;
                at += n;
            }
        }

        private void text(int status, @Nullable String why, List<String> fields) throws IOException {
            byte[] body = (status + " " + REASONS.get(status) + ": " + why + "\n").getBytes(StandardCharsets.UTF_8);
            send(status, body, "text/plain; charset=utf-8", fields);
        }

        private void send(int status, byte[] body, String type, List<String> fields) throws IOException {
            StringBuilder text = statusLine(status);
            fields.forEach(field -> text.append(field).append("\r\n"));
            text.append("Content-Type: ").append(type).append("\r\n");
            text.append("X-Content-Type-Options: nosniff\r\n");
            text.append("Content-Length: ").append(body.length).append("\r\n\r\n");
            byte[] start = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            byte[] whole = new byte[start.length + (head ? 0 : body.length)];
            System.arraycopy(start, 0, whole, 0, start.length);
            System.arraycopy(body, 0, whole, start.length, whole.length - start.length);
            stream.write(whole);
        }

        private void head(int status, List<String> fields) throws IOException {
            StringBuilder text = statusLine(status);
            fields.forEach(field -> text.append(field).append("\r\n"));
            stream.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        }

        private StringBuilder statusLine(int status) {
            StringBuilder text =
                    new StringBuilder(256).append("HTTP/1.1 ").append(status).append(' ');
            text.append(REASONS.get(status)).append("\r\nDate: ");
            text.append(HTTP_DATE.format(Instant.now().atOffset(ZoneOffset.UTC)))
                    .append("\r\nServer: towpath\r\n");
            return text.append(keepAlive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
        }

        private static String escape(String text) {
            return text.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;");
        }

        /// Percent-encodes all but the characters that mean nothing special in a path.
        private static String encode(String text) {
            StringBuilder encoded = new StringBuilder(text.length());
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                char c = (char) (b & 0xff);
                if ((c < 0x80 && Character.isLetterOrDigit(c)) || "/-._~".indexOf(c) >= 0) {
                    encoded.append(c);
                } else {
                    encoded.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                    encoded.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
                }
            }
            return encoded.toString();
        }
    }
}
