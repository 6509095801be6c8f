package io.towpath.sctp;

/// What is known of a path (RFC 9260 §5.4, §8.2; RFC 7829 §3).
public enum PathState {
    /// The peer has not proved that the address is its own: only heartbeats go there.
    UNCONFIRMED,
    /// It carries data.
    ACTIVE,
    /// It failed a few times: data goes another way while there is one.
    POTENTIALLY_FAILED,
    /// It failed too often.
    INACTIVE
}
