package io.towpath.udp;

import io.towpath.core.NetworkError;
import org.jspecify.annotations.Nullable;

/// What can go wrong with a UDP socket.
public enum UdpError {
    /// The port is in use at that address.
    ADDRESS_IN_USE,
    /// The address is not one of this host's.
    ADDRESS_NOT_AVAILABLE,
    /// No ephemeral port is free.
    NO_PORTS,
    /// There is no way to the destination.
    NO_ROUTE,
    /// More bytes than a datagram can carry: 65,507 on IPv4, 65,527 on IPv6; or more than the path carries when
    /// fragmenting is forbidden.
    TOO_LONG,
    /// The send queue is full; a signal tells when it is worth another try.
    WOULD_BLOCK,
    /// A broadcast address, and the socket has no permission to broadcast.
    BROADCAST_FORBIDDEN,
    /// The destination is not one to which a datagram can be sent: port 0, the unspecified address, or the other IP
    /// version than the socket's own address.
    BAD_DESTINATION,
    /// The socket is not connected, and no destination was named.
    NOT_CONNECTED,
    /// The socket is connected to another destination than the one named.
    OTHER_PEER,
    /// The socket is closed.
    CLOSED,
    /// The peer's host says that nobody listens at the port.
    PORT_UNREACHABLE,
    /// A router or the neighbour's silence says that the host cannot be reached.
    HOST_UNREACHABLE,
    /// A router says that the network cannot be reached.
    NETWORK_UNREACHABLE,
    /// The peer's host does not speak UDP.
    PROTOCOL_UNREACHABLE,
    /// A filter on the way says no.
    PROHIBITED;

    /// The error that an ICMP message means to a connected socket; null for messages that mean none.
    static @Nullable UdpError of(NetworkError.Kind kind) {
        return switch (kind) {
            case PORT_UNREACHABLE -> PORT_UNREACHABLE;
            case HOST_UNREACHABLE, TIME_EXCEEDED, REASSEMBLY_TIMEOUT -> HOST_UNREACHABLE;
            case NETWORK_UNREACHABLE -> NETWORK_UNREACHABLE;
            case PROTOCOL_UNREACHABLE -> PROTOCOL_UNREACHABLE;
            case PROHIBITED -> PROHIBITED;
            case TOO_BIG, PARAMETER_PROBLEM -> null;
        };
    }
}
