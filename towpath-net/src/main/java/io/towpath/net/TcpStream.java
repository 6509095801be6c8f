package io.towpath.net;

import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.StreamCalls;
import io.towpath.net.shard.StreamSocket;
import io.towpath.net.shard.Timeouts;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpIndication;
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
    private final StreamCalls calls;
    private final ReentrantLock oneLock = new ReentrantLock();
    private final long keepAliveIntervalNanos;
    private volatile long readTimeoutNanos;

    TcpStream(StreamSocket socket) {
        this.socket = socket;
        this.calls = new StreamCalls(socket, Interrupts.CLOSE);
        this.keepAliveIntervalNanos = socket.config().keepAliveIntervalNanos();
        socket.readiness(calls);
    }

    /// Waits until the connection is open, on the calling thread.
    ///
    /// @param timeoutNanos 0 for no limit but the configuration's
    void awaitConnected(long timeoutNanos) throws IOException {
        calls.awaitConnected(timeoutNanos);
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
        return calls.read(into, offset, length, readTimeoutNanos);
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
        calls.write(from, offset, length);
    }

    /// Writes all of `from`: see [#write(byte[], int, int)].
    public void write(byte[] from) throws IOException {
        write(from, 0, from.length);
    }

    /// Bytes that can be read without waiting.
    ///
    /// @throws SocketException when the stream is closed
    public int available() throws IOException {
        return calls.available();
    }

    /// Ends the output: the peer sees the end of the stream after all that was written. Reading goes on.
    ///
    /// @throws SocketException when the stream is closed
    public void shutdownOutput() throws IOException {
        calls.shutdownOutput();
    }

    /// True after [#shutdownOutput].
    public boolean isOutputShutdown() {
        return socket.isOutputShut();
    }

    /// Closes the stream and returns at once; what was written is still sent. Unread data, or data that comes later,
    /// resets the connection (RFC 1122 §4.2.2.13). Wakes blocked callers. Idempotent.
    @Override
    public void close() {
        boolean ignored = calls.close(false);
    }

    /// Closes the stream and resets the connection: what was written and not yet sent is lost. Idempotent.
    public void abort() {
        boolean ignored = calls.close(true);
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
            socket.configure(config -> config.withNoDelay(off));
        } finally {
            socket.exit();
        }
    }

    /// True when small writes leave at once: see [#setNoDelay].
    public boolean noDelay() {
        return socket.config().noDelay();
    }

    /// Has the peer asked whether it is still there when nothing came from it for `idle` (keep-alive, RFC 9293
    /// §3.8.4), or not at all with [Duration#ZERO]. A question without an answer is repeated after the
    /// configuration's [TcpConfig#keepAliveIntervalNanos], or `idle` if that is shorter; after
    /// [TcpConfig#keepAliveProbes] of them the connection is given up, and reading fails with
    /// `SocketException("Connection timed out")`. At first the configuration says all of it.
    ///
    /// @throws IllegalArgumentException when negative
    /// @throws SocketException when the stream or the host is closed
    public void setKeepAlive(Duration idle) throws IOException {
        long nanos = Timeouts.nanos(idle);
        socket.enter();
        try {
            socket.configure(config -> nanos == 0 ? config.withKeepAlive(false) : keptAlive(config, nanos));
        } finally {
            socket.exit();
        }
    }

    /// The next question comes one interval after the last one even when that was answered, so an interval longer
    /// than `idle` would let more time pass.
    private TcpConfig keptAlive(TcpConfig config, long idleNanos) {
        return config.withKeepAlive(true)
                .withKeepAliveIdleNanos(idleNanos)
                .withKeepAliveIntervalNanos(Math.min(idleNanos, keepAliveIntervalNanos));
    }

    /// After what time without a word from the peer it is asked whether it is there, [Duration#ZERO] when it is not:
    /// see [#setKeepAlive].
    public Duration keepAlive() {
        TcpConfig config = socket.config();
        return config.keepAlive() ? Duration.ofNanos(config.keepAliveIdleNanos()) : Duration.ZERO;
    }

    /// What the engine knows of the connection. Also works after [#close], while the host lives.
    ///
    /// @throws SocketException when the host is closed
    public TcpInfo info() throws IOException {
        return socket.info();
    }

    /// STATUS by the fields of RFC 9293 §3.9.1.5. Also works after [#close], while the host lives.
    ///
    /// @throws SocketException when the host is closed
    public TcpIndication.StatusResponse status() throws IOException {
        return socket.status();
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
            oneLock.lock();
            try {
                return TcpStream.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            } finally {
                oneLock.unlock();
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
