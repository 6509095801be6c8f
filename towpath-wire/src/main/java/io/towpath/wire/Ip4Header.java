package io.towpath.wire;

/// The IPv4 header in place (RFC 791 §3.1).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version|  IHL  |   DSCP    |ECN|          Total Length         |  0
/// |         Identification        |0|D|M|     Fragment Offset     |  4
/// |  Time to Live |    Protocol   |         Header Checksum       |  8
/// |                         Source Address                        | 12
/// |                      Destination Address                      | 16
/// |                           [Options]                           | 20
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// [#check] is the gate; after it no accessor can fail.
public final class Ip4Header {
    /// Octets of a header without options.
    public static final int LENGTH = 20;
    /// Octets of the longest header: the IHL has four bits.
    public static final int LENGTH_MAX = 60;
    /// The longest packet, octets.
    public static final int TOTAL_LENGTH_MAX = 0xffff;
    /// The don't-fragment bit, in [#flagsAndOffset].
    public static final int DONT_FRAGMENT = 0x4000;
    /// The more-fragments bit, in [#flagsAndOffset].
    public static final int MORE_FRAGMENTS = 0x2000;

    private static final int CHECKSUM = 10;

    private Ip4Header() {}

    /// The gate for a packet that was received: version, lengths, options and header checksum are right and the
    /// whole packet lies in `at` … `end` (octets after the total length are padding of the link).
    public static Malformed check(byte[] b, int at, int end) {
        Malformed header = checkQuoted(b, at, end);
        if (header != Malformed.NONE) {
            return header;
        }
        int headerLength = headerLength(b, at);
        int totalLength = totalLength(b, at);
        if (totalLength < headerLength) {
            return Malformed.BAD_TOTAL_LENGTH;
        }
        if (totalLength > end - at) {
            return Malformed.TRUNCATED;
        }
        if (InternetChecksum.fold(InternetChecksum.add(0, b, at, at + headerLength)) != 0xffff) {
            return Malformed.BAD_CHECKSUM;
        }
        return headerLength == LENGTH ? Malformed.NONE : Ip4Options.check(b, at + LENGTH, at + headerLength);
    }

