package io.towpath.tcp.config;

/// When a listener answers with SYN cookies (RFC 4987 §3.6).
public enum SynCookieUse {
    /// Never: with a full SYN queue a SYN is dropped, or the oldest row that does not answer gives way.
    OFF,
    /// When the SYN queue is full.
    WHEN_FULL,
    /// To every SYN: nothing is remembered before the handshake is complete.
    ALWAYS
}
