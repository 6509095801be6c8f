package io.towpath.nat;

import io.towpath.core.Packet;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/// ICMP errors: the packet that they quote is one that the NAT rewrote, so their receiver knows it by its other
/// endpoint (RFC 5508 §4).
///
/// Type, code and the rest of the error stay. No error changes how long a mapping lives: RFC 4787 §9 REQ-12:
/// "Receipt of any sort of ICMP message MUST NOT terminate the NAT mapping."
final class IcmpRewriter {
    private final Mappings mappings;
    private final Rewriter rewriter;
    private final Tuple quoted = new Tuple();

    IcmpRewriter(Mappings mappings, Rewriter rewriter) {
        this.mappings = mappings;
        this.rewriter = rewriter;
    }

    /// The packet quoted by the error last read.
    Tuple quoted() {
        return quoted;
    }

    /// Reads the packet that the error in `outer` quotes; false when it is of no use.
    boolean read(Packet packet, Tuple outer) {
        byte[] b = packet.bytes;
        int at = outer.transportAt + IcmpHeader.LENGTH;
        Tuple.Kind kind = quoted.readQuoted(b, at, packet.end, outer.ip4);
        if (kind != Tuple.Kind.PORTS && kind != Tuple.Kind.REQUEST && kind != Tuple.Kind.REPLY) {
            return false;
        }
        // RFC 5508 §4.1: "If the ICMP checksum fails to validate, the NAT SHOULD silently drop the ICMP Error
        // packet." and "If the IP checksum of the embedded packet fails to validate, the NAT SHOULD silently
        // drop".
        return isIntact(packet, outer) && (!outer.ip4 || isIntact4(b, at));
    }

    private static boolean isIntact(Packet packet, Tuple outer) {
        if (packet.checksumVerified) {
            return true;
        }
        return outer.ip4
                ? IcmpHeader.checksumOk(packet.bytes, outer.transportAt, packet.end)
                : Icmp6Header.checksumOk(packet.bytes, outer.transportAt, packet.end, pseudo6(outer));
    }

    private static boolean isIntact4(byte[] b, int at) {
        int end = at + Ip4Header.headerLength(b, at);
        return InternetChecksum.fold(InternetChecksum.add(0, b, at, end)) == 0xffff;
    }

    private static long pseudo6(Tuple t) {
        return InternetChecksum.pseudo(
                t.sourceHigh,
                t.sourceLow,
                t.destinationHigh,
                t.destinationLow,
                IpProtocol.ICMPV6,
                t.end - t.transportAt);
    }

    /// The mapping by which the quoted packet, as an outside host got it, went out.
    @Nullable
    Mapping mappingOfSource() {
        return mappings.outside(quoted.protocol, quoted.sourceHigh, quoted.sourceLow, quoted.sourcePort);
    }

    /// The mapping by which the quoted packet, as an inside host got it, came in.
    @Nullable
    Mapping mappingOfDestination() {
        return mappings.find(
                quoted.protocol,
                quoted.destinationHigh,
                quoted.destinationLow,
                quoted.destinationPort,
                quoted.sourceHigh,
                quoted.sourceLow,
                quoted.sourcePort);
    }

    /// An error for an inside host: the quoted source becomes its own endpoint, and it the receiver (RFC 5508
    /// §4.2: the destination of the error is "the same as the source IP address of the embedded packet after
    /// translation").
    void inward(Packet packet, Tuple outer, Mapping mapping) {
        if (mapping.isIdentity()) {
            return;
        }
        byte[] b = packet.bytes;
        rewriter.source(b, quoted, 0, mapping.insideHigh, mapping.insideLow, mapping.insidePort);
        rewriter.destination(b, outer, 0, mapping.insideHigh, mapping.insideLow, outer.destinationPort);
        sum(packet, outer);
    }

    /// An error of an inside host, or of this box, for one outside: the quoted destination becomes the outside
    /// endpoint, and so does the sender (RFC 5508 §4.2: an inside router has no outside address of its own).
    void outward(Packet packet, Tuple outer, Mapping mapping, boolean own) {
        if (mapping.isIdentity()) {
            return;
        }
        byte[] b = packet.bytes;
        rewriter.destination(b, quoted, 0, mapping.outsideHigh, mapping.outsideLow, mapping.outsidePort);
        if (!own) {
            rewriter.source(b, outer, 0, mapping.outsideHigh, mapping.outsideLow, outer.sourcePort);
        }
        sum(packet, outer);
    }

    /// Computes the error's own checksum: it was right, and covers all that changed.
    private static void sum(Packet packet, Tuple outer) {
        if (outer.ip4) {
            IcmpHeader.writeChecksum(packet.bytes, outer.transportAt, packet.end);
        } else {
            Icmp6Header.writeChecksum(packet.bytes, outer.transportAt, packet.end, pseudo6(outer));
        }
    }
}
