package io.towpath.sctp.path;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.sctp.Association;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Notification.PathChanged.Change;
import io.towpath.sctp.PathState;
import io.towpath.sctp.SctpEvent;

/// Path failure detection (RFC 9260 §8.2) and confirmation (§5.4): the only place where a path changes its
/// state.
public final class PathStates {
    private PathStates() {}

    /// The peer proved that the address is its own.
    public static void confirm(Association a, Context context, Path path) {
        if (!path.isConfirmed()) {
            change(a, context, path, PathState.ACTIVE, Change.CONFIRMED);
        }
    }

    /// Data or a heartbeat sent there was acknowledged. §8.2: "the endpoint SHOULD clear the error counter of
    /// the destination transport address"; §8.3: "and mark the destination transport address as active if it is
    /// not so marked."
    public static void onSuccess(Association a, Context context, Path path) {
        path.errors = 0;
        if (path.state() == PathState.INACTIVE || path.state() == PathState.POTENTIALLY_FAILED) {
            change(a, context, path, PathState.ACTIVE, Change.AVAILABLE);
        }
    }

    /// T3-rtx expired or a heartbeat was not answered. §8.2: "When the value in the error counter exceeds the
    /// protocol parameter 'Path.Max.Retrans' of that destination address, the endpoint SHOULD mark the
    /// destination transport address as inactive, and a notification SHOULD be sent to the upper layer."
    public static void onError(Association a, Context context, Path path) {
        if (path.state() == PathState.INACTIVE) {
            // §8.3: "the endpoint SHOULD continue HEARTBEAT on this destination address but SHOULD stop
            // increasing the counter."
            return;
        }
        path.errors++;
        if (path.errors > path.maxRetrans && path.state() != PathState.UNCONFIRMED) {
            context.counters().count(Counter.SCTP_PATH_FAILURES);
            change(a, context, path, PathState.INACTIVE, Change.UNREACHABLE);
        }
    }

    private static void change(Association a, Context context, Path path, PathState state, Change change) {
        path.state(state);
        tell(a, context, path, change);
    }

    /// Tells the user and readers of events what happened to a path.
    public static void tell(Association a, Context context, Path path, Change change) {
        a.notify(context, new Notification.PathChanged(path.address(), change, path.state()));
        if (context.events().wants(Event.Kind.SCTP_PATH)) {
            context.events().emit(new SctpEvent.PathChanged(a.heardAt, a.id(), path.address(), change, path.state()));
        }
    }
}
