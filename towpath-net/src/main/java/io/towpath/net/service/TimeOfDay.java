package io.towpath.net.service;

import io.towpath.wire.Bytes;
import java.io.IOException;
import java.time.InstantSource;

/// RFC 868: tells the time to machines, as 32 bits of seconds since 1900-01-01 00:00 UTC (which wrap in 2036).
///
/// @param port TCP and UDP port, by custom 37
/// @param clock what time it is
public record TimeOfDay(int port, InstantSource clock) implements Service {
    /// RFC 868: "the time 2,208,988,800 corresponds to 00:00 1 Jan 1970 GMT".
    private static final long EPOCH = 2_208_988_800L;

    @Override
    public String name() {
        return "time";
    }

    @Override
    public String description() {
        return "tcp/" + port + " udp/" + port;
    }

    @Override
    public void open(Serving serving) throws IOException {
        serving.tcp(name(), port, stream -> stream.write(seconds()));
        serving.udp(name(), port, request -> seconds());
    }

    private byte[] seconds() {
        byte[] four = new byte[4];
        Bytes.put32(four, 0, (int) (clock.instant().getEpochSecond() + EPOCH));
        return four;
    }
}
