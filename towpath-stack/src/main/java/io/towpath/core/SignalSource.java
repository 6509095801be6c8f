package io.towpath.core;

import org.jspecify.annotations.Nullable;

/// A socket of some engine that tells its user when to look again. Signals gather until the driver takes them, after
/// polling: nothing re-enters the user from inside the stack.
public abstract class SignalSource {
    private int pending;
    private @Nullable Object attachment;

    /// For sockets of the engines.
    protected SignalSource() {}

    /// Adds signals ([Signals]) and queues this source once.
    protected final void signal(SignalQueue queue, int bits) {
        if (pending == 0) {
            queue.add(this);
        }
        pending |= bits;
    }

    /// The signals gathered since the last call; clears them.
    public final int takeSignals() {
        int bits = pending;
        pending = 0;
        return bits;
    }

    /// What the user hung on this socket.
    public final @Nullable Object attachment() {
        return attachment;
    }

    /// Hangs the user's own object on this socket, null to take it off.
    public final void attach(@Nullable Object attachment) {
        this.attachment = attachment;
    }
}
