package io.towpath.sctp.path;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.sctp.Association;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Notification.PathChanged.Change;
import io.towpath.sctp.PathState;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.SctpFailover;

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
        if (path.probes != null) {
            path.probes.onTimeout(a.heardAt, path);
        }
        if (path.errors > path.maxRetrans && path.state() != PathState.UNCONFIRMED) {
            context.counters().count(Counter.SCTP_PATH_FAILURES);
            change(a, context, path, PathState.INACTIVE, Change.UNREACHABLE);
        } else {
            quickFailover(a, context, path);
        }
        primarySwitchover(a, context, path);
    }

    /// RFC 7829 §4.2: "When the error counter exceeds PFMR, the destination address transitions to the PF
    /// state", and "the sender SHOULD send HEARTBEATs to it": one in each RTO, the first at once.
    private static void quickFailover(Association a, Context context, Path path) {
        SctpFailover failover = a.config().extensions().failover();
        if (path.state() == PathState.ACTIVE && path.errors > failover.potentiallyFailedMaxRetrans()) {
            change(a, context, path, PathState.POTENTIALLY_FAILED, Change.POTENTIALLY_FAILED);
            // A peer that shuts down answers none any more (RFC 9260 §8.3).
            boolean answered = a.state().sendsData() && a.state().takesData();
            if (answered && !path.heartbeat.outstanding) {
                path.heartbeat.due = true;
            }
        }
    }

    /// RFC 7829 §5.1: "if the path error counter reaches PSMR", that is exceeds it, the path that data takes
    /// already becomes the primary one, and stays it when the old one comes back.
    private static void primarySwitchover(Association a, Context context, Path path) {
        if (path == a.paths.primary()
                && path.errors > a.config().extensions().failover().primarySwitchoverMaxRetrans()) {
            Path next = PathPicker.forData(a.paths, null);
            if (next != path && next.isActive()) {
                a.paths.primary(next);
                tell(a, context, next, Change.MADE_PRIMARY);
            }
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
