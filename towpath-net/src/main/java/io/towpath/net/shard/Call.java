package io.towpath.net.shard;

import io.towpath.core.Time;
import io.towpath.net.time.Timekeeper;
import java.io.IOException;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// A command whose caller waits for the answer. Short: it never waits for the network. Used once.
public abstract class Call<T extends @Nullable Object> extends Command {
    private final Thread caller = Thread.currentThread();
    private @Nullable T answer;
    private @Nullable IOException cause;
    private @Nullable RuntimeException mistake;
    private @Nullable Timekeeper time;
    private volatile boolean done;
    private volatile boolean asleep;

    /// Runs on the shard's owner, with arguments that were checked before: an [IllegalArgumentException] and an
    /// [IllegalStateException] go to the caller, who asked for what cannot be; any other is a defect of the stack.
    protected abstract T answer(long now);

    @Override
    final void execute(long now) {
        try {
            answer = answer(now);
        } catch (IllegalArgumentException | IllegalStateException e) {
            mistake = e; // of the caller, who shall see it
        }
        finish();
    }

    @Override
    final void abandon(IOException why) {
        cause = why;
        finish();
    }

    private void finish() {
        done = true;
        Timekeeper keeper = time;
        if (asleep && keeper != null) {
            keeper.unpark(caller);
        }
    }

    /// The caller: runs this call on `shard`, by itself when the shard is idle, and waits for the answer. Not
    /// interruptible.
    @SuppressWarnings("NullAway") // the answer is null only where T is nullable
    public final T on(Shard shard) throws SocketException {
        Timekeeper keeper = shard.time();
        time = keeper;
        shard.submit(this);
        if (!done) {
            await(keeper);
        }
        if (cause != null) {
            throw SocketFaults.dead(cause);
        }
        if (mistake != null) {
            throw mistake;
        }
        return answer;
    }

    /// Somebody else has the baton, and holds it for a few packets at most.
    private void await(Timekeeper keeper) {
        if (keeper.spins() && Spinning.spin(() -> done, Spinning.MAX_NANOS)) {
            return;
        }
        asleep = true; // before the look, and whoever is done looks after: one of them sees the other
        boolean interrupted = false;
        while (!done) {
            keeper.park(this, Time.NEVER);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
