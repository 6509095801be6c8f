package io.towpath.link;

import io.towpath.core.Packet;

/// Sees what passes a [Capture]. Runs on the link's owner, inside `receive` and `transmit`: it must not block for
/// long, must not keep `b` or `meta`, and must not change either.
@FunctionalInterface
public interface CaptureSink {
    /// One packet passed.
    ///
    /// @param now the moment, in nanoseconds of the run
    /// @param outbound true for a transmitted packet
    /// @param b its bytes lie in `b[at..end)`, from the first byte on the medium, transport checksum filled in; not
    ///     always the array of `meta`
    /// @param at first byte
    /// @param end one past the last byte
    /// @param meta what else is known of it: [Packet#segmentBytes] for instance
    void packet(long now, boolean outbound, byte[] b, int at, int end, Packet meta);
}
