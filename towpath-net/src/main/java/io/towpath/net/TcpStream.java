package io.towpath.net;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.SocketFaults;
import io.towpath.net.shard.StreamSocket;
import io.towpath.net.shard.Timeouts;
import io.towpath.tcp.TcpInfo;
import io.towpath.wire.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// One TCP connection with blocking reads and writes. Any number of threads may use it; one read and one write run
/// at a time, each other's way unhindered. Blocked callers park, so virtual threads cost nothing while they wait.
///
/// Data that was received is delivered before an error or the end of the stream. [#close] from another thread wakes
/// blocked callers with `SocketException("Socket closed")`. Interrupting a blocked caller closes the connection and
/// throws [ClosedByInterruptException], as interruptible channels of the JDK do; the interrupt status stays set.
public final class TcpStream implements AutoCloseable {
    private final StreamSocket socket;
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final ParkingSpot reader;
    private final ParkingSpot writer;
    private volatile long readTimeoutNanos;
    private volatile int writableWanted = 1;

    TcpStream(StreamSocket socket) {
        this.socket = socket;
        this.reader = new ParkingSpot(socket.shard.time());
        this.writer = new ParkingSpot(socket.shard.time());
        socket.readiness(this::onReady);
    }

    /// On the shard's owner.
    private void onReady(int signals, Driving driving) {
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
    void awaitConnected(long timeoutNanos) throws IOException {
        long deadline = writer.deadline(timeoutNanos);
        writer.enter();
        try {
            while ((socket.flags() & (StreamSocket.CONNECTED | StreamSocket.DEAD)) == 0) {
                if (socket.isClosed()) {
                    throw SocketFaults.closed();
                }
                if (writer.isOver(deadline)) {
                    throw new SocketTimeoutException("Connect timed out");
                }
                parkOrClose(writer, deadline);
            }
        } finally {
            writer.leave();
        }
        if ((socket.flags() & StreamSocket.CONNECTED) == 0) {
            throw socket.connectFault();
        }
    }

    private void parkOrClose(ParkingSpot spot, long deadline) throws ClosedByInterruptException {
        if (Thread.currentThread().isInterrupted()) {
            close();
            throw new ClosedByInterruptException();
        }
        spot.park(deadline);
    }

    /// Own address and port.
    public Endpoint local() {
        return socket.local();
    }

    /// The peer's address and port.
    public Endpoint remote() {
        return socket.remote();
    }

    /// Reads at least one byte and at most `length`, waiting for the first one.
    ///
    /// @return how many bytes were read, -1 at the end of the stream; 0 only when `length` is 0
    /// @throws SocketTimeoutException when nothing came within the read timeout; the connection stays usable
    /// @throws SocketException when the connection was reset, timed out or is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        readLock.lock();
        try {
            socket.enter();
            try {
                if (length == 0) {
                    return 0;
                }
                int count = socket.read(into, offset, length);
                return count != 0 ? count : awaitAndRead(into, offset, length);
            } finally {
                socket.exit();
            }
        } finally {
            readLock.unlock();
        }
    }

    private int awaitAndRead(byte[] into, int offset, int length) throws IOException {
        socket.beforeWait();
        long deadline = reader.deadline(readTimeoutNanos);
        reader.enter();
        try {
            while (!socket.canRead()) {
                if (socket.isClosed()) {
                    throw SocketFaults.closed();
                }
                if (reader.isOver(deadline)) {
                    throw new SocketTimeoutException("Read timed out");
                }
                parkOrClose(reader, deadline);
            }
        } finally {
            reader.leave();
        }
        return socket.read(into, offset, length);
    }

    /// Reads into the whole of `into`: see [#read(byte[], int, int)].
    public int read(byte[] into) throws IOException {
        return read(into, 0, into.length);
    }

    /// Writes `length` bytes, waiting for room in the send buffer as often as it must. Returns when the last byte is
    /// in the send buffer; the peer may not have it yet.
    ///
    /// @throws SocketException when the connection broke, the output was shut down or the stream is closed
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
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

