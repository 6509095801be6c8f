package io.towpath.sctp.path;

import io.towpath.core.Time;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The paths of an association, in the order in which they became known, one of which is primary.
public final class Paths {
    private final List<Path> paths = new ArrayList<>(1);
    private @Nullable Path primary;
    private long orders;

    /// No path yet.
    public Paths() {}

    /// The place of the next path.
    public long nextOrder() {
        return orders++;
    }

    /// Adds a path; the first one is primary.
    public void add(Path path) {
        paths.add(path);
        if (primary == null) {
            primary = path;
        }
    }

    /// Takes a path out. It must not be the last one.
    public void remove(Path path) {
        paths.remove(path);
        if (primary == path) {
            primary = PathPicker.best(this, null);
        }
    }

    /// How many.
    public int size() {
        return paths.size();
    }

    /// Path `index`.
    public Path get(int index) {
        return paths.get(index);
    }

    /// The primary path.
    ///
    /// @throws IllegalStateException if there is none at all
    public Path primary() {
        Path path = primary;
        if (path == null) {
            throw new IllegalStateException("an association without a path");
        }
        return path;
    }

    /// Makes `path`, one of these, primary.
    public void primary(Path path) {
        primary = path;
    }

    /// The path to an address, null if it is not the peer's.
    public @Nullable Path find(long high, long low) {
        for (int i = 0; i < paths.size(); i++) {
            IpAddress address = paths.get(i).address();
            if (address.low() == low && address.high() == high) {
                return paths.get(i);
            }
        }
        return null;
    }

    /// The path to an address, null if it is not the peer's.
    public @Nullable Path find(IpAddress address) {
        return find(address.high(), address.low());
    }

    /// When a timer of any of them is due first.
    public long deadline() {
        long earliest = Time.NEVER;
        for (int i = 0; i < paths.size(); i++) {
            earliest = Math.min(earliest, paths.get(i).deadline());
        }
        return earliest;
    }

    /// RFC 9260 §7.3: "the sender should track an association PMTU that will be the smallest PMTU discovered
    /// for all of the peer's destination addresses": the bytes for chunks that a packet has on every path.
    public int chunkSpace() {
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < paths.size(); i++) {
            least = Math.min(least, paths.get(i).chunkSpace());
        }
        return least;
    }
}
