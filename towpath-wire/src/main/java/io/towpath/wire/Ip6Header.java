package io.towpath.wire;

/// The IPv6 header in place (RFC 8200 §3).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version| Traffic Class |           Flow Label                  |  0
/// |         Payload Length        |  Next Header  |   Hop Limit   |  4
/// |                         Source Address (16)                   |  8
/// |                      Destination Address (16)                 | 24
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// [#check] is the gate; after it no accessor can fail. What follows the header is [Ip6Extensions]' matter.
public final class Ip6Header {
    /// Octets.
    public static final int LENGTH = 40;
    /// The largest payload without a jumbo option, octets.
    public static final int PAYLOAD_LENGTH_MAX = 0xffff;
    /// The smallest MTU that an IPv6 link may have, octets (RFC 8200 §5).
    public static final int MTU_MIN = 1280;

    private Ip6Header() {}

    /// The gate for a packet that was received: the whole packet lies in `at` … `end` (what is behind it is the
    /// link's padding).
    public static Malformed check(byte[] b, int at, int end) {
        Malformed header = checkQuoted(b, at, end);
        if (header != Malformed.NONE) {
            return header;
        }
        return payloadLength(b, at) > end - at - LENGTH ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// The gate for a header quoted in an ICMP error: the packet may be cut off behind it.
    public static Malformed checkQuoted(byte[] b, int at, int end) {
        if (end - at < LENGTH) {
            return Malformed.TRUNCATED;
        }
        return version(b, at) == 6 ? Malformed.NONE : Malformed.BAD_VERSION;
    }

    /// 6 behind the gate.
    public static int version(byte[] b, int at) {
        return Bytes.u8(b, at) >>> 4;
    }

    /// DSCP and ECN as one octet.
    public static int trafficClass(byte[] b, int at) {
        return Bytes.u16(b, at) >>> 4 & 0xff;
    }

    /// The two ECN bits (RFC 3168 §5).
    public static int ecn(byte[] b, int at) {
        return b[at + 1] >>> 4 & 3;
    }

    /// 20 bits.
    public static int flowLabel(byte[] b, int at) {
        return Bytes.i32(b, at) & 0xf_ffff;
    }

    /// Octets behind this header, extension headers included.
    public static int payloadLength(byte[] b, int at) {
        return Bytes.u16(b, at + 4);
    }

    /// Octets of the packet, this header included.
    public static int totalLength(byte[] b, int at) {
        return LENGTH + payloadLength(b, at);
    }

    /// One of [IpProtocol]: the first extension header or the upper protocol.
    public static int nextHeader(byte[] b, int at) {
        return Bytes.u8(b, at + 6);
    }

    /// 0 … 255.
    public static int hopLimit(byte[] b, int at) {
        return Bytes.u8(b, at + 7);
    }

    /// The upper half of the source address.
    public static long sourceHigh(byte[] b, int at) {
        return Bytes.i64(b, at + 8);
    }

    /// The lower half of the source address.
    public static long sourceLow(byte[] b, int at) {
        return Bytes.i64(b, at + 16);
    }

    /// The upper half of the destination address.
    public static long destinationHigh(byte[] b, int at) {
        return Bytes.i64(b, at + 24);
    }

    /// The lower half of the destination address.
    public static long destinationLow(byte[] b, int at) {
        return Bytes.i64(b, at + 32);
    }

    /// The partial sum of the pseudo-header for an upper-layer packet of `length` octets (RFC 8200 §8.1).
    public static long pseudo(byte[] b, int at, int protocol, int length) {
        return InternetChecksum.pseudo(
                sourceHigh(b, at), sourceLow(b, at), destinationHigh(b, at), destinationLow(b, at), protocol, length);
    }

    /// Writes the header.
    ///
    /// @param flowLabel 20 bits
    /// @param payloadLength octets behind the header, 0 … 65535
    public static void write(
            byte[] b,
            int at,
            int trafficClass,
            int flowLabel,
            int payloadLength,
            int nextHeader,
            int hopLimit,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        Bytes.put32(b, at, 6 << 28 | (trafficClass & 0xff) << 20 | (flowLabel & 0xf_ffff));
        Bytes.put32(b, at + 4, payloadLength << 16 | (nextHeader & 0xff) << 8 | (hopLimit & 0xff));
        Bytes.put64(b, at + 8, sourceHigh);
        Bytes.put64(b, at + 16, sourceLow);
        Bytes.put64(b, at + 24, destinationHigh);
        Bytes.put64(b, at + 32, destinationLow);
    }

    /// Takes one off the hop limit, which must not be 0.
    ///
    /// @return what is left
    public static int decrementHopLimit(byte[] b, int at) {
        int left = hopLimit(b, at) - 1;
        b[at + 7] = (byte) left;
        return left;
    }

    /// Writes the traffic class: for congestion marks.
    public static void setTrafficClass(byte[] b, int at, int trafficClass) {
        Bytes.put16(b, at, 0x6000 | (trafficClass & 0xff) << 4 | (Bytes.u16(b, at) & 0xf));
    }
}
