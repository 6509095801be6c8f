package io.towpath.nat;

/// The state of a connection as one who looks on sees it.
abstract sealed class Tracker permits TcpTracker, SctpTracker {
    /// How far the connection got.
    abstract NatMapping.State state();

    /// Takes note of a packet, whose header was checked.
    ///
    /// @param outbound whether it comes from the inside host
    /// @param at the transport header
    /// @param end of the packet
    abstract void see(boolean outbound, byte[] b, int at, int end);

    /// How long the connection is remembered after this packet.
    abstract long nanos(NatConfig.Timeouts timeouts);
}
