package io.towpath.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a pcapng file: sections of either byte order, interfaces, enhanced and simple packet blocks, comments. All
/// other blocks and options are skipped by their length (draft-ietf-opsawg-pcapng).
///
/// ```text
/// block type 0 | total length 4 | body 8 … | total length again
/// ```
public final class PcapngReader implements CaptureReader {
    static final int SECTION_HEADER = 0x0a0d0d0a;
    static final int BYTE_ORDER = 0x1a2b3c4d;
    static final int INTERFACE = 1;
    static final int SIMPLE_PACKET = 3;
    static final int ENHANCED_PACKET = 6;
    static final int OPTION_END = 0;
    static final int OPTION_COMMENT = 1;
    static final int OPTION_NAME = 2;
    static final int OPTION_RESOLUTION = 9;
    static final int OPTION_OFFSET = 14;

    private static final int BLOCK_MIN = 12;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /// An interface of the section: how to read its packets.
    private record Port(
            int linkType, long snapLength, @Nullable String name, int resolution, long offsetSeconds) {}

    private final byte[] file;
    private final List<Port> ports = new ArrayList<>();
    private boolean swapped;
    private int next;

    /// A reader at the file's beginning.
    ///
    /// @throws MalformedCaptureException if the file does not begin with a section header
    public PcapngReader(byte[] file) {
        if (file.length < 28 || Bytes.i32(file, 0) != SECTION_HEADER) {
            throw new MalformedCaptureException("a pcapng file begins with a section header block", 0);
        }
        this.file = file;
    }

    /// How many interfaces the section has told of so far.
    public int interfaceCount() {
        return ports.size();
    }

    /// The name of an interface of the section, if the file has it.
    ///
    /// @throws IndexOutOfBoundsException if there is no such interface
    public @Nullable String interfaceName(int id) {
        return ports.get(id).name;
    }

    @Override
    public @Nullable CapturedPacket next() {
        while (next < file.length) {
            int at = next;
            int end = at + blockLength(at);
            next = end;
            int type = Bytes.i32(file, at) == SECTION_HEADER ? SECTION_HEADER : (int) word(at);
            int bodyEnd = end - 4;
            switch (type) {
                case SECTION_HEADER -> ports.clear();
                case INTERFACE -> ports.add(port(at, bodyEnd));
                case ENHANCED_PACKET -> {
                    return enhanced(at, bodyEnd);
                }
                case SIMPLE_PACKET -> {
                    return simple(at, bodyEnd);
                }
                default -> {
                    // A block that is not known here is skipped by its length.
                }
            }
        }
        return null;
    }

    /// The block's length, proven to lie in the file and to be the same at both ends; sets the section's byte
    /// order.
    private int blockLength(int at) {
        int left = file.length - at;
        if (left < BLOCK_MIN) {
            throw new MalformedCaptureException("the file ends inside a block's header", at);
        }
        if (Bytes.i32(file, at) == SECTION_HEADER) {
            int order = Bytes.i32(file, at + 8);
            if (order != BYTE_ORDER && order != Integer.reverseBytes(BYTE_ORDER)) {
                throw new MalformedCaptureException("a section header without byte-order magic", at + 8L);
            }
            swapped = order != BYTE_ORDER;
            require(word(at + 4) >= 28, "a section header of less than 28 octets", at + 4);
        }
        long length = word(at + 4);
        if (length < BLOCK_MIN || (length & 3) != 0 || length > left) {
            throw new MalformedCaptureException(
                    "a block of " + length + " octets where " + left + " are left", at + 4L);
        }
        require(word(at + (int) length - 4) == length, "a block whose two lengths differ", at + (int) length - 4);
        return (int) length;
    }

    private Port port(int at, int bodyEnd) {
        require(bodyEnd - at >= 16, "an interface block that is too short", at);
        int optionsAt = at + 16;
        int nameAt = option(OPTION_NAME, optionsAt, bodyEnd);
        int resolutionAt = option(OPTION_RESOLUTION, optionsAt, bodyEnd);
        int offsetAt = option(OPTION_OFFSET, optionsAt, bodyEnd);
        boolean hasResolution = resolutionAt >= 0 && optionLength(resolutionAt) >= 1;
        boolean hasOffset = offsetAt >= 0 && optionLength(offsetAt) >= 8;
        return new Port(
                half(at + 8),
                word(at + 12),
                nameAt < 0 ? null : string(nameAt),
                hasResolution ? Bytes.u8(file, resolutionAt + 4) : 6,
                hasOffset ? longWord(offsetAt + 4) : 0);
    }

