package io.towpath.ip;

import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/// Cuts one packet at a time into fragments: [#begin], then [#next] until it gives null.
final class Fragmenter {
    private final PacketPool pool;
    private final byte[] laterHeader = new byte[Ip4Header.LENGTH_MAX];

    private @Nullable Packet whole;
    private boolean ip4;
    private int identification;
    private int headerLength;
    private int laterHeaderLength;
    private int mtu;
    private int payloadAt;
    private int firstOffset;
    private boolean lastIsLast;

    Fragmenter(PacketPool pool) {
        this.pool = pool;
    }

    /// Starts on `packet`, whose IP header is at `packet.at`. The packet stays the caller's and must stay unchanged
    /// until [#next] has given null.
    ///
    /// @param mtu at least 68 for IPv4 and 1280 for IPv6
    /// @param identification for the IPv6 fragment header; IPv4 packets carry theirs
    void begin(Packet packet, int mtu, int identification) {
        whole = packet;
        this.mtu = mtu;
        this.identification = identification;
        byte[] b = packet.bytes;
        int at = packet.at;
        ip4 = Ip4Header.version(b, at) == 4;
        if (ip4) {
            headerLength = Ip4Header.headerLength(b, at);
            // A fragment may be cut again: offsets go on from its own.
            firstOffset = Ip4Header.fragmentOffset(b, at);
            lastIsLast = !Ip4Header.moreFragments(b, at);
            laterHeaderLength = firstOffset > 0 ? copyHeader(b, at) : copiedOptions(b, at);
        } else {
            headerLength = Ip6Header.LENGTH;
            firstOffset = 0;
            lastIsLast = true;
        }
        payloadAt = at + headerLength;
    }

    private int copyHeader(byte[] b, int at) {
        System.arraycopy(b, at, laterHeader, 0, headerLength);
        return headerLength;
    }

    /// RFC 791 §3.1: options with the copied flag go into every fragment, the others into the first only.
    private int copiedOptions(byte[] b, int at) {
        System.arraycopy(b, at, laterHeader, 0, Ip4Header.LENGTH);
        int length = Ip4Header.LENGTH;
        int next = at + Ip4Header.LENGTH;
        int end = at + headerLength;
        while (next < end && b[next] != 0) {
            int optionLength = b[next] == 1 ? 1 : Bytes.u8(b, next + 1);
            if ((b[next] & 0x80) != 0) {
                System.arraycopy(b, next, laterHeader, length, optionLength);
                length += optionLength;
            }
            next += optionLength;
        }
        while ((length & 3) != 0) {
            laterHeader[length++] = 0;
        }
        laterHeader[0] = (byte) (0x40 | length >> 2);
        return length;
    }

    /// The next fragment, IP header at `at`, owned by the caller; null when all are made.
    @Nullable
    Packet next() {
        Packet from = whole;
        if (from == null) {
            return null;
        }
        boolean first = payloadAt == from.at + headerLength;
        int header =
                ip4 ? (first ? headerLength : laterHeaderLength) : Ip6Header.LENGTH + Ip6Extensions.FRAGMENT_LENGTH;
        int left = from.end - payloadAt;
        int room = mtu - header;
        boolean last = left <= room;
        int length = last ? left : room & ~7;
        int offset = firstOffset + payloadAt - from.at - headerLength;
        Packet fragment = pool.take(header + length);
        copyFields(from, fragment);
        fragment.networkAt = fragment.at;
        fragment.transportAt = fragment.at + header;
        fragment.end = fragment.at + header + length;
        if (ip4) {
            write4(from, fragment, first, offset, last && lastIsLast);
        } else {
            write6(from, fragment, offset, last);
        }
        System.arraycopy(from.bytes, payloadAt, fragment.bytes, fragment.at + header, length);
        payloadAt += length;
        if (last) {
            whole = null;
        }
        return fragment;
    }

    private static void copyFields(Packet from, Packet to) {
        to.protocol = from.protocol;
        to.sourceHigh = from.sourceHigh;
        to.sourceLow = from.sourceLow;
        to.destinationHigh = from.destinationHigh;
        to.destinationLow = from.destinationLow;
        to.trafficClass = from.trafficClass;
        to.hopLimit = from.hopLimit;
        to.interfaceIndex = from.interfaceIndex;
    }

    private void write4(Packet from, Packet fragment, boolean first, int offset, boolean last) {
        byte[] b = fragment.bytes;
        int at = fragment.at;
        if (first) {
            System.arraycopy(from.bytes, from.at, b, at, headerLength);
        } else {
            System.arraycopy(laterHeader, 0, b, at, laterHeaderLength);
        }
        Bytes.put16(b, at + 2, fragment.length());
        Bytes.put16(b, at + 6, offset >> 3 | (last ? 0 : Ip4Header.MORE_FRAGMENTS));
        Ip4Header.writeChecksum(b, at);
    }

    private void write6(Packet from, Packet fragment, int offset, boolean last) {
        byte[] b = fragment.bytes;
        int at = fragment.at;
        System.arraycopy(from.bytes, from.at, b, at, Ip6Header.LENGTH);
        int nextHeader = Ip6Header.nextHeader(b, at);
        Bytes.put16(b, at + 4, fragment.length() - Ip6Header.LENGTH);
        Bytes.put8(b, at + 6, IpProtocol.FRAGMENT);
        Ip6Extensions.writeFragment(b, at + Ip6Header.LENGTH, nextHeader, offset, !last, identification);
    }
}
