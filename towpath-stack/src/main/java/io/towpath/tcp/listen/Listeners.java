package io.towpath.tcp.listen;

import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The listeners of a host, by port. One that named its address goes before one that takes all.
public final class Listeners {
    private static final int BUCKETS = 256;

    private final List<List<TcpListener>> buckets = new ArrayList<>(BUCKETS);

    /// None yet.
    public Listeners() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(new ArrayList<>(0));
        }
    }

    /// The listener for a segment to this socket, null when there is none.
    public @Nullable TcpListener find(long high, long low, int port) {
        List<TcpListener> bucket = buckets.get(port & BUCKETS - 1);
        TcpListener any = null;
        for (int i = 0; i < bucket.size(); i++) {
            TcpListener listener = bucket.get(i);
            if (listener.localPort() == port) {
                IpAddress local = listener.localAddress();
                if (local == null) {
                    any = listener;
                } else if (local.low() == low && local.high() == high) {
                    return listener;
                }
            }
        }
        return any;
    }

    /// True when a listener on this socket would collide with one that is there.
    public boolean isTaken(@Nullable IpAddress local, int port) {
        for (TcpListener listener : buckets.get(port & BUCKETS - 1)) {
            IpAddress other = listener.localAddress();
            if (listener.localPort() == port && (local == null || other == null || other.equals(local))) {
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