    private CapturedPacket enhanced(int at, int bodyEnd) {
        require(bodyEnd - at >= 28, "a packet block that is too short", at);
        long id = word(at + 8);
        require(id < ports.size(), "a packet of an interface that was not told of", at + 8);
        Port port = ports.get((int) id);
        long captured = word(at + 20);
        int dataAt = at + 28;
        require(captured <= bodyEnd - dataAt, "a packet longer than its block", at + 20);
        int dataEnd = dataAt + (int) captured;
        int commentAt = option(OPTION_COMMENT, dataAt + padded((int) captured), bodyEnd);
        return new CapturedPacket(
                (int) id,
                port.linkType,
                nanos(word(at + 12) << 32 | word(at + 16), port),
                Math.max(word(at + 24), captured),
                Octets.of(file, dataAt, dataEnd),
                commentAt < 0 ? null : string(commentAt));
    }

    private CapturedPacket simple(int at, int bodyEnd) {
        require(bodyEnd - at >= 12, "a packet block that is too short", at);
        require(!ports.isEmpty(), "a packet of an interface that was not told of", at);
        Port port = ports.get(0);
        long original = word(at + 8);
        int dataAt = at + 12;
        long limit = port.snapLength == 0 ? original : Math.min(original, port.snapLength);
        int captured = (int) Math.min(limit, bodyEnd - dataAt);
        return new CapturedPacket(0, port.linkType, 0, original, Octets.of(file, dataAt, dataAt + captured), null);
    }

    /// Where the first option with this code begins, or −1.
    private int option(int code, int optionsAt, int end) {
        int at = optionsAt;
        while (end - at >= 4) {
            int found = half(at);
            int length = optionLength(at);
            require(padded(length) <= end - at - 4, "an option longer than its block", at);
            if (found == OPTION_END) {
                return -1;
            }
            if (found == code) {
                return at;
            }
            at += 4 + padded(length);
        }
        return -1;
    }

    private int optionLength(int at) {
        return half(at + 2);
    }

    private String string(int optionAt) {
        return new String(file, optionAt + 4, optionLength(optionAt), StandardCharsets.UTF_8);
    }

    /// Units of 10^−r seconds, or of 2^−r if the highest bit of the resolution is set; an unsigned 64-bit count.
    private static long nanos(long units, Port port) {
        int r = port.resolution & 0x7f;
        long seconds;
        long fraction;
        if ((port.resolution & 0x80) == 0) {
            long perSecond = power10(r);
            seconds = Long.divideUnsigned(units, perSecond);
            long rest = Long.remainderUnsigned(units, perSecond);
            fraction = r <= 9 ? rest * power10(9 - r) : rest / power10(r - 9);
        } else if (r >= 64) {
            seconds = 0;
            fraction = 0;
        } else {
            seconds = units >>> r;
            long rest = units & ((1L << r) - 1);
            // rest · 10^9 / 2^r in 128 bits
            long high = Math.unsignedMultiplyHigh(rest, NANOS_PER_SECOND);
            long low = rest * NANOS_PER_SECOND;
            fraction = r == 0 ? 0 : high << (64 - r) | low >>> r;
        }
        return (seconds + port.offsetSeconds) * NANOS_PER_SECOND + fraction;
    }

    /// 10^n; more than 10^18 counts as 10^18, which no clock has.
    private static long power10(int n) {
        long power = 1;
        for (int i = 0; i < Math.min(n, 18); i++) {
            power *= 10;
        }
        return power;
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }

    private static void require(boolean good, String otherwise, long at) {
        if (!good) {
            throw new MalformedCaptureException(otherwise, at);
        }
    }

    private int half(int at) {
        int half = Bytes.u16(file, at);
        return swapped ? Short.reverseBytes((short) half) & 0xffff : half;
    }

    private long word(int at) {
        int word = Bytes.i32(file, at);
        return (swapped ? Integer.reverseBytes(word) : word) & 0xffff_ffffL;
    }

    private long longWord(int at) {
        long word = Bytes.i64(file, at);
        return swapped ? Long.reverseBytes(word) : word;
    }
}
