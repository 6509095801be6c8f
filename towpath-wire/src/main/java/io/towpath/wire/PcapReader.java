package io.towpath.wire;

import org.jspecify.annotations.Nullable;

/// Reads a classic pcap file, of either byte order, with microseconds or nanoseconds.
///
/// ```text
/// magic 0 | major 4, minor 6 | zone 8 | accuracy 12 | snap length 16 | link type 20     once
/// seconds 0 | fraction 4 | captured length 8 | original length 12 | octets 16           for each packet
/// ```
public final class PcapReader implements CaptureReader {
    private static final int HEADER_LENGTH = 24;
    private static final int RECORD_LENGTH = 16;
    private static final int MICROS = 0xa1b2c3d4;
    private static final int NANOS = 0xa1b23c4d;

    private final byte[] file;
    private final boolean swapped;
    private final long nanosPerUnit;
    private final int linkType;
    private int next = HEADER_LENGTH;

    /// Reads the file's header.
    ///
    /// @throws MalformedCaptureException if it is not one of pcap
    public PcapReader(byte[] file) {
        if (file.length < HEADER_LENGTH) {
            throw new MalformedCaptureException("a pcap file has at least 24 octets, not " + file.length, 0);
        }
        int magic = Bytes.i32(file, 0);
        swapped = magic == Integer.reverseBytes(MICROS) || magic == Integer.reverseBytes(NANOS);
        int upright = swapped ? Integer.reverseBytes(magic) : magic;
        if (upright != MICROS && upright != NANOS) {
            throw new MalformedCaptureException(
                    "neither pcap nor pcapng, it begins with 0x" + Integer.toHexString(magic), 0);
        }
        this.file = file;
        nanosPerUnit = upright == NANOS ? 1 : 1_000;
        // The upper bits tell about a frame check sequence, which no reader here wants.
        linkType = (int) (word(20) & 0xffff);
    }

    /// What the packets begin with; see [LinkType].
    public int linkType() {
        return linkType;
    }

    @Override
    public @Nullable CapturedPacket next() {
        if (next == file.length) {
            return null;
        }
        if (file.length - next < RECORD_LENGTH) {
            throw new MalformedCaptureException("the file ends inside a record's header", next);
        }
        long captured = word(next + 8);
        if (captured > file.length - next - RECORD_LENGTH) {
            throw new MalformedCaptureException(
                    "a record of " + captured + " octets where " + (file.length - next - RECORD_LENGTH) + " are left",
                    next + 8L);
        }
        long nanos = word(next) * 1_000_000_000L + word(next + 4) * nanosPerUnit;
        int dataAt = next + RECORD_LENGTH;
        int dataEnd = dataAt + (int) captured;
        long original = Math.max(word(next + 12), captured);
        next = dataEnd;
        return new CapturedPacket(0, linkType, nanos, original, Octets.of(file, dataAt, dataEnd), null);
    }

    private long word(int at) {
        int word = Bytes.i32(file, at);
        return (swapped ? Integer.reverseBytes(word) : word) & 0xffff_ffffL;
    }
}