    /// The gate for a header quoted in an ICMP error: the header lies in `at` … `end`, but the packet may be cut
    /// off behind it and its checksum may have been changed on the way (RFC 1812 §4.3.2.3).
    public static Malformed checkQuoted(byte[] b, int at, int end) {
        if (end - at < LENGTH) {
            return Malformed.TRUNCATED;
        }
        if (version(b, at) != 4) {
            return Malformed.BAD_VERSION;
        }
        int headerLength = headerLength(b, at);
        if (headerLength < LENGTH) {
            return Malformed.BAD_HEADER_LENGTH;
        }
        return headerLength > end - at ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// 4 behind the gate.
    public static int version(byte[] b, int at) {
        return Bytes.u8(b, at) >>> 4;
    }

    /// Octets of the header with options, 20 … 60 behind the gate.
    public static int headerLength(byte[] b, int at) {
        return (b[at] & 0xf) << 2;
    }

    /// DSCP and ECN as one octet, once the Type of Service.
    public static int trafficClass(byte[] b, int at) {
        return Bytes.u8(b, at + 1);
    }

    /// The two ECN bits (RFC 3168 §5).
    public static int ecn(byte[] b, int at) {
        return b[at + 1] & 3;
    }

    /// Octets of the packet, header included.
    public static int totalLength(byte[] b, int at) {
        return Bytes.u16(b, at + 2);
    }

    /// 0 … 65535.
    public static int identification(byte[] b, int at) {
        return Bytes.u16(b, at + 4);
    }

    /// The 16 bits of flags and fragment offset.
    public static int flagsAndOffset(byte[] b, int at) {
        return Bytes.u16(b, at + 6);
    }

    /// Whether routers must not fragment the packet.
    public static boolean dontFragment(byte[] b, int at) {
        return (b[at + 6] & 0x40) != 0;
    }

    /// Whether more fragments follow.
    public static boolean moreFragments(byte[] b, int at) {
        return (b[at + 6] & 0x20) != 0;
    }

    /// Where the payload lies in the whole datagram, in octets, a multiple of 8.
    public static int fragmentOffset(byte[] b, int at) {
        return (Bytes.u16(b, at + 6) & 0x1fff) << 3;
    }

    /// Whether the packet is a part of a datagram only.
    public static boolean isFragment(byte[] b, int at) {
        return (Bytes.u16(b, at + 6) & 0x3fff) != 0;
    }

    /// 0 … 255.
    public static int timeToLive(byte[] b, int at) {
        return Bytes.u8(b, at + 8);
    }

    /// One of [IpProtocol].
    public static int protocol(byte[] b, int at) {
        return Bytes.u8(b, at + 9);
    }

    /// The header checksum.
    public static int checksum(byte[] b, int at) {
        return Bytes.u16(b, at + CHECKSUM);
    }

    /// The source address's bits.
    public static int source(byte[] b, int at) {
        return Bytes.i32(b, at + 12);
    }

    /// The destination address's bits.
    public static int destination(byte[] b, int at) {
        return Bytes.i32(b, at + 16);
    }

    /// The partial sum of the pseudo-header for a payload of `length` octets of the packet's protocol.
    public static long pseudo(byte[] b, int at, int length) {
        return InternetChecksum.pseudo4(source(b, at), destination(b, at), protocol(b, at), length);
    }

    /// Writes a header without options, with its checksum.
    ///
    /// @param totalLength octets of header and payload, 20 … 65535
    /// @param flagsAndOffset [#DONT_FRAGMENT], [#MORE_FRAGMENTS] and the offset in units of eight octets
    public static void write(
            byte[] b,
            int at,
            int trafficClass,
            int totalLength,
            int identification,
            int flagsAndOffset,
            int timeToLive,
            int protocol,
            int source,
            int destination) {
        // Summed before it is written: reading back what was just stored in other pieces would wait for the stores.
        long first = (long) (0x45 << 24 | (trafficClass & 0xff) << 16 | (totalLength & 0xffff)) << 32
                | (identification << 16 | (flagsAndOffset & 0xffff)) & 0xffff_ffffL;
        long second = (long) (timeToLive << 24 | (protocol & 0xff) << 16) << 32 | source & 0xffff_ffffL;
        long sum = InternetChecksum.add(InternetChecksum.add(destination & 0xffff_ffffL, first), second);
        Bytes.put64(b, at, first);
        Bytes.put64(b, at + 8, second | (long) InternetChecksum.finish(sum) << 32);
        Bytes.put32(b, at + 16, destination);
    }

    /// Computes and writes the checksum of the header, options included, after any field was changed.
    public static void writeChecksum(byte[] b, int at) {
        Bytes.put16(b, at + CHECKSUM, 0);
        long sum = InternetChecksum.add(0, b, at, at + headerLength(b, at));
        Bytes.put16(b, at + CHECKSUM, InternetChecksum.finish(sum));
    }

    /// Takes one off the time to live, which must not be 0, and mends the checksum (RFC 1624).
    ///
    /// @return what is left
    public static int decrementTimeToLive(byte[] b, int at) {
        int old = Bytes.u16(b, at + 8);
        int now = old - 0x100;
        Bytes.put16(b, at + 8, now);
        Bytes.put16(b, at + CHECKSUM, InternetChecksum.update16(checksum(b, at), old, now));
        return now >>> 8;
    }

    /// Writes the traffic class and mends the checksum (RFC 1624): for congestion marks.
    public static void setTrafficClass(byte[] b, int at, int trafficClass) {
        int old = Bytes.u16(b, at);
        int now = (old & 0xff00) | (trafficClass & 0xff);
        Bytes.put16(b, at, now);
        Bytes.put16(b, at + CHECKSUM, InternetChecksum.update16(checksum(b, at), old, now));
    }
}
