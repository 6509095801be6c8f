package io.towpath.sctp.path;

import io.towpath.sctp.PathState;
import org.jspecify.annotations.Nullable;

/// Which path a packet takes (RFC 9260 §6.4).
public final class PathPicker {
    private PathPicker() {}

    /// For new data. "By default, an endpoint SHOULD always transmit to the primary path, unless the SCTP user
    /// explicitly specifies the destination"; §6.4.1: when that is inactive, "the SCTP endpoint should try to
    /// send the data to an alternate active destination transport address if one exists".
    public static Path forData(Paths paths, @Nullable Path wanted) {
        Path first = wanted == null ? paths.primary() : wanted;
        if (first.isActive()) {
            return first;
        }
        Path other = best(paths, first);
        if (isBetter(other, first)) {
            return other;
        }
        return first;
    }

    /// For a chunk that timed out on `last`. §6.4: "an endpoint SHOULD try to retransmit a chunk that timed out
    /// to an active destination transport address that is different from the last destination address to which
    /// the DATA chunk was sent". Paths of another local interface count as the most divergent (§6.4.1).
    public static Path afterTimeout(Paths paths, Path last) {
        Path found = null;
        for (int i = 0; i < paths.size(); i++) {
            Path path = paths.get(i);
            if (path == last || !path.isActive()) {
                continue;
            }
            if (found == null || divergence(path, last) > divergence(found, last)) {
                found = path;
            }
        }
        if (found != null) {
            return found;
        }
        Path same = forData(paths, last);
        return same == last && last.state() == PathState.INACTIVE ? next(paths, last) : same;
    }

    /// All paths are inactive, whose errors are not counted any more: they are tried in turn, for one of them
    /// may have come back, and when the peer shuts down no heartbeat would tell (RFC 7829 §6, "dormant
    /// state").
    private static Path next(Paths paths, Path last) {
        int from = 0;
        while (paths.get(from) != last) {
            from++;
        }
        for (int i = 1; i < paths.size(); i++) {
            Path path = paths.get((from + i) % paths.size());
            if (path.isConfirmed()) {
                return path;
            }
        }
        return last;
    }

    /// The path to fall back on besides `except`: an active one before one that fails, that before an inactive
    /// one with few errors, an unconfirmed one last.
    public static Path best(Paths paths, @Nullable Path except) {
        Path found = null;
        for (int i = 0; i < paths.size(); i++) {
            Path path = paths.get(i);
            if (path != except && (found == null || isBetter(path, found))) {
                found = path;
            }
        }
        return found == null ? paths.get(0) : found;
    }

    private static boolean isBetter(Path a, Path b) {
        int byState = rank(a.state()) - rank(b.state());
        return byState != 0 ? byState < 0 : a.state() != PathState.INACTIVE && a.errors < b.errors;
    }

    private static int rank(PathState state) {
        return switch (state) {
            case ACTIVE -> 0;
            case POTENTIALLY_FAILED -> 1;
            case INACTIVE -> 2;
            case UNCONFIRMED -> 3;
        };
    }

    private static int divergence(Path path, Path other) {
        var way = path.route;
        var otherWay = other.route;
        if (way == null || otherWay == null) {
            return 0;
        }
        return (way.interfaceIndex() != otherWay.interfaceIndex() ? 2 : 0)
                + (way.source().equals(otherWay.source()) ? 0 : 1);
    }
}
