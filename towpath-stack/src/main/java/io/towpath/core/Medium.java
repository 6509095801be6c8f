package io.towpath.core;

/// What lies on a link in front of the IP header.
public enum Medium {
    /// Nothing: packets begin with the IP header (TUN, memory pairs, loopback). There are no neighbours to resolve.
    RAW_IP,
    /// Ethernet II frames: ARP and neighbour discovery find the destination's link-layer address.
    ETHERNET
}
