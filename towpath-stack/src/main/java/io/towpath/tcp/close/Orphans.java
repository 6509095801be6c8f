package io.towpath.tcp.close;

import io.towpath.tcp.AgeList;
import io.towpath.tcp.TcpConnection;
import org.jspecify.annotations.Nullable;

/// Connections whose user is gone while they still have data or a FIN to deliver. Each may stay for as long as its
/// peer makes progress, and a peer that means harm makes as little as it can: so their number and the bytes of their
/// buffers are bounded, and the one whose user went first gives way. An honest peer is done within a few round trips
/// and is never the oldest for long.
public final class Orphans {
    private static final int ORPHANS_MAX = 8_192;
    private static final long BYTES_MAX = 64 << 20;

    private final int max;
    private final long bytesMax;
    private final AgeList<TcpConnection> rows = new AgeList<>();
    private long bytes;

    /// No orphans; at most 8,192 of them with 64 MiB in their buffers.
    public Orphans() {
        this(ORPHANS_MAX, BYTES_MAX);
    }

    /// No orphans.
    ///
    /// @param max how many there may be, at least 1
    /// @param bytesMax what their buffers may hold together; the newest one is kept whatever it holds
    public Orphans(int max, long bytesMax) {
        this.max = max;
        this.bytesMax = bytesMax;
    }

    /// The user of `c` is gone. Its buffers do not grow from now on. Without effect on one that is here already.
    public void add(TcpConnection c) {
        if (c.orphanBytes >= 0) {
            return;
        }
        c.orphanBytes = (long) c.sendRing().allocated() + c.receiveRing().allocated();
        bytes += c.orphanBytes;
        rows.add(c);
    }

    /// The oldest while there are too many, else null. Whoever ends it [#remove]s it.
    public @Nullable TcpConnection tooMany() {
        return rows.size() > max || bytes > bytesMax && rows.size() > 1 ? rows.oldest() : null;
    }

    /// Takes `c` out, which ended, if it is an orphan.
    public void remove(TcpConnection c) {
        if (c.orphanBytes >= 0) {
            rows.remove(c);
            bytes -= c.orphanBytes;
            c.orphanBytes = -1;
        }
    }

    /// How many there are.
    public int size() {
        return rows.size();
    }

    /// What their buffers hold together.
    public long bytes() {
        return bytes;
    }
}
