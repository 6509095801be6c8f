package io.towpath.wire;

/// The ICMPv6 header in place (RFC 4443 §2.1). Neighbour discovery messages go on in [NdHeader].
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     Type      |     Code      |          Checksum             |  0
/// |   identifier, sequence | MTU | pointer | flags | …            |  4
/// |   echo data, or as much of a packet as fits                   |  8
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// [#check] is the gate; after it no accessor can fail.
public final class Icmp6Header {
    /// Octets before the data: every message that is defined has these eight.
    public static final int LENGTH = 8;

    /// Destination unreachable.
    public static final int UNREACHABLE = 1;
    /// Packet too big; carries the MTU.
    public static final int PACKET_TOO_BIG = 2;
    /// Time exceeded.
    public static final int TIME_EXCEEDED = 3;
    /// Parameter problem.
    public static final int PARAMETER_PROBLEM = 4;
    /// Echo request.
    public static final int ECHO_REQUEST = 128;
    /// Echo reply.
    public static final int ECHO_REPLY = 129;
    /// Multicast listener query, RFC 2710.
    public static final int LISTENER_QUERY = 130;
    /// Multicast listener report, RFC 2710.
    public static final int LISTENER_REPORT = 131;
    /// Multicast listener done, RFC 2710.
    public static final int LISTENER_DONE = 132;
    /// Router solicitation, RFC 4861 §4.1.
    public static final int ROUTER_SOLICITATION = 133;
    /// Router advertisement, RFC 4861 §4.2.
    public static final int ROUTER_ADVERTISEMENT = 134;
    /// Neighbour solicitation, RFC 4861 §4.3.
    public static final int NEIGHBOR_SOLICITATION = 135;
    /// Neighbour advertisement, RFC 4861 §4.4.
    public static final int NEIGHBOR_ADVERTISEMENT = 136;
    /// Redirect, RFC 4861 §4.5.
    public static final int REDIRECT = 137;
    /// Multicast listener report version 2, RFC 3810.
    public static final int LISTENER_REPORT_2 = 143;

    /// Unreachable: no route to the destination.
    public static final int CODE_NO_ROUTE = 0;
    /// Unreachable: administratively prohibited.
    public static final int CODE_PROHIBITED = 1;
    /// Unreachable: beyond the scope of the source address.
    public static final int CODE_BEYOND_SCOPE = 2;
    /// Unreachable: address.
    public static final int CODE_ADDRESS = 3;
    /// Unreachable: port.
    public static final int CODE_PORT = 4;
    /// Time exceeded: hop limit, in transit.
    public static final int CODE_HOP_LIMIT = 0;
    /// Time exceeded: fragment reassembly.
    public static final int CODE_REASSEMBLY = 1;
    /// Parameter problem: erroneous header field.
    public static final int CODE_FIELD = 0;
    /// Parameter problem: unrecognised next header.
    public static final int CODE_NEXT_HEADER = 1;
    /// Parameter problem: unrecognised option.
    public static final int CODE_OPTION = 2;

    private static final int CHECKSUM = 2;

    private Icmp6Header() {}

    /// The gate: the first eight octets lie in `at` … `end`.
    public static Malformed check(byte[] b, int at, int end) {
        return end - at < LENGTH ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// Whether the message `at` … `end` carries the right checksum.
    ///
    /// @param pseudo the partial sum of the pseudo-header (RFC 4443 §2.3)
    public static boolean checksumOk(byte[] b, int at, int end, long pseudo) {
        return InternetChecksum.fold(InternetChecksum.add(pseudo, b, at, end)) == 0xffff;
    }

    /// 0 … 255.
    public static int type(byte[] b, int at) {
        return Bytes.u8(b, at);
    }

    /// 0 … 255.
    public static int code(byte[] b, int at) {
        return Bytes.u8(b, at + 1);
    }

    /// 0 … 65535.
    public static int checksum(byte[] b, int at) {
        return Bytes.u16(b, at + CHECKSUM);
    }

    /// The four octets whose meaning depends on the type.
    public static int rest(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// Echo: the identifier.
    public static int identifier(byte[] b, int at) {
        return Bytes.u16(b, at + 4);
    }

    /// Echo: the sequence number.
    public static int sequence(byte[] b, int at) {
        return Bytes.u16(b, at + 6);
    }

    /// Packet too big: the MTU in octets, 0 … 2^32 − 1.
    public static long mtu(byte[] b, int at) {
        return Bytes.u32(b, at + 4);
    }

    /// Parameter problem: the octet of the quoted packet that is wrong, 0 … 2^32 − 1.
    public static long pointer(byte[] b, int at) {
        return Bytes.u32(b, at + 4);
    }

    /// RFC 4443 §2.1: types below 128 are errors; no error is sent about an error.
    public static boolean isError(int type) {
        return type < 128;
    }

    /// Writes the first eight octets, checksum zero; [#writeChecksum] follows once the data is there.
    public static void write(byte[] b, int at, int type, int code, int rest) {
        Bytes.put32(b, at, type << 24 | (code & 0xff) << 16);
        Bytes.put32(b, at + 4, rest);
    }

    /// Writes the header of an echo request or reply, checksum zero.
    public static void writeEcho(byte[] b, int at, int type, int identifier, int sequence) {
        write(b, at, type, 0, identifier << 16 | (sequence & 0xffff));
    }

    /// Computes and writes the checksum of the message `at` … `end`.
    ///
    /// @param pseudo the partial sum of the pseudo-header
    public static void writeChecksum(byte[] b, int at, int end, long pseudo) {
        Bytes.put16(b, at + CHECKSUM, 0);
        Bytes.put16(b, at + CHECKSUM, InternetChecksum.finish(InternetChecksum.add(pseudo, b, at, end)));
    }
}
