package io.towpath.ip;

import io.towpath.core.Packet;

/// Copies a packet with its parsed fields to another place in another array.
final class PacketCopy {
    private PacketCopy() {}

    /// Copies `from.bytes[start..end)` to `to.at` (fresh from the pool, large enough). Offsets of headers move
    /// along.
    static void copy(Packet from, int start, Packet to) {
        int shift = to.at - start;
        int length = from.end - start;
        System.arraycopy(from.bytes, start, to.bytes, to.at, length);
        to.end = to.at + length;
        to.networkAt = from.networkAt + shift;
        to.transportAt = from.transportAt + shift;
        to.protocol = from.protocol;
        to.sourceHigh = from.sourceHigh;
        to.sourceLow = from.sourceLow;
        to.destinationHigh = from.destinationHigh;
        to.destinationLow = from.destinationLow;
        to.trafficClass = from.trafficClass;
        to.hopLimit = from.hopLimit;
        to.interfaceIndex = from.interfaceIndex;
        to.toGroup = from.toGroup;
        to.timeAt = from.timeAt;
    }
}
