package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip4Options;
import io.towpath.wire.Malformed;
import org.jspecify.annotations.Nullable;

/// IPv4 packets that come in: header, addresses, fragments (RFC 791, RFC 1122 §3.2.1).
final class Ip4Input {
    private static final int PROTOCOL_AT = 9;

    private final Context context;
    private final Delivery delivery;
    private final Interfaces interfaces;
    private final Reassembler reassembler;
    private final Ip4Run run;
    private boolean reassembleAll;

    Ip4Input(Context context, Delivery delivery, Routing routing, Reassembler reassembler) {
        this.context = context;
        this.delivery = delivery;
        this.interfaces = routing.interfaces();
        this.reassembler = reassembler;
        run = new Ip4Run(routing);
    }

    /// Takes a packet, IP header at `at`; `packet.toGroup` says whether it came as a link-layer broadcast.
    void input(long now, Packet packet, IpInterface from) {
        if (!delivery.hasHooks() && run.takes(packet)) {
            delivery.deliver(now, packet, packet.networkAt + PROTOCOL_AT);
            return;
        }
        byte[] b = packet.bytes;
        int at = packet.at;
        Malformed malformed = Ip4Header.check(b, at, packet.end);
        if (!malformed.ok()) {
            context.drop(now, packet, reason(malformed));
            return;
        }
        packet.end = at + Ip4Header.totalLength(b, at);
        packet.networkAt = at;
        packet.transportAt = at + Ip4Header.headerLength(b, at);
        packet.protocol = Ip4Header.protocol(b, at);
        packet.trafficClass = Ip4Header.trafficClass(b, at);
        packet.hopLimit = Ip4Header.timeToLive(b, at);
        IpOutput.readAddresses(packet);
        Drop martian = Martians.reason4(packet, from, interfaces);
        if (martian != null) {
            context.drop(now, packet, martian);
        } else if (reassembleAll && Ip4Header.isFragment(b, at)) {
            Packet whole = reassemble(now, packet);
            if (whole != null && delivery.passPrerouting(now, whole)) {
                route(now, whole, from);
            }
        } else if (delivery.passPrerouting(now, packet)) {
            route(now, packet, from);
        }
    }

    /// From here on no hook sees a fragment.
    void reassembleAll() {
        reassembleAll = true;
    }

    private static Drop reason(Malformed malformed) {
        return switch (malformed) {
            case TRUNCATED -> Drop.TRUNCATED;
            case BAD_CHECKSUM -> Drop.BAD_IP_CHECKSUM;
            case BAD_OPTION -> Drop.BAD_IP_OPTIONS;
            default -> Drop.BAD_IP_HEADER;
        };
    }

    private void route(long now, Packet packet, IpInterface from) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        boolean linkGroup = packet.toGroup;
        if (from.isGroupMember(packet.destinationHigh, packet.destinationLow)) {
            packet.toGroup = true;
        } else if (!interfaces.isLocal(packet.destinationHigh, packet.destinationLow)) {
            delivery.forward(now, packet);
            return;
        } else if (linkGroup) {
            // RFC 1122 §3.3.6: a link-layer broadcast must carry a broadcast or multicast destination.
            context.drop(now, packet, Drop.MARTIAN_DESTINATION);
            return;
        }
        if (packet.transportAt - at > Ip4Header.LENGTH
                && Ip4Options.hasSourceRoute(b, at + Ip4Header.LENGTH, packet.transportAt)) {
            // RFC 7126 §4.3.5: packets with a source route are dropped.
            context.drop(now, packet, Drop.BAD_IP_OPTIONS);
            return;
        }
        if (Ip4Header.isFragment(b, at)) {
            fragment(now, packet);
            return;
        }
        if (!packet.toGroup && packet.transportAt - at == Ip4Header.LENGTH && !delivery.hasHooks()) {
            run.begin(packet);
        }
        delivery.deliver(now, packet, at + PROTOCOL_AT);
    }

    private void fragment(long now, Packet packet) {
        Packet whole = reassemble(now, packet);
        if (whole != null) {
            delivery.deliver(now, whole, whole.networkAt + PROTOCOL_AT);
        }
    }

    /// Takes a fragment; gives the whole datagram when it was the last one missing.
    private @Nullable Packet reassemble(long now, Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        int offset = Ip4Header.fragmentOffset(b, at);
        boolean more = Ip4Header.moreFragments(b, at);
        int length = packet.end - packet.transportAt;
        if (length == 0
                || (more && (length & 7) != 0)
                || packet.transportAt - at + offset + length > Ip4Header.TOTAL_LENGTH_MAX) {
            context.drop(now, packet, Drop.BAD_FRAGMENT);
            return null;
        }
        // RFC 791 §3.2: "the source, destination, protocol, and identification fields".
        long key = (long) packet.protocol << 32 | Ip4Header.identification(b, at);
        Packet whole = reassembler.add(now, packet, key, offset, !more);
        if (whole != null) {
            whole.at = whole.networkAt;
        }
        return whole;
    }
}
