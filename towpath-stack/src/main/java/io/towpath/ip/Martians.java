package io.towpath.ip;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// Addresses that no packet on a wire may have (RFC 1122 §3.2.1.3, RFC 4291 §2.5, RFC 6890).
final class Martians {
    private Martians() {}

    static @Nullable Drop reason4(Packet packet, IpInterface from, Interfaces interfaces) {
        int source = (int) packet.sourceLow;
        int destination = (int) packet.destinationLow;
        boolean wire = !from.isLoopback();
        boolean noLoopback = wire && interfaces.hasLoopback();
        // 0/8 is "this network", 224/4 groups, 240/4 reserved with the limited broadcast address in it.
        if (source >>> 24 == 0
                || source >>> 29 == 7
                || (noLoopback && source >>> 24 == 127)
                || (wire && from.isBroadcast(0, packet.sourceLow))
                || (wire && interfaces.isLocal(0, packet.sourceLow))) {
            return Drop.MARTIAN_SOURCE;
        }
        boolean reserved = destination >>> 28 == 0xf && destination != -1;
        if (destination >>> 24 == 0 || reserved || (noLoopback && destination >>> 24 == 127)) {
            return Drop.MARTIAN_DESTINATION;
        }
        return null;
    }

    static @Nullable Drop reason6(Packet packet, IpInterface from, Interfaces interfaces) {
        long high = packet.sourceHigh;
        long low = packet.sourceLow;
        boolean wire = !from.isLoopback();
        boolean noLoopback = wire && interfaces.hasLoopback();
        if (high >>> 56 == 0xff
                || IpAddress.isIp4(high, low)
                || (noLoopback && high == 0 && low == 1)
                || (wire && interfaces.isLocal(high, low))) {
            return Drop.MARTIAN_SOURCE;
        }
        high = packet.destinationHigh;
        low = packet.destinationLow;
        // RFC 4291 §2.7: groups of reserved (0) and interface-local (1) scope never cross a link.
        boolean groupOffWire = high >>> 56 == 0xff && (high >>> 48 & 0xf) <= 1;
        if ((high | low) == 0
                || IpAddress.isIp4(high, low)
                || (wire && groupOffWire)
                || (noLoopback && high == 0 && low == 1)) {
            return Drop.MARTIAN_DESTINATION;
        }
        return null;
    }
}
