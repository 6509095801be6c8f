package io.towpath.link;

import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.wire.Bytes;
import io.towpath.wire.EtherType;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;

/// Where the headers of a packet on a link begin: a reusable view, filled in by [#read]. Links need it to complete
/// checksums, to cut and join segments and to mark congestion; they must not trust the fields of [Packet], which are
/// the stack's and which a packet from a wire does not have.
///
/// One owner; allocates nothing.
public final class Headers {
    /// Extension headers that are walked before a packet is called opaque.
    private static final int EXTENSIONS_MAX = 8;

    private static final int IP4_MIN = 20;
    private static final int IP6_FIXED = 40;

    private boolean ip4;
    private int networkAt;
    private int transportAt;
    private int protocol;
    private int end;
    private boolean fragment;

    /// A view of nothing yet.
    public Headers() {}

    /// Finds the headers of `packet`. False when it is not IP, or when its lengths cannot be; the view then means
    /// nothing.
    public boolean read(Packet packet, Medium medium) {
        int at = packet.at;
        if (medium == Medium.ETHERNET) {
            at = skipEthernet(packet.bytes, at, packet.end);
            if (at < 0) {
                return false;
            }
        }
        networkAt = at;
        if (packet.end - at < IP4_MIN) {
            return false;
        }
        return switch (packet.bytes[at] >>> 4 & 0xf) {
            case 4 -> readIp4(packet.bytes, at, packet.end);
            case 6 -> readIp6(packet.bytes, at, packet.end);
            default -> false;
        };
    }

    private static int skipEthernet(byte[] b, int at, int end) {
        int typeAt = at + 12;
        // At most two tags: IEEE 802.1Q inside 802.1ad.
        for (int tags = 0; tags <= 2 && typeAt + 2 <= end; tags++) {
            int type = Bytes.u16(b, typeAt);
            if (type == EtherType.IPV4 || type == EtherType.IPV6) {
                return typeAt + 2;
            }
            if (type != EtherType.VLAN && type != EtherType.SERVICE_VLAN) {
                return -1;
            }
            typeAt += 4;
        }
        return -1;
    }

    private boolean readIp4(byte[] b, int at, int packetEnd) {
        int headerBytes = (b[at] & 0xf) << 2;
        int total = Bytes.u16(b, at + 2);
        if (headerBytes < IP4_MIN || total < headerBytes || at + total > packetEnd) {
            return false;
        }
        ip4 = true;
        transportAt = at + headerBytes;
        end = at + total;
        protocol = b[at + 9] & 0xff;
        // More-fragments flag or an offset (RFC 791 §3.1).
        fragment = (Bytes.u16(b, at + 6) & 0x3fff) != 0;
        return true;
    }

    private boolean readIp6(byte[] b, int at, int packetEnd) {
        if (packetEnd - at < IP6_FIXED || at + IP6_FIXED + Bytes.u16(b, at + 4) > packetEnd) {
            return false;
        }
        ip4 = false;
        fragment = false;
        end = at + IP6_FIXED + Bytes.u16(b, at + 4);
        int next = b[at + 6] & 0xff;
        int nextAt = at + IP6_FIXED;
        for (int i = 0; i < EXTENSIONS_MAX && isExtension(next) && nextAt + 8 <= end; i++) {
            int length = next == IpProtocol.FRAGMENT ? 8 : ((b[nextAt + 1] & 0xff) + 1) << 3;
            fragment |= next == IpProtocol.FRAGMENT;
            if (nextAt + length > end) {
                break;
            }
            next = b[nextAt] & 0xff;
            nextAt += length;
        }
        protocol = next;
        transportAt = nextAt;
        return true;
    }

    private static boolean isExtension(int next) {
        return next == IpProtocol.HOP_BY_HOP
                || next == IpProtocol.ROUTING
                || next == IpProtocol.FRAGMENT
                || next == IpProtocol.DESTINATION_OPTIONS;
    }

    /// True for IPv4, false for IPv6.
    public boolean isIp4() {
        return ip4;
    }

    /// Where the IP header begins.
    public int networkAt() {
        return networkAt;
    }

    /// Where the transport header begins.
    public int transportAt() {
        return transportAt;
    }

    /// The protocol number of what begins at [#transportAt].
    public int protocol() {
        return protocol;
    }

    /// One past the last byte of the IP packet, by its own length field.
    public int end() {
        return end;
    }

    /// True for a fragment, the first one included.
    public boolean isFragment() {
        return fragment;
    }

    /// True when a whole TCP header follows, in a packet that is no fragment.
    public boolean isTcp(byte[] b) {
        if (protocol != IpProtocol.TCP || fragment || end - transportAt < 20) {
            return false;
        }
        int headerBytes = tcpHeaderBytes(b);
        return headerBytes >= 20 && transportAt + headerBytes <= end;
    }

    /// Length of the TCP header by its data offset.
    public int tcpHeaderBytes(byte[] b) {
        return (b[transportAt + 12] & 0xf0) >>> 2;
    }

    /// Where the checksum field of the transport header lies; 0 when the transport is neither TCP nor UDP, is not
    /// whole, or is a fragment.
    public int checksumAt(byte[] b) {
        if (isTcp(b)) {
            return transportAt + 16;
        }
        return protocol == IpProtocol.UDP && !fragment && end - transportAt >= 8 ? transportAt + 6 : 0;
    }

    /// The partial sum of the pseudo-header for a transport message of `length` bytes.
    public long pseudoSum(byte[] b, int length) {
        if (ip4) {
            return InternetChecksum.pseudo4(
                    Bytes.i32(b, networkAt + 12), Bytes.i32(b, networkAt + 16), protocol, length);
        }
        return InternetChecksum.add(0, b, networkAt + 8, networkAt + 40) + protocol + length;
    }
}
