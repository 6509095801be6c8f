package io.towpath.net;

import io.towpath.tcp.TcpConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The end of a shard's sockets when its host is closed: all are closed as their users would, connections get time to
/// end in order, and what is left is reset.
final class Closing {
    private final Shard shard;

    /// Who waits until no connection is left. The owner's.
    private @Nullable Thread drainWaiter;

    Closing(Shard shard) {
        this.shard = shard;
    }

    /// Closes all sockets as their users would, waits for the connections to end in order until `nanos` are over, and
    /// resets the rest. Called once, by a thread that is not driving. True when that thread was interrupted
    /// meanwhile, which does not hasten anything.
    boolean run(long nanos) {
        Thread caller = Thread.currentThread();
        long deadline = System.nanoTime() + nanos;
        call(now -> {
            drainWaiter = caller;
            for (ShardSocket socket = shard.firstSocket(); socket != null; socket = socket.after) {
                socket.closeByHost();
            }
        });
        boolean interrupted = false;
        while (!isDrained() && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(this, deadline - System.nanoTime());
            interrupted |= Thread.interrupted();
        }
        call(this::abortAll);
        call(now -> shard.die(new IOException("the host is closed")));
        return interrupted;
    }

    private interface Job {
        void run(long now);
    }

    private void call(Job job) {
        try {
            boolean ignored = new Call<Boolean>() {
                @Override
                Boolean answer(long now) {
                    job.run(now);
                    return true;
                }
            }.on(shard);
        } catch (IOException alreadyDead) {
            // Then there is nothing to close any more.
        }
    }

    private void abortAll(long now) {
        List<TcpConnection> open = new ArrayList<>();
        shard.stack().tcp().forEach(open::add); // first, since aborting takes them out of the table
        for (TcpConnection connection : open) {
            shard.stack().tcp().abort(now, connection);
        }
    }

    private boolean isDrained() {
        boolean[] drained = {true};
        call(now -> drained[0] = countOpen() == 0);
        return drained[0];
    }

    private int countOpen() {
        int[] open = {0};
        shard.stack().tcp().forEach(connection -> {
            if (!connection.isDead()) {
                open[0]++;
            }
        });
        return open[0];
    }

    /// The owner, in every turn: wakes who waits for the last connection to end.
    void tellDrained(Driving driving) {
        Thread thread = drainWaiter;
        if (thread != null && countOpen() == 0) {
            drainWaiter = null;
            driving.wake(thread);
        }
    }
}
