package io.towpath.net.shard;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.locks.ReentrantLock;

/// Blocking calls on a [StreamSocket]: one read and one write at a time, each other's way unhindered. What public
/// streams, sockets and blocking channels have in common.
public final class StreamCalls implements Readiness {
    private final StreamSocket socket;
    private final Interrupts interrupts;
    private final Runnable onInterrupt = () -> close(false);
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ParkingSpot reader;
    private final ParkingSpot writer;
    private volatile int writableWanted = 1;

    /// Calls on `socket`. The caller sees to it that [#onReady] is told of its signals.
    public StreamCalls(StreamSocket socket, Interrupts interrupts) {
        this.socket = socket;
        this.interrupts = interrupts;
        this.reader = new ParkingSpot(socket.shard.time());
        this.writer = new ParkingSpot(socket.shard.time());
    }

    /// The socket.
    public StreamSocket socket() {
        return socket;
    }

    @Override
    public void onReady(int signals, Driving driving) {
        if ((signals & (Signals.READABLE | Signals.END_OF_STREAM | Signals.CLOSED)) != 0) {
            reader.wake(driving);
        }
        // A writer wants room for more than one segment, or it would be woken for each acknowledgment.
        boolean room = (signals & Signals.WRITABLE) != 0 && socket.writable() >= writableWanted;
        if (room || (signals & (Signals.CONNECTED | Signals.CLOSED)) != 0) {
            writer.wake(driving);
        }
    }

    /// Waits until the connection is open, on the calling thread.
    ///
    /// @param timeoutNanos 0 for no limit but the configuration's
    /// @throws SocketTimeoutException when the time is over; the connection is still being opened
    public void awaitConnected(long timeoutNanos) throws IOException {
        long deadline = writer.deadline(timeoutNanos);
        writer.enter();
        try {
            while (!socket.isConnected() && !socket.isDead()) {
                if (socket.isClosed()) {
                    throw SocketFaults.closed();
                }
                if (writer.isOver(deadline)) {
                    throw new SocketTimeoutException("Connect timed out");
                }
                interrupts.park(writer, deadline, onInterrupt);
            }
        } finally {
            writer.leave();
        }
        if (!socket.isConnected()) {
            throw socket.connectFault();
        }
    }

    /// Reads at least one byte and at most `length`, waiting for the first one no longer than `timeoutNanos` (0: for
    /// ever).
    ///
    /// @return how many bytes were read, -1 at the end of the stream; 0 only when `length` is 0
    /// @throws SocketTimeoutException when nothing came in time; the connection stays usable
    /// @throws SocketException when the connection was reset, timed out or is closed
    /// @throws ClosedByInterruptException as [Interrupts] says
    public int read(byte[] into, int offset, int length, long timeoutNanos) throws IOException {
        readLock.lock();
        try {
            socket.enter();
            try {
                if (length == 0) {
                    return 0;
                }
                int count = socket.read(into, offset, length);
                return count != 0 ? count : awaitAndRead(into, offset, length, timeoutNanos);
            } finally {
                socket.exit();
            }
        } finally {
            readLock.unlock();
        }
    }

    private int awaitAndRead(byte[] into, int offset, int length, long timeoutNanos) throws IOException {
        socket.beforeWait();
        long deadline = reader.deadline(timeoutNanos);
        while (true) {
            reader.enter();
            try {
                while (!socket.canRead()) {
                    if (socket.isClosed()) {
                        throw SocketFaults.closed();
                    }
                    if (reader.isOver(deadline)) {
                        throw new SocketTimeoutException("Read timed out");
                    }
                    interrupts.park(reader, deadline, onInterrupt);
                }
            } finally {
                reader.leave();
            }
            int count = socket.read(into, offset, length);
            if (count != 0) {
                return count;
            }
        }
    }

    /// What can be read at once, without waiting: 0 when there is nothing.
    public int tryRead(byte[] into, int offset, int length) throws IOException {
        readLock.lock();
        try {
            socket.enter();
            try {
                if (length == 0) {
                    return 0;
                }
                int count = socket.read(into, offset, length);
                if (count == 0) {
                    socket.beforeWait();
                }
                return count;
            } finally {
                socket.exit();
            }
        } finally {
            readLock.unlock();
        }
    }

    /// Writes `length` bytes, waiting for room in the send buffer as often as it must.
    ///
    /// @throws SocketException when the connection broke, the output was shut down or the socket is closed
    /// @throws ClosedByInterruptException as [Interrupts] says
    public void write(byte[] from, int offset, int length) throws IOException {
        writeLock.lock();
        try {
            socket.enter();
            try {
                int at = offset;
                int left = length;
                while (left > 0) {
                    int count = socket.write(from, at, left);
                    at += count;
                    left -= count;
                    if (left > 0) {
                        awaitRoom(left);
                    }
                }
            } finally {
                socket.exit();
            }
        } finally {
            writeLock.unlock();
        }
    }

