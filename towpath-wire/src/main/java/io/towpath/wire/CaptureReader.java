package io.towpath.wire;

import org.jspecify.annotations.Nullable;

/// Reads the packets of a capture file, one after the other, from its octets.
///
/// Memory is bounded by the file's own size. Not thread-safe: one owner.
public sealed interface CaptureReader permits PcapReader, PcapngReader {
    /// The next packet, or null behind the last.
    ///
    /// @throws MalformedCaptureException if the file is broken there; what was read before is good
    @Nullable
    CapturedPacket next();

    /// A reader for a pcapng or a pcap file, told apart by their first octets.
    ///
    /// @throws MalformedCaptureException if it is neither
    static CaptureReader open(byte[] file) {
        if (file.length >= 4 && Bytes.i32(file, 0) == PcapngReader.SECTION_HEADER) {
            return new PcapngReader(file);
        }
        return new PcapReader(file);
    }
}
