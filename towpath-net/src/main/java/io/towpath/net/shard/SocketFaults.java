package io.towpath.net.shard;

import io.towpath.tcp.TcpError;
import io.towpath.udp.UdpError;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;

/// Errors of the engines as the exceptions that the JDK throws in the same place, with its words.
public final class SocketFaults {
    private SocketFaults() {}

    /// A connection could not be opened.
    public static SocketException connecting(TcpError error, Endpoint remote) {
        return switch (error) {
            case REFUSED, PORT_UNREACHABLE -> new ConnectException("Connection refused");
            case RESET -> new SocketException("Connection reset");
            case TIMED_OUT -> new ConnectException("Connection timed out");
            case PROTOCOL_UNREACHABLE -> new ConnectException("Protocol not available");
            case HOST_UNREACHABLE -> new NoRouteToHostException("No route to host");
            case NETWORK_UNREACHABLE -> new NoRouteToHostException("Network is unreachable");
            case NO_ROUTE -> new NoRouteToHostException("No route to host " + remote.address());
            case PROHIBITED -> new NoRouteToHostException("No route to host (administratively prohibited)");
            case ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, NO_PORTS -> binding(error);
            case ABORTED, LISTENER_CLOSED -> closed();
        };
    }

    /// A local address could not be taken.
    public static BindException binding(TcpError error) {
        return new BindException(
                switch (error) {
                    case ADDRESS_IN_USE -> "Address already in use";
                    case NO_PORTS -> "Address already in use (no ephemeral port is free)";
                    default -> "Cannot assign requested address";
                });
    }

    /// An established connection died.
    public static SocketException broken(TcpError error) {
        return new SocketException(
                switch (error) {
                    case RESET, REFUSED -> "Connection reset";
                    case TIMED_OUT -> "Connection timed out";
                    case HOST_UNREACHABLE, NO_ROUTE -> "No route to host";
                    case NETWORK_UNREACHABLE -> "Network is unreachable";
                    case PORT_UNREACHABLE -> "Connection refused";
                    case PROTOCOL_UNREACHABLE -> "Protocol not available";
                    case PROHIBITED -> "No route to host (administratively prohibited)";
                    default -> "Socket closed";
                });
    }

    /// A local UDP address could not be taken.
    public static BindException binding(UdpError error) {
        return new BindException(
                switch (error) {
                    case ADDRESS_IN_USE -> "Address already in use";
                    case NO_PORTS -> "Address already in use (no ephemeral port is free)";
                    default -> "Cannot assign requested address";
                });
    }

    /// A datagram could not be sent, or an ICMP error came for one that was.
    public static SocketException datagram(UdpError error) {
        return switch (error) {
            case PORT_UNREACHABLE -> new PortUnreachableException();
            case NO_ROUTE, HOST_UNREACHABLE -> new NoRouteToHostException("No route to host");
            case NETWORK_UNREACHABLE -> new NoRouteToHostException("Network is unreachable");
            case PROHIBITED -> new NoRouteToHostException("No route to host (administratively prohibited)");
            case PROTOCOL_UNREACHABLE -> new SocketException("Protocol not available");
            case TOO_LONG -> new SocketException("Message too long");
            case BROADCAST_FORBIDDEN -> new SocketException("Permission denied");
            case BAD_DESTINATION -> new SocketException("Invalid argument");
            case NOT_CONNECTED -> new SocketException("Destination address required");
            case OTHER_PEER -> new SocketException("Already connected to another destination");
            case WOULD_BLOCK -> new SocketException("No buffer space available");
            case ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, NO_PORTS -> binding(error);
            case CLOSED -> closed();
        };
    }

    /// The local side closed the socket.
    public static SocketException closed() {
        return new SocketException("Socket closed");
    }

    /// The host was closed or died.
    public static SocketException dead(IOException cause) {
        SocketException exception = new SocketException("Socket closed");
        exception.initCause(cause);
        return exception;
    }
}
