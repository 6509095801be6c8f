package io.towpath.sim;

import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// One packet as somebody beside the wire sees it. Reads the bytes on its own, without the stack's
/// header accessors, so that a fault in those cannot hide itself. Reused: [#read] overwrites everything.
final class Sighting {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;
    static final int URG = 32;
    static final int ECE = 64;
    static final int CWR = 128;
    static final int AE = 256;

    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP6 = 58;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION = 60;

    // IP
    byte[] bytes = {};
    int at;
    int end;
    int version;
    int hopLimit;
    int trafficClass;
    int protocol;
    int transportAt;
    boolean addressed; // the addresses were read
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    boolean dontFragment;
    boolean moreFragments;
    int fragmentOffset;

    // TCP and UDP
    int sourcePort;
    int destinationPort;

    // TCP
    int seq;
    int ack;
    int flags;
    int reserved;
    int window;
    int urgent;
    int dataAt;
    int mss;
    int scale;
    boolean sackPermitted;
    boolean timestamps;
    int tsval;
    int tsecr;
    /// Kind of the option that signs it, 0 without, -1 with two of them.
    int signature;

    int sacks;
    final int[] sackStart = new int[4];
    final int[] sackEnd = new int[4];

    /// Reads the packet `b[at..end)`.
    ///
    /// @return null when it is whole, consistent and its checksums are right; else what is wrong with it
    @Nullable
    String read(byte[] b, int from, int to) {
        bytes = b;
        at = from;
        end = to;
        protocol = -1;
        addressed = false;
        if (to - from < 20) {
            return "shorter than an IP header: " + (to - from) + " bytes";
        }
        version = Bytes.u8(b, from) >>> 4;
        String fault = switch (version) {
            case 4 -> read4(b);
            case 6 -> read6(b);
            default -> "IP version " + version;
        };
        if (fault != null || isFragment()) {
            return fault;
        }
        return switch (protocol) {
            case TCP -> readTcp(b);
            case UDP -> readUdp(b);
            case ICMP, ICMP6 -> readIcmp(b);
            default -> null;
        };
    }

    boolean isFragment() {
        return moreFragments || fragmentOffset != 0;
    }

