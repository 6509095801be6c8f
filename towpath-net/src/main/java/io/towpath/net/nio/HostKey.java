package io.towpath.net.nio;

import io.towpath.net.shard.Driving;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.AbstractSelectionKey;
import org.jspecify.annotations.Nullable;

/// A channel's registration with a [HostSelector].
public final class HostKey extends AbstractSelectionKey {
    private static final VarHandle INTEREST;
    private static final VarHandle QUEUED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            INTEREST =
                    lookup.findVarHandle(HostKey.class, "interest", int.class).withInvokeExactBehavior();
            QUEUED =
                    lookup.findVarHandle(HostKey.class, "queued", boolean.class).withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final HostSelector selector;
    private final SelectableChannel channel;
    private final Selectable source;
    private volatile int interest;
    private volatile int ready;

    @SuppressWarnings("unused") // by QUEUED
    private volatile boolean queued;

    /// The key that was left with the selector before this one. The selector's stack's.
    @Nullable
    HostKey next;

    /// What the channel was found ready for by the selection under way. The selecting thread's.
    int found;

    /// What a channel of the operating system was ready for at the last look. The selecting thread's.
    int hostReady;

    /// On the selector's list of keys to look at. The selecting thread's.
    boolean listed;

    HostKey(HostSelector selector, SelectableChannel channel, Selectable source) {
        this.selector = selector;
        this.channel = channel;
        this.source = source;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public HostSelector selector() {
        return selector;
    }

    Selectable source() {
        return source;
    }

    private void check() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }

    @Override
    public int interestOps() {
        check();
        return interest;
    }

    @Override
    public SelectionKey interestOps(int ops) {
        check();
        checkOps(ops);
        interest(ops);
        return this;
    }

    private void checkOps(int ops) {
        if ((ops & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException();
        }
    }

    @Override
    public int interestOpsOr(int ops) {
        check();
        checkOps(ops);
        int before = (int) INTEREST.getAndBitwiseOr(this, ops);
        looked(before, before | ops);
        return before;
    }

    @Override
    public int interestOpsAnd(int ops) {
        check();
        return (int) INTEREST.getAndBitwiseAnd(this, ops);
    }

    /// Sets the interest set without asking whether the key is valid.
    void interest(int ops) {
        int before = (int) INTEREST.getAndSet(this, ops);
        looked(before, ops);
    }

    /// The channel may be ready for what is of interest only now. The next selection looks; one that is under way
    /// need not.
    private void looked(int before, int after) {
        if ((after & ~before) != 0) {
            selector.lookAt(this);
        }
    }

    int interestNow() {
        return interest;
    }

    @Override
    public int readyOps() {
        check();
        return ready;
    }

    int readyNow() {
        return ready;
    }

    void readyNow(int ops) {
        ready = ops;
    }

    /// True when the key was in no stack until now.
    boolean markQueued() {
        return !queued && QUEUED.compareAndSet(this, false, true);
    }

    /// The selecting thread took the key from the stack and will ask its channel next.
    void clearQueued() {
        boolean ignored = (boolean) QUEUED.getAndSet(this, false); // a full fence before the channel is asked
    }

    /// The channel may have become ready for `ops`, which is published already.
    void raise(int ops, @Nullable Driving driving) {
        if ((interest & ops) != 0) {
            selector.candidate(this, driving);
        }
    }
}
