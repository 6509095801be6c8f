package io.towpath.tcp;

/// Why a connection could not be opened, or died.
public enum TcpError {
    /// A RST answered the SYN.
    REFUSED,
    /// The peer reset the connection.
    RESET,
    /// The peer did not answer: SYNs or keep-alive probes to their limit, or data for the user timeout.
    TIMED_OUT,
    /// ICMP: host unreachable, while opening or as the last word before a timeout.
    HOST_UNREACHABLE,
    /// ICMP: network unreachable.
    NETWORK_UNREACHABLE,
    /// ICMP: port unreachable.
    PORT_UNREACHABLE,
    /// ICMP: protocol unreachable.
    PROTOCOL_UNREACHABLE,
    /// ICMP: administratively prohibited.
    PROHIBITED,
    /// This host has no route to the address.
    NO_ROUTE,
    /// The local port, or the whole socket pair, is taken.
    ADDRESS_IN_USE,
    /// The local address is not one of this host's.
    ADDRESS_NOT_AVAILABLE,
    /// No ephemeral port is free.
    NO_PORTS,
    /// The local user aborted.
    ABORTED,
    /// The listener was closed before the connection was accepted.
    LISTENER_CLOSED
}
