package io.towpath.net.shard;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A socket as its shard knows it. Application threads leave wishes (bits) on it, from any thread, without
/// allocation; the shard's owner fulfils them, and tells the socket what the engine signals.
public abstract class ShardSocket extends Command {
    private static final VarHandle WISHES;

    static {
        try {
            WISHES = MethodHandles.lookup()
                    .findVarHandle(ShardSocket.class, "wishes", int.class)
                    .withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public final Shard shard;

    /// Neighbours in the shard's list of open sockets. The owner's.
    @Nullable
    public ShardSocket before;

    @Nullable
    public ShardSocket after;

    public boolean listed;

    @SuppressWarnings("unused") // by WISHES
    private volatile int wishes;

    public ShardSocket(Shard shard) {
        this.shard = shard;
    }

    /// Any thread: asks the shard for the work that `bits` name. When the shard is idle the work is done when this
    /// call returns; else its owner will do it.
    public final void ask(int bits) {
        // Non-zero before: the socket is in the queue already, and whoever put it there called the owner.
        if ((int) WISHES.getAndBitwiseOr(this, bits) == 0) {
            shard.submit(this);
        }
    }

    /// Any thread: as [#ask], but leaves the work to the shard's owner or its loop thread.
    protected final void leave(int bits) {
        if ((int) WISHES.getAndBitwiseOr(this, bits) == 0) {
            shard.leave(this);
        }
    }

    @Override
    final void execute(long now) {
        fulfil(now, (int) WISHES.getAndSet(this, 0));
    }

    @Override
    final void abandon(IOException cause) {
        int ignored = (int) WISHES.getAndSet(this, 0);
        fail(cause);
    }

    /// Owner: does what application threads asked for.
    protected abstract void fulfil(long now, int bits);

    /// Owner: the engine signalled ([io.towpath.core.Signals]).
    protected abstract void onSignals(long now, int bits, Driving driving);

    /// True for a socket that brings forth others.
    protected boolean isListening() {
        return false;
    }

    /// Owner: the host is being closed: resets up to `max` connections that nobody accepted.
    ///
    /// @return how many; fewer than `max` when no more wait
    protected int refuse(long now, int max) {
        return 0;
    }

    /// Owner: the host is being closed: closes the socket as its user would.
    protected abstract void closeByHost();

    /// Owner: the shard is dead. Blocked callers are woken and get an exception with this cause.
    protected abstract void fail(IOException cause);
}
