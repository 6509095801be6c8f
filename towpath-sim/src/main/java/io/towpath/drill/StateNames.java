package io.towpath.drill;

import io.towpath.tcp.TcpState;
import org.jspecify.annotations.Nullable;

/// The states of a connection by the names of `tcp_info` and of the commands that list sockets.
final class StateNames {
    private StateNames() {}

    /// The state called `name`, null when there is none.
    static @Nullable TcpState state(String name) {
        String bare = name.startsWith("TCPI_") ? name.substring(5) : name.startsWith("TCP_") ? name.substring(4) : name;
        return switch (bare) {
            case "CLOSE", "CLOSED" -> TcpState.CLOSED;
            case "LISTEN" -> TcpState.LISTEN;
            case "SYN_SENT" -> TcpState.SYN_SENT;
            case "SYN_RECV", "SYN_RCVD", "SYN_RECEIVED" -> TcpState.SYN_RECEIVED;
            case "ESTABLISHED" -> TcpState.ESTABLISHED;
            case "FIN_WAIT1", "FIN_WAIT_1" -> TcpState.FIN_WAIT_1;
            case "FIN_WAIT2", "FIN_WAIT_2" -> TcpState.FIN_WAIT_2;
            case "CLOSE_WAIT" -> TcpState.CLOSE_WAIT;
            case "CLOSING" -> TcpState.CLOSING;
            case "LAST_ACK" -> TcpState.LAST_ACK;
            case "TIME_WAIT" -> TcpState.TIME_WAIT;
            default -> null;
        };
    }
}
