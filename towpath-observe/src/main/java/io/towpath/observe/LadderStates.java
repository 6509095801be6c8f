package io.towpath.observe;

import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;

/// The states of one host's end of the TCP connection that a [Ladder] follows, by time.
final class LadderStates {
    /// More changes than this on the followed connection are not kept: no connection has so many.
    private static final int CHANGES_MAX = 4096;

    private final List<TcpEvent.StateChanged> changes = new ArrayList<>();

    void on(TcpEvent.StateChanged change) {
        if (changes.size() < CHANGES_MAX) {
            changes.add(change);
        }
    }

    /// Forgets changes of other connections than the one between these ports.
    void follow(int localPort, int remotePort) {
        changes.removeIf(c -> c.local().port() != localPort || c.remote().port() != remotePort);
    }

    /// Whether the host never had the connection.
    boolean isEmpty() {
        return changes.isEmpty();
    }

    /// The state at `moment`, after all that happened then but for what the user asked for: a segment that arrives
    /// just before the user closes is what put the host into CLOSE-WAIT, not into LAST-ACK.
    ///
    /// @param userCalls false leaves out what the user asked for at that very moment
    /// @param otherwise the state when nothing is known yet
    TcpState at(long moment, boolean userCalls, TcpState otherwise) {
        TcpState state = changes.isEmpty() ? otherwise : changes.getFirst().from();
        for (TcpEvent.StateChanged change : changes) {
            if (change.at() > moment || (change.at() == moment && !userCalls && isUserCall(change))) {
                break;
            }
            state = change.to();
        }
        return state;
    }

    private static boolean isUserCall(TcpEvent.StateChanged change) {
        return switch (change.to()) {
            case FIN_WAIT_1, LAST_ACK -> true;
            default -> false;
        };
    }
}
