package io.towpath.sctp.path;

/// Timers of a path.
public enum PathTimer {
    /// T3-rtx: outstanding data is sent again (RFC 9260 §6.3).
    T3_RTX,
    /// A heartbeat is due, or its answer is overdue (RFC 9260 §8.3).
    HEARTBEAT,
    /// A probe of the path MTU is overdue, or the next one is due (RFC 8899).
    MTU_PROBE;

    /// All, in order.
    public static final PathTimer[] ALL = values();
}