    /// Writes what there is room for, without waiting.
    ///
    /// @return how many bytes, 0 when there is no room
    public int tryWrite(byte[] from, int offset, int length) throws IOException {
        writeLock.lock();
        try {
            socket.enter();
            try {
                return socket.write(from, offset, length);
            } finally {
                socket.exit();
            }
        } finally {
            writeLock.unlock();
        }
    }

    private void awaitRoom(int left) throws IOException {
        int wanted = Math.max(1, Math.min(left, socket.sendCapacity() >> 2));
        writableWanted = wanted;
        writer.enter();
        try {
            while (!socket.canWrite(wanted)) {
                if (socket.isClosed()) {
                    throw SocketFaults.closed();
                }
                interrupts.park(writer, Time.NEVER, onInterrupt);
            }
            if (socket.isClosed()) {
                throw SocketFaults.closed();
            }
        } finally {
            writer.leave();
        }
    }

    /// Writes one byte of urgent data, waiting for room if it must.
    public void writeUrgent(byte data) throws IOException {
        writeLock.lock();
        try {
            socket.enter();
            try {
                while (!socket.writeUrgent(data)) {
                    awaitRoom(1);
                }
            } finally {
                socket.exit();
            }
        } finally {
            writeLock.unlock();
        }
    }

    /// Bytes that can be read without waiting; 0 after the input was shut down.
    ///
    /// @throws SocketException when the socket is closed
    public int available() throws IOException {
        socket.enter();
        try {
            return socket.isInputShut() ? 0 : socket.readable();
        } finally {
            socket.exit();
        }
    }

    /// Ends the output: the peer sees the end of the stream after all that was written.
    ///
    /// @throws SocketException when the socket is closed
    public void shutdownOutput() throws IOException {
        socket.enter();
        try {
            if (!socket.shutOutput()) {
                return;
            }
            writer.wakeNow();
            writeLock.lock(); // nobody is in the ring any more, so nothing can follow the FIN
            try {
                socket.sendEnd();
            } finally {
                writeLock.unlock();
            }
        } finally {
            socket.exit();
        }
    }

    /// Ends the input: readers are at the end of the stream, and what still comes is acknowledged and thrown away.
    ///
    /// @throws SocketException when the socket is closed
    public void shutdownInput() throws IOException {
        socket.enter();
        try {
            if (!socket.shutInput()) {
                return;
            }
            reader.wakeNow();
            readLock.lock(); // nobody is in the ring any more
            try {
                socket.dropInput();
            } finally {
                readLock.unlock();
            }
        } finally {
            socket.exit();
        }
    }

    /// Waits until all that was written is acknowledged, the connection is dead, or the time is over. Not
    /// interruptible.
    private void awaitSent(long nanos) {
        long deadline = writer.deadline(nanos);
        writeLock.lock();
        try {
            writableWanted = socket.sendCapacity();
            writer.enter();
            try {
                while (!socket.isAllAcknowledged() && !socket.isDead() && !writer.isOver(deadline)) {
                    writer.keepInterrupt();
                    writer.park(deadline);
                }
            } finally {
                writer.leave();
            }
        } finally {
            writeLock.unlock();
        }
    }

    /// Closes the socket as `SO_LINGER` says, and wakes blocked callers.
    ///
    /// @param seconds how long to wait until the peer has everything; 0 resets the connection, negative waits for
    ///     nothing
    public void closeLingering(int seconds) {
        if (seconds > 0 && socket.isConnected() && !socket.isClosed()) {
            boolean ignored = socket.shutOutput();
            writer.wakeNow();
            socket.sendEnd();
            reader.wakeNow();
            awaitSent(seconds * Time.SECOND);
        } else if (seconds < 0 && socket.isConnected() && !socket.isClosed() && socket.readable() > 0) {
            // The reset that tells of unread data must not overtake what was written: as the JDK, end the output
            // first.
            boolean ignored = socket.shutOutput();
            socket.sendEnd();
        }
        boolean ignored = close(seconds == 0);
    }

    /// Closes the socket and wakes blocked callers. Idempotent.
    ///
    /// @param abort true to reset the connection
    /// @return false when it was closed before
    public boolean close(boolean abort) {
        boolean first = socket.close(abort);
        reader.wakeNow();
        writer.wakeNow();
        return first;
    }
}