    private void awaitRoom(int left) throws IOException {
        int wanted = Math.max(1, Math.min(left, socket.sendCapacity() >> 2));
        writableWanted = wanted;
        writer.enter();
        try {
            while (!socket.canWrite(wanted)) {
                if (socket.isClosed()) {
                    throw SocketFaults.closed();
                }
                parkOrClose(writer, Time.NEVER);
            }
            if (socket.isClosed()) {
                throw SocketFaults.closed();
            }
        } finally {
            writer.leave();
        }
    }

    /// Writes all of `from`: see [#write(byte[], int, int)].
    public void write(byte[] from) throws IOException {
        write(from, 0, from.length);
    }

    /// Bytes that can be read without waiting.
    ///
    /// @throws SocketException when the stream is closed
    public int available() throws IOException {
        socket.enter();
        try {
            return socket.readable();
        } finally {
            socket.exit();
        }
    }

    /// Ends the output: the peer sees the end of the stream after all that was written. Reading goes on.
    ///
    /// @throws SocketException when the stream is closed
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

    /// True after [#shutdownOutput].
    public boolean isOutputShutdown() {
        return socket.isOutputShut();
    }

    /// Closes the stream and returns at once; what was written is still sent. Unread data, or data that comes later,
    /// resets the connection (RFC 1122 §4.2.2.13). Wakes blocked callers. Idempotent.
    @Override
    public void close() {
        closeBy(false);
    }

    /// Closes the stream and resets the connection: what was written and not yet sent is lost. Idempotent.
    public void abort() {
        closeBy(true);
    }

    private void closeBy(boolean abort) {
        socket.close(abort);
        reader.wakeNow();
        writer.wakeNow();
    }

    /// True after [#close] or [#abort].
    public boolean isClosed() {
        return socket.isClosed();
    }

    /// How long a read may wait for its first byte; [Duration#ZERO] (the default) for ever.
    ///
    /// @throws IllegalArgumentException when negative
    public void setReadTimeout(Duration timeout) {
        readTimeoutNanos = Timeouts.nanos(timeout);
    }

    /// The read timeout, [Duration#ZERO] when there is none.
    public Duration readTimeout() {
        return Duration.ofNanos(readTimeoutNanos);
    }

    /// Turns the Nagle algorithm off (true) or on: whether a small write leaves at once or may wait for the
    /// acknowledgment of what was sent before (RFC 9293 §3.7.4). What waits leaves when it is turned off. At
    /// first the connection's configuration says it.
    ///
    /// @throws SocketException when the stream or the host is closed
    public void setNoDelay(boolean off) throws IOException {
        socket.enter();
        try {
            socket.noDelay(off);
        } finally {
            socket.exit();
        }
    }

    /// True when small writes leave at once: see [#setNoDelay].
    public boolean noDelay() {
        return socket.noDelay();
    }

    /// The state of the connection: STATUS of RFC 9293 §3.9.1. Also works after [#close], while the host lives.
    ///
    /// @throws SocketException when the host is closed
    public TcpInfo info() throws IOException {
        return socket.info();
    }

    /// The receiving side as a stream. Closing it closes the connection.
    public InputStream input() {
        return new Input();
    }

    /// The sending side as a stream, unbuffered: [OutputStream#flush] has nothing to do. Closing it closes the
    /// connection.
    public OutputStream output() {
        return new Output();
    }

    @Override
    public String toString() {
        return "TcpStream[" + local() + " -> " + remote() + (isClosed() ? ", closed]" : "]");
    }

    private final class Input extends InputStream {
        private final byte[] one = new byte[1];

        @Override
        public int read() throws IOException {
            readLock.lock();
            try {
                return TcpStream.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            } finally {
                readLock.unlock();
            }
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return TcpStream.this.read(into, offset, length);
        }

        @Override
        public int available() throws IOException {
            return TcpStream.this.available();
        }

        @Override
        public void close() {
            TcpStream.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            TcpStream.this.write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            TcpStream.this.write(from, offset, length);
        }

        @Override
        public void close() {
            TcpStream.this.close();
        }
    }
}
