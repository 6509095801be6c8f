package io.towpath.core;

import io.towpath.wire.IpAddress;

/// The way to one destination, looked up once and held by a transport for as long as it talks to that peer. Asking
/// it costs no look-up: what changes under it (path MTU, an address that goes away) changes in it.
public interface Route {
    /// The source address chosen or given at look-up.
    IpAddress source();

    /// The destination.
    IpAddress destination();

    /// Index of the interface that packets leave by.
    int interfaceIndex();

    /// The largest IP packet in bytes that reaches the destination whole, as far as is known: the smaller of the
    /// link's MTU and the path MTU learnt from ICMP.
    int mtu();

    /// The largest IP packet in bytes that the link of this route carries: what can reach us whole, whatever the way
    /// to the destination is like.
    default int linkMtu() {
        return mtu();
    }

    /// What the link of this route does for the stack.
    Offloads offloads();

    /// True when the routing table, an address or the interface changed so that the route must be looked up anew.
    boolean isStale();

    /// True when the destination is a broadcast address, the limited one or that of a network of ours.
    boolean isBroadcast();

    /// Bytes of the IP header in front of a transport segment: 20 or 40.
    default int headerBytes() {
        return source().isIp4() ? 20 : 40;
    }
}
