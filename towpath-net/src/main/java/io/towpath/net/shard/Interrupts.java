package io.towpath.net.shard;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.function.BooleanSupplier;

/// What interrupting a blocked caller means to it: the interfaces differ.
public enum Interrupts {
    /// Interruptible sockets: the socket is closed, and the caller gets [ClosedByInterruptException].
    CLOSE {
        @Override
        public void park(ParkingSpot spot, long deadline, Runnable close) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                close.run();
                throw new ClosedByInterruptException();
            }
            spot.park(deadline);
        }
    },

    /// `java.net`: a platform thread goes on waiting; a virtual one gives up by [InterruptedIOException], after which
    /// `java.net` closes the socket.
    SOCKET {
        @Override
        public void park(ParkingSpot spot, long deadline, Runnable close) throws IOException {
            Thread thread = Thread.currentThread();
            if (thread.isInterrupted()) {
                if (thread.isVirtual()) {
                    throw new InterruptedIOException();
                }
                spot.keepInterrupt();
            }
            spot.park(deadline);
        }
    },

    /// Channels: whoever interrupts also closes the channel, so the caller only has to look again.
    CHANNEL {
        @Override
        public void park(ParkingSpot spot, long deadline, Runnable close) {
            if (Thread.currentThread().isInterrupted()) {
                Thread.yield(); // parking would return at once; the channel is about to be closed
            } else {
                spot.park(deadline);
            }
        }
    };

    /// Sleeps at `spot` until woken or until `deadline`; `close` closes the caller's socket.
    public abstract void park(ParkingSpot spot, long deadline, Runnable close) throws IOException;

    /// Waits at `spot` until `condition` holds, which is to be so also when there is nothing to wait for any more.
    ///
    /// @param late what is said when it is too late
    /// @param close closes the caller's socket
    /// @throws SocketTimeoutException when the deadline has come
    public final void await(ParkingSpot spot, BooleanSupplier condition, long deadline, String late, Runnable close)
            throws IOException {
        spot.enter();
        try {
            while (!condition.getAsBoolean()) {
                if (spot.isOver(deadline)) {
                    throw new SocketTimeoutException(late);
                }
                park(spot, deadline, close);
            }
        } finally {
            spot.leave();
        }
    }
}
