package io.towpath.drill.script;

import io.towpath.tcp.TcpError;
import io.towpath.udp.UdpError;
import org.jspecify.annotations.Nullable;

/// What a system call says is wrong.
public enum Errno {
    EACCES,
    EADDRINUSE,
    EADDRNOTAVAIL,
    EAGAIN,
    EALREADY,
    EBADF,
    ECONNABORTED,
    ECONNREFUSED,
    ECONNRESET,
    EDESTADDRREQ,
    EEXIST,
    EFAULT,
    EHOSTUNREACH,
    EINPROGRESS,
    EINVAL,
    EISCONN,
    EMSGSIZE,
    ENETUNREACH,
    ENOENT,
    ENOPROTOOPT,
    ENOTCONN,
    EOPNOTSUPP,
    EPIPE,
    ETIMEDOUT;

    /// What a user of sockets hears of a TCP error; null for what the user did.
    public static @Nullable Errno of(TcpError error) {
        return switch (error) {
            case REFUSED -> ECONNREFUSED;
            case RESET -> ECONNRESET;
            case TIMED_OUT -> ETIMEDOUT;
            case HOST_UNREACHABLE, PROHIBITED -> EHOSTUNREACH;
            case NETWORK_UNREACHABLE, NO_ROUTE -> ENETUNREACH;
            case PORT_UNREACHABLE -> ECONNREFUSED;
            case PROTOCOL_UNREACHABLE -> ENOPROTOOPT;
            case ADDRESS_IN_USE -> EADDRINUSE;
            case ADDRESS_NOT_AVAILABLE -> EADDRNOTAVAIL;
            case NO_PORTS -> EADDRNOTAVAIL;
            case LISTENER_CLOSED -> ECONNABORTED;
            case ABORTED -> null;
        };
    }

    /// What a user of sockets hears of a UDP error.
    public static Errno of(UdpError error) {
        return switch (error) {
            case PORT_UNREACHABLE -> ECONNREFUSED;
            case NO_ROUTE -> ENETUNREACH;
            case ADDRESS_IN_USE -> EADDRINUSE;
            case TOO_LONG -> EMSGSIZE;
            default -> EHOSTUNREACH;
        };
    }
}
