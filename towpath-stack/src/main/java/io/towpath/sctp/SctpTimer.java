package io.towpath.sctp;

/// Timers of an association; those of a path are in [io.towpath.sctp.path.PathTimer].
public enum SctpTimer {
    /// T1-init: the INIT is sent again (RFC 9260 §5.1).
    T1_INIT,
    /// T1-cookie: the COOKIE ECHO is sent again.
    T1_COOKIE,
    /// T2-shutdown: SHUTDOWN or SHUTDOWN ACK is sent again (RFC 9260 §9.2).
    T2_SHUTDOWN,
    /// T5-shutdown-guard: the shutdown sequence took too long.
    T5_SHUTDOWN_GUARD,
    /// A delayed SACK is due (RFC 9260 §6.2).
    DELAYED_SACK,
    /// The peer's window was closed for a while: it is probed (RFC 9260 §6.1 A).
    WINDOW_PROBE,
    /// A re-configuration request was not answered (RFC 6525 §5.1).
    RECONFIGURATION,
    /// T4: a change of addresses was not answered (RFC 5061 §5.1).
    ADDRESS_CHANGE,
    /// Nothing was sent or received for so long that the user wants the association closed.
    AUTOCLOSE;

    /// All, in order.
    public static final SctpTimer[] ALL = values();
}
