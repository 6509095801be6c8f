package io.towpath.net.service;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The head of an HTTP/1 request (RFC 9112 §2 to §5), read with bounds.
///
/// @param method as sent
/// @param target as sent
/// @param minorVersion 0 or 1
/// @param fields by lower-case name; what came several times is joined by commas (RFC 9110 §5.3)
record HttpRequest(String method, String target, int minorVersion, Map<String, String> fields) {
    /// The request cannot be answered as asked: the status says why.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        final int status;

        Refused(int status, String why) {
            super(why, null, false, false);
            this.status = status;
        }
    }

    private static final int TARGET_MAX = 8 * 1024;
    private static final int FIELDS_MAX = 32 * 1024;
    private static final int FIELD_COUNT_MAX = 100;
    private static final long HEAD_NANOS_MAX = 30_000_000_000L;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern REQUEST_LINE = Pattern.compile("([^ ]+) ([^ ]+) HTTP/(\\d)\\.(\\d)");

    /// Reads one request head.
    ///
    /// @return null when the client ended the stream, or said nothing for a while, before a request began
    /// @throws Refused when it is malformed or too large: the connection cannot be used any further
    static @Nullable HttpRequest read(InputStream in) throws IOException, Refused {
        long begun = System.nanoTime();
        String line;
        try {
            line = line(in, TARGET_MAX + 64, 414, begun);
            // RFC 9112 §2.2: "SHOULD ignore at least one empty line (CRLF) received prior to the request-line"
            if (line != null && line.isEmpty()) {
                line = line(in, TARGET_MAX + 64, 414, begun);
            }
        } catch (SocketTimeoutException silence) {
            return null;
        }
        if (line == null) {
            return null;
        }
        var parts = REQUEST_LINE.matcher(line);
        if (!parts.matches() || !TOKEN.matcher(parts.group(1)).matches()) {
            throw new Refused(400, "not a request line");
        }
        if (!parts.group(3).equals("1")) {
            throw new Refused(505, "HTTP/1.1 is spoken here");
        }
        if (parts.group(2).length() > TARGET_MAX) {
            throw new Refused(414, "the target is longer than " + TARGET_MAX + " characters");
        }
        int minor = parts.group(4).equals("0") ? 0 : 1;
        HttpRequest request = new HttpRequest(parts.group(1), parts.group(2), minor, fields(in, begun));
        // RFC 9112 §3.2: a server MUST respond with 400 to an HTTP/1.1 request that lacks a Host field
        if (minor == 1 && request.field("host") == null) {
            throw new Refused(400, "no Host field");
        }
        return request;
    }

    private static Map<String, String> fields(InputStream in, long begun) throws IOException, Refused {
        Map<String, String> fields = new HashMap<>();
        int left = FIELDS_MAX;
        int count = 0;
        while (true) {
            String line = line(in, left, 431, begun);
            if (line == null) {
                throw new Refused(400, "the request ends within its head");
            }
            if (line.isEmpty()) {
                return fields;
            }
            left -= line.length() + 2;
            if (++count > FIELD_COUNT_MAX) {
                throw new Refused(431, "more than " + FIELD_COUNT_MAX + " fields");
            }
            int colon = line.indexOf(':');
            // RFC 9112 §5.1: no whitespace between name and colon; §5.2: obsolete line folding is refused
            if (colon < 1 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
                throw new Refused(400, "not a field line");
            }
            fields.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (before, more) -> before + ", " + more);
        }
    }

    /// One line without its end, null at the end of the stream.
    private static @Nullable String line(InputStream in, int max, int tooLong, long begun) throws IOException, Refused {
        StringBuilder line = new StringBuilder(80);
        while (true) {
            int c = in.read();
            if (c < 0) {
                return null;
            }
            if (c == '\n') {
                int length = line.length();
                // RFC 9112 §2.2: a recipient MAY recognize a single LF as a line terminator
                return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
            }
            if (c == 0) {
                throw new Refused(400, "a NUL in the head");
            }
            if (line.length() > max) {
                throw new Refused(tooLong, "the head of the request is too long");
            }
            if (System.nanoTime() - begun > HEAD_NANOS_MAX) {
                throw new Refused(408, "the request takes too long");
            }
            line.append((char) c);
        }
    }

    /// The field with this lower-case name, null when there is none.
    @Nullable
    String field(String name) {
        return fields.get(name);
    }

    /// Whether the client lets the connection be used again (RFC 9112 §9.3), and sent no content that would have to
    /// be read first.
    boolean keepsAlive() {
        String connection = fields.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        boolean wanted = minorVersion == 1 ? !connection.contains("close") : connection.contains("keep-alive");
        String length = fields.getOrDefault("content-length", "0");
        return wanted && length.equals("0") && !fields.containsKey("transfer-encoding");
    }

    /// The path of the target, decoded, without its query; always begins with a slash.
    String path() throws Refused {
        String raw = target;
        int scheme = raw.indexOf("://");
        if (scheme >= 0 && raw.regionMatches(true, 0, "http", 0, 4)) {
            int slash = raw.indexOf('/', scheme + 3);
            raw = slash < 0 ? "/" : raw.substring(slash);
        }
        int end = raw.indexOf('?');
        raw = end < 0 ? raw : raw.substring(0, end);
        if (!raw.startsWith("/")) {
            throw new Refused(400, "not a path: " + raw);
        }
        return decode(raw);
    }

    private static String decode(String raw) throws Refused {
        byte[] bytes = new byte[raw.length()];
        int n = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0 || (high | low) == 0) {
                    throw new Refused(400, "a bad percent-encoding");
                }
                bytes[n++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[n++] = (byte) c;
            }
        }
        return new String(bytes, 0, n, StandardCharsets.UTF_8);
    }
}
