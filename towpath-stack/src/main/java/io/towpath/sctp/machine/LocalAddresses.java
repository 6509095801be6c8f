package io.towpath.sctp.machine;

import io.towpath.core.Network;
import io.towpath.sctp.SctpConfig;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/// Which of its own addresses this side tells a peer in INIT and INIT ACK.
final class LocalAddresses {
    private LocalAddresses() {}

    /// Those that the endpoint is bound to, or all of the host that can mean something to `peer`. Empty when
    /// there is only the one that the packet comes from anyway.
    static List<IpAddress> told(Network network, List<IpAddress> bound, SctpConfig config, IpAddress peer) {
        List<IpAddress> candidates = bound.isEmpty() ? network.localAddresses() : bound;
        List<IpAddress> told = new ArrayList<>(candidates.size());
        for (IpAddress address : candidates) {
            boolean version = address.isIp4() ? config.ipv4() : config.ipv6();
            // An address that only means something on one host or link is told to those there.
            boolean scope = (!address.isLoopback() || peer.isLoopback())
                    && (!address.isLinkLocal() || peer.isLinkLocal())
                    && (address.isLoopback() || !peer.isLoopback());
            if (version && (scope || !bound.isEmpty()) && !told.contains(address)) {
                told.add(address);
            }
        }
        return told.size() < 2 ? List.of() : told;
    }
}
