package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.Transport;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/// Where a checked packet goes: to the transport of its protocol, to ICMP, or on to another host; and how senders
/// hear of packets that no neighbour takes.
final class Delivery {
    private static final int PROTOCOLS = 256;

    private final Context context;
    private final boolean forwarding;
    private final Interfaces interfaces;
    private final Hooks hooks;
    private final IpOutput output;
    private final IcmpErrors errors;
    private final IcmpLayer icmp;
    private final Forwarder forwarder;
    private final Transports transports;

    /// The transports of one host by protocol number.
    static final class Transports {
        private final @Nullable Transport[] byProtocol = new Transport[PROTOCOLS];

        void register(Transport transport) {
            byProtocol[transport.protocol()] = transport;
        }

        @Nullable
        Transport get(int protocol) {
            return byProtocol[protocol];
        }
    }

    Delivery(
            Context context,
            IpConfig config,
            Interfaces interfaces,
            Hooks hooks,
            IpOutput output,
            IcmpErrors errors,
            IcmpLayer icmp,
            Forwarder forwarder,
            Transports transports) {
        this.context = context;
        this.forwarding = config.forwarding();
        this.interfaces = interfaces;
        this.hooks = hooks;
        this.output = output;
        this.errors = errors;
        this.icmp = icmp;
        this.forwarder = forwarder;
        this.transports = transports;
    }

    /// Asks the prerouting hooks; false when the packet is gone.
    boolean passPrerouting(long now, Packet packet) {
        return hooks.isEmpty(Hook.Point.PREROUTING) || output.pass(now, Hook.Point.PREROUTING, packet);
    }

    /// Whether anybody looks at packets before it is known for whom they are.
    boolean hasHooks() {
        return !hooks.isEmpty(Hook.Point.PREROUTING);
    }

    /// Takes a packet for another host.
    void forward(long now, Packet packet) {
        if (forwarding) {
            forwarder.forward(now, packet);
        } else {
            context.drop(now, packet, Drop.NOT_FOR_US);
        }
    }

    /// Takes a whole packet for this host.
    ///
    /// @param protocolAt where the octet lies that names the protocol
    void deliver(long now, Packet packet, int protocolAt) {
        packet.at = packet.networkAt;
        if (!hooks.isEmpty(Hook.Point.INPUT) && !output.pass(now, Hook.Point.INPUT, packet)) {
            return;
        }
        packet.at = packet.transportAt;
        boolean ip4 = IpAddress.isIp4(packet.destinationHigh, packet.destinationLow);
        int protocol = packet.protocol;
        Transport transport = transports.get(protocol);
        if (transport != null) {
            context.counters().count(Counter.IP_DELIVERED);
            transport.input(now, packet);
        } else if (protocol == IpProtocol.ICMP && ip4) {
            context.counters().count(Counter.IP_DELIVERED);
            icmp.input4(now, packet);
        } else if (protocol == IpProtocol.ICMPV6 && !ip4) {
            context.counters().count(Counter.IP_DELIVERED);
            icmp.input6(now, packet);
        } else {
            // RFC 8200 §4.7: behind "no next header" there is nothing, which is no error.
            if (protocol != IpProtocol.NO_NEXT_HEADER || ip4) {
                errors.protocolUnknown(now, packet, protocolAt);
            }
            context.drop(now, packet, Drop.UNKNOWN_PROTOCOL);
        }
    }

    /// A neighbour did not answer and a packet for it is given up: its sender hears of it, be it a host whose
    /// packet we forward or a transport of ours.
    void onNeighborUnreachable(long now, Packet packet) {
        // What has a source of ours and came in by a link was another host's before a hook gave it that source: the
        // error goes to the source, so to us, and hooks see it there.
        boolean rewritten = packet.interfaceIndex != 0 && !hooks.isEmpty(Hook.Point.POSTROUTING);
        if (rewritten || !interfaces.isLocal(packet.sourceHigh, packet.sourceLow)) {
            errors.unreachable(now, packet, IcmpHeader.CODE_HOST, Icmp6Header.CODE_ADDRESS);
        } else if (hasTransportHeader(packet)) {
            Transport transport = transports.get(packet.protocol);
            if (transport != null) {
                IpAddress local = IpAddress.of(packet.sourceHigh, packet.sourceLow);
                IpAddress remote = IpAddress.of(packet.destinationHigh, packet.destinationLow);
                var error = new NetworkError(NetworkError.Kind.HOST_UNREACHABLE, local, remote, 0, local);
                transport.onNetworkError(now, error, packet.bytes, packet.transportAt, packet.end);
            }
        }
        context.drop(now, packet, Drop.NEIGHBOR_UNREACHABLE);
    }

    /// False for later fragments and stumps.
    private static boolean hasTransportHeader(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.networkAt;
        if (packet.end - packet.transportAt < 8) {
            return false;
        }
        if (Ip4Header.version(b, at) == 4) {
            return Ip4Header.fragmentOffset(b, at) == 0;
        }
        return Ip6Header.nextHeader(b, at) != IpProtocol.FRAGMENT
                || Ip6Extensions.fragmentOffset(b, at + Ip6Header.LENGTH) == 0;
    }
}
