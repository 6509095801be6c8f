package io.towpath.net.sctp.port;

import io.towpath.sctp.SctpError;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/// Errors of the engine as the exceptions that the JDK throws in the same place.
public final class SctpFaults {
    private SctpFaults() {}

    /// The exception that a call ends with.
    public static SocketException of(SctpError error) {
        return switch (error) {
            case ADDRESS_IN_USE -> new BindException("Address already in use");
            case NO_PORTS -> new BindException("Address already in use (no ephemeral port is free)");
            case ADDRESS_NOT_AVAILABLE -> new BindException("Cannot assign requested address");
            case NO_ROUTE -> new NoRouteToHostException("No route to host");
            case REFUSED -> new ConnectException("Connection refused");
            case ALREADY_CONNECTED -> new ConnectException("An association with this peer exists already");
            case TIMED_OUT -> new ConnectException("Connection timed out");
            case STALE_COOKIE -> new ConnectException("The peer's state cookies expire too early");
            case ABORTED -> new SocketException("Connection reset");
            case PROTOCOL_VIOLATION -> new SocketException("The peer violated the protocol");
            case SHUTDOWN_TIMED_OUT -> new SocketException("The peer did not complete the shutdown");
            case SHUTTING_DOWN -> new SocketException("The association is shutting down");
            case BAD_STREAM -> new SocketException("No such stream");
            case BAD_DESTINATION, INVALID, BAD_KEY, EMPTY -> new SocketException("Invalid argument");
            case TOO_LONG -> new SocketException("Message too long");
            case WOULD_BLOCK, IN_PROGRESS -> new SocketException("Operation already in progress");
            case NOT_SUPPORTED -> new SocketException("Operation not supported by the peer or the settings");
            case DENIED -> new SocketException("The peer denied the request");
            case HANDED_OVER -> new SocketException("The association was handed over to another process");
            case EXPIRED -> new SocketException("The message was given up");
            case CLOSED, USER_ABORT -> new SocketException("Socket closed");
        };
    }
}
