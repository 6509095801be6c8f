package io.towpath.wire;

/// ARP for IPv4 over Ethernet in place (RFC 826); RARP (RFC 903) has the same form.
///
/// ```text
/// +---------------------+-------------------+
/// | Hardware type (1) 0 | Protocol (0800) 2 |
/// | HLEN (6) 4 PLEN (4) | Operation       6 |
/// | Sender hardware address (6)           8 |
/// | Sender protocol address (4)          14 |
/// | Target hardware address (6)          18 |
/// | Target protocol address (4)          24 |
/// +---------------------+-------------------+
/// ```
///
/// [#check] is the gate; after it no accessor can fail.
public final class ArpHeader {
    /// Octets.
    public static final int LENGTH = 28;
    /// Who has the target protocol address?
    public static final int REQUEST = 1;
    /// The sender has.
    public static final int REPLY = 2;
    /// RARP: who am I?
    public static final int REVERSE_REQUEST = 3;
    /// RARP: you are.
    public static final int REVERSE_REPLY = 4;

    private static final int ETHERNET = 1;
    private static final int FORM = MacAddress.LENGTH << 8 | 4;

    private ArpHeader() {}

    /// The gate: a whole packet lies in `at` … `end`, for Ethernet ([Malformed#BAD_FIELD] if not) and IPv4.
    public static Malformed check(byte[] b, int at, int end) {
        if (end - at < LENGTH) {
            return Malformed.TRUNCATED;
        }
        boolean form =
                Bytes.u16(b, at) == ETHERNET && Bytes.u16(b, at + 2) == EtherType.IPV4 && Bytes.u16(b, at + 4) == FORM;
        return form ? Malformed.NONE : Malformed.BAD_FIELD;
    }

    /// [#REQUEST], [#REPLY] or another.
    public static int operation(byte[] b, int at) {
        return Bytes.u16(b, at + 6);
    }

    /// The sender's Ethernet address as a 48-bit number.
    public static long senderHardware(byte[] b, int at) {
        return MacAddress.readBits(b, at + 8);
    }

    /// The sender's IPv4 address.
    public static int senderProtocol(byte[] b, int at) {
        return Bytes.i32(b, at + 14);
    }

    /// The target's Ethernet address as a 48-bit number; of no meaning in a request.
    public static long targetHardware(byte[] b, int at) {
        return MacAddress.readBits(b, at + 18);
    }

    /// The target's IPv4 address.
    public static int targetProtocol(byte[] b, int at) {
        return Bytes.i32(b, at + 24);
    }

    /// Writes a packet; Ethernet addresses are 48-bit numbers.
    public static void write(
            byte[] b,
            int at,
            int operation,
            long senderHardware,
            int senderProtocol,
            long targetHardware,
            int targetProtocol) {
        Bytes.put32(b, at, ETHERNET << 16 | EtherType.IPV4);
        Bytes.put32(b, at + 4, FORM << 16 | (operation & 0xffff));
        MacAddress.writeBits(b, at + 8, senderHardware);
        Bytes.put32(b, at + 14, senderProtocol);
        MacAddress.writeBits(b, at + 18, targetHardware);
        Bytes.put32(b, at + 24, targetProtocol);
    }
}
