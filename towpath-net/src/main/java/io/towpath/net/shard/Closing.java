package io.towpath.net.shard;

import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpLayer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The end of a shard's sockets when its host is closed: all are closed as their users would, connections get
/// time to end in order, and what is left is reset. However many connections there are, each peer shall hear of
/// the end: they are taken in slices, and what a slice has to say leaves before the next.
final class Closing {
    /// Connections that are closed or reset in one go: fewer than the engine has room for resets.
    private static final int SLICE_MAX = 256;

    /// How long the resets of one slice may take to leave.
    private static final long SLICE_NANOS = 100 * Time.MILLISECOND;

    /// How long all slices together may take.
    private static final long SLICES_NANOS = 2 * Time.SECOND;

    /// How long the last packets may take to leave.
    private static final long LAST_NANOS = 500 * Time.MILLISECOND;

    /// Looks without a pause between them: the first makes packets, the second sees that they have left.
    private static final int LOOKS_AT_ONCE = 3;

    private static final long PAUSE_NANOS = 200 * Time.MICROSECOND;

    private final Shard shard;

    // The closing thread's.
    private boolean interrupted;

    /// Who waits until no connection is left. The owner's.
    private @Nullable Thread drainWaiter;

    Closing(Shard shard) {
        this.shard = shard;
    }

    /// Closes all sockets as their users would, lets connections end in order until `nanos` are over, and
    /// resets the rest. Called once, by a thread that is not driving. True when that thread was interrupted
    /// meanwhile, which does not hasten anything.
    boolean run(long nanos) {
        Thread caller = Thread.currentThread();
        long deadline = shard.time().now() + nanos;
        closeSockets();
        call(now -> drainWaiter = caller);
        while (!isDrained() && deadline - shard.time().now() > 0) {
            park(deadline - shard.time().now());
        }
        resetConnections();
        waitUntil(now -> shard.isQuiet(now) && !shard.linksHold(), shard.time().now() + LAST_NANOS);
        call(now -> shard.die(new IOException("the host is closed")));
        return interrupted;
    }

    private void park(long nanos) {
        shard.time().park(this, shard.time().now() + nanos);
        interrupted |= Thread.interrupted();
    }

    /// Listeners come first, so that nobody is accepted after the others were closed.
    private void closeSockets() {
        Deque<ShardSocket> sockets = new ArrayDeque<>();
        call(now -> {
            for (ShardSocket socket = shard.firstSocket(); socket != null; socket = socket.after) {
                if (socket.isListening()) {
                    sockets.addFirst(socket);
                } else {
                    sockets.addLast(socket);
                }
            }
        });
        inSlices((now, max) -> {
            int left = max;
            for (ShardSocket socket = sockets.peek(); socket != null && left > 0; socket = sockets.peek()) {
                left -= socket.refuse(now, left);
                if (left > 0) {
                    if (socket.listed) {
                        socket.closeByHost();
                    }
                    sockets.remove();
                    left--;
                }
            }
            return sockets.isEmpty();
        });
    }

    private void resetConnections() {
        Deque<Association> associations = new ArrayDeque<>();
        call(now -> shard.stack().sctp().forEach(associations::add));
        inSlices((now, max) -> {
            for (int i = 0; i < max && !associations.isEmpty(); i++) {
                shard.stack().sctp().abort(now, associations.remove());
            }
            return associations.isEmpty();
        });
        Deque<TcpConnection> open = new ArrayDeque<>();
        // First, since aborting takes them out of the table.
        call(now -> shard.stack().tcp().forEach(open::add));
        inSlices((now, max) -> {
            for (int i = 0; i < max && !open.isEmpty(); i++) {
                shard.stack().tcp().abort(now, open.remove());
            }
            return open.isEmpty();
        });
    }

    /// A part of what must be done to many connections.
    private interface Slice {
        /// On the owner: does it to no more than `max`. True when all are done.
        boolean run(long now, int max);
    }

    /// Closing may reset, and the engine holds a bounded number of resets: each slice leaves before the next.
    /// When the links are too slow for that, what is left is done at once.
    private void inSlices(Slice slice) {
        long end = shard.time().now() + SLICES_NANOS;
        boolean[] done = {false};
        while (!done[0]) {
            int max = end - shard.time().now() > 0 ? SLICE_MAX : Integer.MAX_VALUE;
            done[0] = true; // unless the shard lives and says otherwise
            call(now -> done[0] = slice.run(now, max));
            if (!done[0]) {
                waitUntil(shard::isQuiet, shard.time().now() + SLICE_NANOS);
            }
        }
    }

    private interface Condition {
        /// On the owner.
        boolean holds(long now);
    }

    /// Each look is a turn of the shard, which sends what it can. The dead are never waited for.
    private void waitUntil(Condition condition, long deadline) {
        boolean[] holds = {false};
        for (int looks = 1; !holds[0] && deadline - shard.time().now() > 0; looks++) {
            if (looks > LOOKS_AT_ONCE) {
                park(PAUSE_NANOS);
            }
            holds[0] = true;
            call(now -> holds[0] = condition.holds(now));
        }
    }

    private interface Job {
        void run(long now);
    }

    private void call(Job job) {
        try {
            boolean ignored = new Call<Boolean>() {
                @Override
                protected Boolean answer(long now) {
                    job.run(now);
                    return true;
                }
            }.on(shard);
        } catch (IOException alreadyDead) {
            // Then there is nothing to close any more.
        }
    }

    private boolean isDrained() {
        boolean[] drained = {true};
        call(now -> drained[0] = countOpen() == 0);
        return drained[0];
    }

    /// Connections and associations that have not ended. Half-open ones went with their listeners.
    private int countOpen() {
        TcpLayer tcp = shard.stack().tcp();
        return tcp.rowCount() - tcp.timeWaitCount() + shard.stack().sctp().size();
    }

    /// The owner, in every turn: wakes who waits for the last connection to end.
    void tellDrained(Driving driving) {
        Thread thread = drainWaiter;
        if (thread != null && countOpen() == 0) {
            drainWaiter = null;
            driving.wake(shard.time(), thread);
        }
    }
}
