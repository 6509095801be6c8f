package io.towpath.ip;

/// Reachability states of a neighbour, RFC 4861 §7.3.2; the same serve ARP.
public enum NeighborState {
    /// Its link-layer address is being asked for.
    INCOMPLETE,
    /// It answered, or an upper layer made progress with it, not long ago.
    REACHABLE,
    /// Nothing is known about it lately; nothing is done until a packet is sent.
    STALE,
    /// A packet was sent; upper layers get a moment to confirm.
    DELAY,
    /// It is asked whether it is still there.
    PROBE,
    /// It did not answer; the entry is gone.
    FAILED
}
