package io.towpath.sctp;

/// Which stream is served when (RFC 8260 §3).
public enum SchedulingPolicy {
    /// First come, first served (§3.1).
    FIRST_COME,
    /// One message from each stream in turn (§3.2).
    ROUND_ROBIN,
    /// One packet's worth from each stream in turn (§3.3).
    ROUND_ROBIN_PACKET,
    /// The stream of the highest priority, the lowest number (§3.4); equal ones in turn.
    PRIORITY,
    /// Each stream gets the same share of bytes (§3.5).
    FAIR_BANDWIDTH,
    /// Each stream gets a share by its weight (§3.6).
    WEIGHTED_FAIR
}