    /// True for an ICMP message that tells of a smaller path MTU (RFC 1191, RFC 8201).
    boolean isTooBig() {
        int type = protocol == ICMP || protocol == ICMP6 ? Bytes.u8(bytes, transportAt) : -1;
        return protocol == ICMP ? type == 3 && Bytes.u8(bytes, transportAt + 1) == 4 : type == 2;
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    int dataLength() {
        return end - dataAt;
    }

    /// Sequence numbers that the segment takes.
    int span() {
        return dataLength() + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    IpAddress source() {
        return IpAddress.of(sourceHigh, sourceLow);
    }

    IpAddress destination() {
        return IpAddress.of(destinationHigh, destinationLow);
    }

    private @Nullable String read4(byte[] b) {
        int header = (Bytes.u8(b, at) & 15) * 4;
        int total = Bytes.u16(b, at + 2);
        if (header < 20 || header > total || total != end - at) {
            return "IPv4 header of " + header + " bytes, total length " + total + ", packet of " + (end - at);
        }
        if (InternetChecksum.fold(InternetChecksum.add(0, b, at, at + header)) != 0xffff) {
            return "wrong IPv4 header checksum";
        }
        trafficClass = Bytes.u8(b, at + 1);
        int fragment = Bytes.u16(b, at + 6);
        dontFragment = (fragment & 0x4000) != 0;
        moreFragments = (fragment & 0x2000) != 0;
        fragmentOffset = (fragment & 0x1fff) * 8;
        hopLimit = Bytes.u8(b, at + 8);
        protocol = Bytes.u8(b, at + 9);
        sourceHigh = 0;
        destinationHigh = 0;
        sourceLow = IpAddress.MAPPED_PREFIX | Bytes.u32(b, at + 12);
        destinationLow = IpAddress.MAPPED_PREFIX | Bytes.u32(b, at + 16);
        transportAt = at + header;
        addressed = true;
        return (fragment & 0x8000) != 0 ? "reserved IPv4 flag set" : null;
    }

    private @Nullable String read6(byte[] b) {
        if (end - at < 40 || Bytes.u16(b, at + 4) != end - at - 40) {
            return "IPv6 payload length " + Bytes.u16(b, at + 4) + ", packet of " + (end - at);
        }
        trafficClass = Bytes.u16(b, at) >>> 4 & 0xff;
        dontFragment = true;
        moreFragments = false;
        fragmentOffset = 0;
        hopLimit = Bytes.u8(b, at + 7);
        sourceHigh = Bytes.i64(b, at + 8);
        sourceLow = Bytes.i64(b, at + 16);
        destinationHigh = Bytes.i64(b, at + 24);
        destinationLow = Bytes.i64(b, at + 32);
        addressed = true;
        int next = Bytes.u8(b, at + 6);
        int p = at + 40;
        while (next == HOP_BY_HOP || next == ROUTING || next == DESTINATION || next == FRAGMENT) {
            if (end - p < 8) {
                return "truncated IPv6 extension header";
            }
            int length = next == FRAGMENT ? 8 : 8 + 8 * Bytes.u8(b, p + 1);
            if (next == FRAGMENT) {
                fragmentOffset = Bytes.u16(b, p + 2) & 0xfff8;
                moreFragments = (Bytes.u16(b, p + 2) & 1) != 0;
            }
            next = Bytes.u8(b, p);
            p += length;
            if (p > end) {
                return "IPv6 extension header beyond the packet";
            }
        }
        protocol = next;
        transportAt = p;
        return null;
    }

    private boolean checksumIsRight(byte[] b) {
        long sum = InternetChecksum.pseudo(
                sourceHigh, sourceLow, destinationHigh, destinationLow, protocol, end - transportAt);
        return InternetChecksum.fold(InternetChecksum.add(sum, b, transportAt, end)) == 0xffff;
    }

    private @Nullable String readIcmp(byte[] b) {
        if (end - transportAt < 8) {
            return "ICMP message of " + (end - transportAt) + " bytes";
        }
        boolean right = version == 6
                ? checksumIsRight(b)
                : InternetChecksum.fold(InternetChecksum.add(0, b, transportAt, end)) == 0xffff;
        return right ? null : "wrong ICMP checksum";
    }

    private @Nullable String readUdp(byte[] b) {
        int length = end - transportAt;
        if (length < 8 || Bytes.u16(b, transportAt + 4) != length) {
            return "UDP length field does not agree with " + length + " bytes";
        }
        sourcePort = Bytes.u16(b, transportAt);
        destinationPort = Bytes.u16(b, transportAt + 2);
        dataAt = transportAt + 8;
        if (Bytes.u16(b, transportAt + 6) == 0) {
            return version == 6 ? "UDP over IPv6 without a checksum" : null;
        }
        return checksumIsRight(b) ? null : "wrong UDP checksum";
    }

    private @Nullable String readTcp(byte[] b) {
        int length = end - transportAt;
        if (length < 20) {
            return "TCP segment of " + length + " bytes";
        }
        int header = (Bytes.u8(b, transportAt + 12) >>> 4) * 4;
        if (header < 20 || header > length) {
            return "TCP data offset " + header + " in a segment of " + length + " bytes";
        }
        if (!checksumIsRight(b)) {
            return "wrong TCP checksum";
        }
        sourcePort = Bytes.u16(b, transportAt);
        destinationPort = Bytes.u16(b, transportAt + 2);
        seq = Bytes.i32(b, transportAt + 4);
        ack = Bytes.i32(b, transportAt + 8);
        reserved = Bytes.u8(b, transportAt + 12) & 14;
        flags = Bytes.u16(b, transportAt + 12) & 0x1ff;
        window = Bytes.u16(b, transportAt + 14);
        urgent = Bytes.u16(b, transportAt + 18);
        dataAt = transportAt + header;
        return readOptions(b);
    }

    private @Nullable String readOptions(byte[] b) {
        mss = -1;
        scale = -1;
        sackPermitted = false;
        timestamps = false;
        sacks = 0;
        signature = 0;
        int p = transportAt + 20;
        while (p < dataAt) {
            int kind = Bytes.u8(b, p);
            if (kind == 0) {
                return isZero(b, p, dataAt) ? null : "TCP option padding is not zero";
            }
            if (kind == 1) {
                p++;
                continue;
            }
            int length = p + 1 < dataAt ? Bytes.u8(b, p + 1) : 0;
            if (length < 2 || p + length > dataAt) {
                return "TCP option " + kind + " of length " + length + " beyond the header";
            }
            String fault = readOption(b, p, kind, length);
            if (fault != null) {
                return fault;
            }
            p += length;
        }
        return null;
    }

    private @Nullable String readOption(byte[] b, int p, int kind, int length) {
        boolean right = switch (kind) {
            case 2 -> length == 4 && mss < 0;
            case 3 -> length == 3 && scale < 0;
            case 4 -> length == 2 && !sackPermitted;
            case 5 -> length >= 10 && length <= 34 && (length - 2) % 8 == 0 && sacks == 0;
            case 8 -> length == 10 && !timestamps;
            default -> true;
        };
        if (!right) {
            return "TCP option " + kind + " of length " + length + " malformed or twice";
        }
        switch (kind) {
            case 2 -> mss = Bytes.u16(b, p + 2);
            case 3 -> scale = Bytes.u8(b, p + 2);
            case 4 -> sackPermitted = true;
            case 5 -> {
                sacks = (length - 2) / 8;
                for (int i = 0; i < sacks; i++) {
                    sackStart[i] = Bytes.i32(b, p + 2 + 8 * i);
                    sackEnd[i] = Bytes.i32(b, p + 6 + 8 * i);
                }
            }
            case 19, 29 -> signature = signature == 0 ? kind : -1;
            case 8 -> {
                timestamps = true;
                tsval = Bytes.i32(b, p + 2);
                tsecr = Bytes.i32(b, p + 6);
            }
            default -> {}
        }
        return null;
    }

    private static boolean isZero(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] != 0) {
                return false;
            }
        }
        return true;
    }

    String flagNames() {
        var names = new StringBuilder();
        String letters = "FSRPAUEC";
        for (int i = 0; i < 8; i++) {
            if ((flags & 1 << i) != 0) {
                names.append(letters.charAt(i));
            }
        }
        return names.isEmpty() ? "-" : names.toString();
    }

    @Override
    public String toString() {
        String ends = source() + " > " + destination();
        return switch (protocol) {
            case TCP ->
                source() + ":" + sourcePort + " > " + destination() + ":" + destinationPort + " TCP "
                        + flagNames() + " seq " + (seq & 0xffff_ffffL) + " ack " + (ack & 0xffff_ffffL) + " win "
                        + window
                        + " len " + dataLength();
            case UDP ->
                source() + ":" + sourcePort + " > " + destination() + ":" + destinationPort + " UDP " + (end - dataAt)
                        + " bytes";
            case ICMP, ICMP6 ->
                ends + " ICMP type " + Bytes.u8(bytes, transportAt) + " code " + Bytes.u8(bytes, transportAt + 1);
            case -1 -> (end - at) + " bytes that are no IP packet";
            default -> ends + " protocol " + protocol + ", " + (end - at) + " bytes";
        };
    }
}
