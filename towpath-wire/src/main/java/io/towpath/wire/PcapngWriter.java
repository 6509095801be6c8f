package io.towpath.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes a pcapng file (draft-ietf-opsawg-pcapng) into a growing buffer that its owner drains: this package does
/// no I/O.
///
/// Call [#sectionHeader] once, [#interfaceBlock] for each interface, then [#packetBlock] for each packet, and take
/// the octets by [#buffer] and [#size], then [#clear] (no copy), or by [#drain]. The buffer grows with what is not
/// drained. Timestamps are in nanoseconds. Big-endian. Not thread-safe: one owner.
public final class PcapngWriter {
    /// Direction of a packet: not told.
    public static final int UNKNOWN = 0;
    /// Direction of a packet: received.
    public static final int INBOUND = 1;
    /// Direction of a packet: sent.
    public static final int OUTBOUND = 2;

    private static final int OPTION_APPLICATION = 4;
    private static final int OPTION_FLAGS = 2;
    private static final int OPTION_LENGTH_MAX = 0xffff;
    private static final byte NANOSECONDS = 9;

    private byte[] buffer = new byte[4096];
    private int size;
    private int[] snapLengths = new int[2];
    private int interfaces;

    /// An empty buffer.
    public PcapngWriter() {}

    /// Begins a section: the first block of a file. Interfaces are numbered from 0 again.
    ///
    /// @param application the name of the program that writes
    public void sectionHeader(String application) {
        interfaces = 0;
        byte[] name = utf8(application);
        int at = begin(PcapngReader.SECTION_HEADER, 28 + option(name.length) + 4);
        Bytes.put32(buffer, at + 8, PcapngReader.BYTE_ORDER);
        Bytes.put32(buffer, at + 12, 1 << 16); // version 1.0
        Bytes.put64(buffer, at + 16, -1); // the section's length is not known
        int next = putOption(at + 24, OPTION_APPLICATION, name);
        end(at, next + 4);
    }

    /// Adds an interface to the section.
    ///
    /// @param linkType what its packets begin with; see [LinkType]
    /// @param snapLength octets of a packet that are kept at most; 0 for all
    /// @param name what people call it
    /// @return its id
    public int interfaceBlock(int linkType, int snapLength, String name) {
        byte[] bytes = utf8(name);
        int at = begin(PcapngReader.INTERFACE, 20 + option(bytes.length) + option(1) + 4);
        Bytes.put32(buffer, at + 8, linkType << 16);
        Bytes.put32(buffer, at + 12, snapLength);
        int next = putOption(at + 16, PcapngReader.OPTION_NAME, bytes);
        next = putOption(next, PcapngReader.OPTION_RESOLUTION, new byte[] {NANOSECONDS});
        end(at, next + 4);
        if (interfaces == snapLengths.length) {
            snapLengths = Arrays.copyOf(snapLengths, 2 * interfaces);
        }
        snapLengths[interfaces] = snapLength;
        return interfaces++;
    }

    /// Adds a packet, direction not told; see the longer form.
    public void packetBlock(int interfaceId, long nanos, byte[] b, int from, int to, @Nullable String comment) {
        packetBlock(interfaceId, nanos, b, from, to, to - from, UNKNOWN, comment);
    }

    /// Adds a packet.
    ///
    /// @param interfaceId from [#interfaceBlock]
    /// @param nanos the moment, in nanoseconds of whatever clock the file is about
    /// @param from where its octets begin in `b`
    /// @param to where they end
    /// @param originalLength octets that it had on the link
    /// @param direction [#UNKNOWN], [#INBOUND] or [#OUTBOUND]
    /// @param comment what a reader should know about it
    /// @throws IllegalArgumentException if there is no such interface
    public void packetBlock(
            int interfaceId,
            long nanos,
            byte[] b,
            int from,
            int to,
            int originalLength,
            int direction,
            @Nullable String comment) {
        if (interfaceId < 0 || interfaceId >= interfaces) {
            throw new IllegalArgumentException("no interface " + interfaceId + " in this section of " + interfaces);
        }
        int snap = snapLengths[interfaceId];
        int length = snap == 0 ? to - from : Math.min(to - from, snap);
        byte[] said = comment == null ? null : utf8(comment);
        boolean options = said != null || direction != UNKNOWN;
        int optionsLength =
                (said == null ? 0 : option(said.length)) + (direction == UNKNOWN ? 0 : option(4)) + (options ? 4 : 0);
        int at = begin(PcapngReader.ENHANCED_PACKET, 32 + padded(length) + optionsLength);
        Bytes.put32(buffer, at + 8, interfaceId);
        Bytes.put64(buffer, at + 12, nanos);
        Bytes.put32(buffer, at + 20, length);
        Bytes.put32(buffer, at + 24, originalLength);
        System.arraycopy(b, from, buffer, at + 28, length);
        int next = at + 28 + padded(length);
        if (said != null) {
            next = putOption(next, PcapngReader.OPTION_COMMENT, said);
        }
        if (direction != UNKNOWN) {
            Bytes.put32(buffer, next, OPTION_FLAGS << 16 | 4);
            Bytes.put32(buffer, next + 4, direction);
            next += 8;
        }
        end(at, options ? next + 4 : next);
    }

    /// Octets that wait to be taken.
    public int size() {
        return size;
    }

    /// The octets that wait, from 0 to [#size]; valid until the next call that adds or clears.
    public byte[] buffer() {
        return buffer;
    }

    /// Forgets the octets that waited; interfaces stay.
    public void clear() {
        size = 0;
    }

    /// Takes the octets that wait as a new array.
    public byte[] drain() {
        byte[] drained = Arrays.copyOf(buffer, size);
        clear();
        return drained;
    }

    /// Makes room for a block of `length` octets, all zero, and writes its head.
    private int begin(int type, int length) {
        int at = size;
        if (length > buffer.length - at) {
            buffer = Arrays.copyOf(
                    buffer, Math.max(Math.addExact(at, length), (int) Math.min(2L * buffer.length, 1 << 30)));
        }
        Arrays.fill(buffer, at, at + length, (byte) 0);
        Bytes.put32(buffer, at, type);
        Bytes.put32(buffer, at + 4, length);
        return at;
    }

    private void end(int at, int lengthAt) {
        Bytes.put32(buffer, lengthAt, lengthAt + 4 - at);
        size = lengthAt + 4;
    }

    private int putOption(int at, int code, byte[] value) {
        Bytes.put16(buffer, at, code);
        Bytes.put16(buffer, at + 2, value.length);
        System.arraycopy(value, 0, buffer, at + 4, value.length);
        return at + option(value.length);
    }

    private static int option(int length) {
        return 4 + padded(length);
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }

    /// The text as UTF-8, cut at a character's boundary where an option's length field ends.
    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= OPTION_LENGTH_MAX) {
            return bytes;
        }
        int end = OPTION_LENGTH_MAX;
        while ((bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}
