package io.towpath.net.shard;

import io.towpath.core.Signals;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// A socket that never blocks and whose only wish is to be closed: whether it is, and who is told of its signals.
/// Blocking calls, channels and selectors stand on it.
public abstract class ShardPort extends ShardSocket {
    private volatile boolean closed;
    private volatile Readiness readiness = Readiness.NOBODY;
    private volatile @Nullable IOException cause;

    /// On the shard's owner; who makes it has the shard list it.
    protected ShardPort(Shard shard) {
        super(shard);
    }

    // ---- the shard's side -----------------------------------------------------------------------------------------

    /// Tells whoever is to be told. What callers look at has been changed before.
    protected final void tell(int signals, Driving driving) {
        VarHandle.fullFence(); // before looking for callers: see ParkingSpot
        readiness.onReady(signals, driving);
    }

    @Override
    protected final void closeByHost() {
        closed = true;
        readiness.onReady(Signals.CLOSED, Driving.ofThisThread());
        ask(1);
    }

    @Override
    protected final void fail(IOException why) {
        cause = why;
        closed = true;
        shard.unlist(this);
        readiness.onReady(Signals.CLOSED, Driving.ofThisThread());
    }

    // ---- the application's side -----------------------------------------------------------------------------------

    /// Sets who is told of signals from now on.
    public final void readiness(Readiness reader) {
        readiness = reader;
    }

    /// True after [#close], or when the host is gone.
    public final boolean isClosed() {
        return closed;
    }

    /// @throws SocketException when it is closed
    public final void check() throws SocketException {
        if (closed) {
            IOException why = cause;
            throw why == null ? SocketFaults.closed() : SocketFaults.dead(why);
        }
    }

    /// Has the shard close it. Idempotent. Callers that are blocked must be woken by whoever blocked them.
    public void close() {
        closed = true;
        ask(1);
    }
}
