package io.towpath.cli;

import io.towpath.observe.Quantities;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What the user wants to see.
///
/// @param seed from which all chance follows
/// @param loss share of packets lost, each way
/// @param delayNanos how long the wire takes, each way
/// @param size bytes of the file
/// @param pcap file for a capture, or null
/// @param realTime true lets virtual time run as fast as the clock on the wall
record DemoOptions(
        long seed,
        double loss,
        long delayNanos,
        long size,
        @Nullable Path pcap,
        boolean realTime) {
    /// The delay as the user wrote it: `20 ms`, not `20.0 ms`.
    String delay() {
        return Quantities.duration(delayNanos).replaceFirst("\\.0+ ", " ");
    }
}
