package io.towpath.wire;

/// The ICMP header for IPv4 in place (RFC 792).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     Type      |     Code      |          Checksum             |  0
/// |   identifier, sequence | unused, next-hop MTU | pointer | …   |  4
/// |   echo data, or the header and first octets of a packet       |  8
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// [#check] is the gate; after it no accessor can fail.
public final class IcmpHeader {
    /// Octets before the data of every message.
    public static final int LENGTH = 8;

    /// Echo reply.
    public static final int ECHO_REPLY = 0;
    /// Destination unreachable; see the codes.
    public static final int UNREACHABLE = 3;
    /// Source quench: deprecated and ignored (RFC 6633).
    public static final int SOURCE_QUENCH = 4;
    /// Redirect.
    public static final int REDIRECT = 5;
    /// Echo request.
    public static final int ECHO_REQUEST = 8;
    /// Router advertisement, RFC 1256.
    public static final int ROUTER_ADVERTISEMENT = 9;
    /// Router solicitation, RFC 1256.
    public static final int ROUTER_SOLICITATION = 10;
    /// Time exceeded.
    public static final int TIME_EXCEEDED = 11;
    /// Parameter problem.
    public static final int PARAMETER_PROBLEM = 12;
    /// Timestamp request.
    public static final int TIMESTAMP = 13;
    /// Timestamp reply.
    public static final int TIMESTAMP_REPLY = 14;

    /// Unreachable: network.
    public static final int CODE_NETWORK = 0;
    /// Unreachable: host.
    public static final int CODE_HOST = 1;
    /// Unreachable: protocol.
    public static final int CODE_PROTOCOL = 2;
    /// Unreachable: port.
    public static final int CODE_PORT = 3;
    /// Unreachable: fragmentation needed and DF set; carries the next-hop MTU (RFC 1191 §4).
    public static final int CODE_FRAGMENTATION_NEEDED = 4;
    /// Unreachable: source route failed.
    public static final int CODE_SOURCE_ROUTE = 5;
    /// Unreachable: network administratively prohibited (RFC 1122 §3.2.2.1).
    public static final int CODE_NETWORK_PROHIBITED = 9;
    /// Unreachable: host administratively prohibited (RFC 1122 §3.2.2.1).
    public static final int CODE_HOST_PROHIBITED = 10;
    /// Unreachable: communication administratively prohibited (RFC 1812 §5.2.7.1).
    public static final int CODE_PROHIBITED = 13;
    /// Time exceeded: time to live, in transit.
    public static final int CODE_TIME_TO_LIVE = 0;
    /// Time exceeded: fragment reassembly.
    public static final int CODE_REASSEMBLY = 1;

    private static final int CHECKSUM = 2;

    private IcmpHeader() {}

    /// The gate: the first eight octets lie in `at` … `end`.
    public static Malformed check(byte[] b, int at, int end) {
        return end - at < LENGTH ? Malformed.TRUNCATED : Malformed.NONE;
    }

    /// Whether the message `at` … `end` carries the right checksum.
    public static boolean checksumOk(byte[] b, int at, int end) {
        return InternetChecksum.fold(InternetChecksum.add(0, b, at, end)) == 0xffff;
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

    /// Fragmentation needed: the next-hop MTU in octets; 0 from routers older than RFC 1191.
    public static int nextHopMtu(byte[] b, int at) {
        return Bytes.u16(b, at + 6);
    }

    /// Parameter problem: the octet of the quoted packet that is wrong.
    public static int pointer(byte[] b, int at) {
        return Bytes.u8(b, at + 4);
    }

    /// Redirect: the better gateway's address.
    public static int gateway(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// Whether messages of this type report an error about a quoted packet; no error is sent about an error (RFC
    /// 1122 §3.2.2).
    public static boolean isError(int type) {
        return switch (type) {
            case UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
            default -> false;
        };
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
    public static void writeChecksum(byte[] b, int at, int end) {
        Bytes.put16(b, at + CHECKSUM, 0);
        Bytes.put16(b, at + CHECKSUM, InternetChecksum.finish(InternetChecksum.add(0, b, at, end)));
    }

    /// Turns an echo request into its reply in place and mends the checksum (RFC 1624).
    public static void requestToReply(byte[] b, int at) {
        int old = Bytes.u16(b, at);
        int now = ECHO_REPLY << 8 | (old & 0xff);
        Bytes.put16(b, at, now);
        Bytes.put16(b, at + CHECKSUM, InternetChecksum.update16(checksum(b, at), old, now));
    }
}
