package io.towpath.tcp;

/// The timers of one connection.
public enum TcpTimer {
    /// RACK's reordering timer (RFC 8985 §6.2): time to look again for what is lost.
    REORDER,
    /// Tail loss probe (RFC 8985 §7.2).
    LOSS_PROBE,
    /// Retransmission timeout (RFC 6298), for SYN, data and FIN.
    RETRANSMIT,
    /// Zero-window probe (RFC 9293 §3.8.6.1). Never runs together with [#RETRANSMIT].
    PERSIST,
    /// Delayed acknowledgment (RFC 9293 §3.8.6.3).
    DELAYED_ACK,
    /// The pacer lets the next segment go.
    PACING,
    /// Keep-alive (RFC 9293 §3.8.4).
    KEEPALIVE,
    /// User timeout (RFC 9293 §3.9.1), running while something is unacknowledged.
    USER_TIMEOUT,
    /// Sender's silly-window override (RFC 9293 §3.8.6.2.1).
    OVERRIDE,
    /// The end of the quiet time of a host that has just started (RFC 9293 §3.4.3): the SYN may leave.
    QUIET,
    /// How long a connection whose user is gone may stay in FIN-WAIT-2.
    ORPHAN,
    /// Time to look whether the connection is idle and can give its buffers back.
    IDLE;

    static final TcpTimer[] ALL = values();
}
