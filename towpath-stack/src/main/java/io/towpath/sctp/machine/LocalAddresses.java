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
    ///
    /// RFC 6951 §5.7: "When using UDP encapsulation for legacy NAT traversal, IP addresses that might require
    /// translation MUST NOT be put into any SCTP packet." Behind UDP only addresses are told that the endpoint was
    /// bound to by name: who names them knows that the peer can use them.
    static List<IpAddress> told(
            Network network, List<IpAddress> bound, SctpConfig config, IpAddress peer, boolean encapsulated) {
        if (encapsulated && bound.isEmpty()) {
            return List.of();
        }
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
