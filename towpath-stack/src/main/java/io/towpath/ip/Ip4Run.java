package io.towpath.ip;

import io.towpath.core.Packet;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;

/// The header of the IPv4 packet that was for this host last. Bulk data comes in runs of packets whose headers
/// differ in length, identification and checksum only: what was found out about the first holds for all, so for
/// the others three comparisons and the checksum do.
///
/// Only for whole packets without options to one of the host's own addresses, and while those stay what they are.
final class Ip4Run {
    /// Of the first eight octets: version, header length, traffic class; flags and fragment offset.
    private static final long FIRST = 0xffff_0000_0000_ffffL;
    /// Of the second eight: time to live, protocol, source address.
    private static final long SECOND = 0xffff_0000_ffff_ffffL;

    private static final int DESTINATION_AT = 16;

    private final Routing routing;
    private int generation = -1;
    private int interfaceIndex;
    private long first;
    private long second;
    private int third;
    /// Of all that does not change.
    private long sum;

    private int protocol;
    private int trafficClass;
    private int hopLimit;
    private long sourceLow;
    private long destinationLow;

    Ip4Run(Routing routing) {
        this.routing = routing;
    }

    /// Begins with a packet, fields parsed, that has passed all checks.
    void begin(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        generation = routing.generation();
        interfaceIndex = packet.interfaceIndex;
        first = Bytes.i64(b, at) & FIRST;
        second = Bytes.i64(b, at + 8) & SECOND;
        third = Bytes.i32(b, at + DESTINATION_AT);
        sum = InternetChecksum.add(InternetChecksum.add(third & 0xffff_ffffL, first), second);
        protocol = packet.protocol;
        trafficClass = packet.trafficClass;
        hopLimit = packet.hopLimit;
        sourceLow = packet.sourceLow;
        destinationLow = packet.destinationLow;
    }

    /// Whether a packet, IP header at `at`, goes on with the run; then its fields are filled in.
    boolean takes(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        if (packet.end - at < Ip4Header.LENGTH) {
            return false;
        }
        long head = Bytes.i64(b, at);
        long middle = Bytes.i64(b, at + 8);
        if ((head & FIRST) != first
                || (middle & SECOND) != second
                || Bytes.i32(b, at + DESTINATION_AT) != third
                || packet.interfaceIndex != interfaceIndex
                || packet.toGroup
                || generation != routing.generation()) {
            return false;
        }
        int length = (int) (head >>> 32) & 0xffff;
        long rest = length + (head >>> 16 & 0xffff) + (middle >>> 32 & 0xffff);
        if (length < Ip4Header.LENGTH || length > packet.end - at || InternetChecksum.fold(sum + rest) != 0xffff) {
            return false; // who looks closer names the fault
        }
        packet.end = at + length;
        packet.networkAt = at;
        packet.transportAt = at + Ip4Header.LENGTH;
        packet.protocol = protocol;
        packet.trafficClass = trafficClass;
        packet.hopLimit = hopLimit;
        packet.sourceHigh = 0;
        packet.sourceLow = sourceLow;
        packet.destinationHigh = 0;
        packet.destinationLow = destinationLow;
        return true;
    }
}
