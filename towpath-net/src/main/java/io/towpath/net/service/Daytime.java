package io.towpath.net.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// RFC 867: tells the time to people, in UTC, in the first of the two formats that the RFC shows.
///
/// @param port TCP and UDP port, by custom 13
/// @param clock what time it is
public record Daytime(int port, InstantSource clock) implements Service {
    // "Weekday, Month Day, Year Time-Zone"
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEEE, MMMM d, yyyy HH:mm:ss'-UTC'\r\n", Locale.ENGLISH);

    @Override
    public String name() {
        return "daytime";
    }

    @Override
    public String description() {
        return "tcp/" + port + " udp/" + port;
    }

    @Override
    public void open(Serving serving) throws IOException {
        serving.tcp(name(), port, stream -> stream.write(line()));
        serving.udp(name(), port, request -> line());
    }

    private byte[] line() {
        return line(clock.instant().atOffset(ZoneOffset.UTC)).getBytes(StandardCharsets.US_ASCII);
    }

    /// What is said at a moment.
    static String line(OffsetDateTime now) {
        return FORMAT.format(now);
    }
}
