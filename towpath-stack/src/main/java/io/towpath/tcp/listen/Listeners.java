package io.towpath.tcp.listen;

import io.towpath.tcp.TcpListener;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The listeners of a host, by port. One that named its peer goes before one that takes everybody, and one that
/// named its address before one that takes all of them.
public final class Listeners {
    private static final int BUCKETS = 256;

    private final List<List<TcpListener>> buckets = new ArrayList<>(BUCKETS);

    /// None yet.
    public Listeners() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(new ArrayList<>(0));
        }
    }

    /// The listener for a segment between these sockets, null when there is none.
    public @Nullable TcpListener find(long high, long low, int port, long remoteHigh, long remoteLow, int remotePort) {
        List<TcpListener> bucket = buckets.get(port & BUCKETS - 1);
        TcpListener best = null;
        int bestRank = -1;
        for (int i = 0; i < bucket.size(); i++) {
            TcpListener listener = bucket.get(i);
            if (listener.localPort() == port) {
                int rank = rank(listener, high, low, remoteHigh, remoteLow, remotePort);
                if (rank > bestRank) {
                    best = listener;
                    bestRank = rank;
                }
            }
        }
        return best;
    }

    /// How closely a listener was made for a segment; -1 when it is not for it.
    private static int rank(
            TcpListener listener, long high, long low, long remoteHigh, long remoteLow, int remotePort) {
        IpAddress local = listener.localAddress();
        Endpoint remote = listener.remote();
        if (local != null && !is(local, high, low)
                || remote != null && (remote.port() != remotePort || !is(remote.address(), remoteHigh, remoteLow))) {
            return -1;
        }
        return (remote == null ? 0 : 2) + (local == null ? 0 : 1);
    }

    private static boolean is(IpAddress address, long high, long low) {
        return address.low() == low && address.high() == high;
    }

    /// True when anybody listens on this port of this address, or on the port of any address when `local` is
    /// null.
    public boolean isUsed(@Nullable IpAddress local, int port) {
        for (TcpListener listener : buckets.get(port & BUCKETS - 1)) {
            IpAddress other = listener.localAddress();
            if (listener.localPort() == port && (local == null || other == null || other.equals(local))) {
                return true;
            }
        }
        return false;
    }

    /// True when a listener on this socket for this peer would collide with one that is there: RFC 9293
    /// §3.9.1.1 MUST-41 has it refused. Listeners for different peers share a port.
    public boolean isTaken(@Nullable IpAddress local, int port, @Nullable Endpoint remote) {
        for (TcpListener listener : buckets.get(port & BUCKETS - 1)) {
            IpAddress other = listener.localAddress();
            if (listener.localPort() == port
                    && (local == null || other == null || other.equals(local))
                    && Objects.equals(listener.remote(), remote)) {
                return true;
            }
        }
        return false;
    }

    /// Adds one.
    public void add(TcpListener listener) {
        buckets.get(listener.localPort() & BUCKETS - 1).add(listener);
    }

    /// Removes one.
    public void remove(TcpListener listener) {
        buckets.get(listener.localPort() & BUCKETS - 1).remove(listener);
    }

    /// Shows all of them to `each`, by port number modulo the number of buckets.
    public void forEach(Consumer<TcpListener> each) {
        for (List<TcpListener> bucket : buckets) {
            List.copyOf(bucket).forEach(each);
        }
    }
}
