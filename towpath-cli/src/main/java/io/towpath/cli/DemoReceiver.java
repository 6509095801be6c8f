package io.towpath.cli;

import io.towpath.core.Time;
import io.towpath.sim.Actor;
import io.towpath.sim.SimHost;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.wire.Bytes;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// The server of the demo: accepts one connection, reads the length and the file, answers with the file's digest, and
/// closes a moment after the client did.
final class DemoReceiver implements Actor {
    /// How long the server takes to notice that the client closed: so its ACK and its FIN are two segments.
    private static final long CLOSE_NANOS = 5 * Time.MILLISECOND;

    private final SimHost host;
    private final MessageDigest digest = DemoContent.sha256();
    private final byte[] buffer = new byte[1 << 16];
    private final byte[] header = new byte[DemoContent.HEADER];
    private int headerLength;
    private long size = -1;
    private long received;
    private byte @Nullable [] sum;
    private long closeAt = Time.NEVER;
    private boolean closed;
    private @Nullable TcpListener listener;
    private @Nullable TcpConnection connection;
    private @Nullable TcpError error;

    DemoReceiver(SimHost host) {
        this.host = host;
    }

    void listen(long now, int port, TcpConfig config) {
        switch (host.tcp().listen(now, null, port, 1, config)) {
            case TcpListener.Listening(TcpListener open) -> {
                listener = open;
                open.attach(this);
            }
            case TcpListener.Failed(TcpError failure) -> error = failure;
        }
    }

    @Override
    public void on(long now) {
        if (connection == null && listener != null) {
            connection = host.tcp().accept(now, listener);
            if (connection != null) {
                connection.attach(this);
            }
        }
        TcpConnection c = connection;
        if (c == null || closed) {
            return;
        }
        if (c.error() != null) {
            error = c.error();
            return;
        }
        read(now, c);
        if (sum == null && received == size) {
            sum = digest.digest();
            c.sendRing().write(sum, 0, sum.length);
            host.tcp().written(now, c);
        }
        end(now, c);
    }

    private void read(long now, TcpConnection c) {
        for (int n = c.receiveRing().read(buffer, 0, buffer.length);
                n > 0;
                n = c.receiveRing().read(buffer, 0, buffer.length)) {
            int at = 0;
            while (headerLength < header.length && at < n) {
                header[headerLength++] = buffer[at++];
                if (headerLength == header.length) {
                    size = Bytes.i64(header, 0);
                }
            }
            digest.update(buffer, at, n - at);
            received += n - at;
            host.tcp().consumed(now, c);
        }
    }

    private void end(long now, TcpConnection c) {
        if (!c.endOfStream() || c.receiveRing().readable() > 0) {
            return;
        }
        if (closeAt == Time.NEVER) {
            closeAt = now + CLOSE_NANOS;
        } else if (now >= closeAt) {
            closed = true;
            host.tcp().close(now, c);
            if (listener != null) {
                host.tcp().close(now, listener);
            }
        }
    }

    @Nullable
    TcpError error() {
        return error;
    }

    boolean isOpen() {
        return connection != null && connection.state() == TcpState.ESTABLISHED;
    }

    /// Octets of the file received in order.
    long received() {
        return received;
    }

    /// True when the client has all that was answered.
    boolean isAnswerDelivered() {
        return sum != null && connection != null && connection.sendRing().readable() == 0;
    }

    /// The digest of what was received, null before the end.
    byte @Nullable [] sum() {
        return sum == null ? null : sum.clone();
    }

    boolean isClosed() {
        return closed && connection != null && connection.isDead();
    }

    @Override
    public long deadline() {
        return closed ? Time.NEVER : closeAt;
    }

    @Override
    public boolean isDone() {
        return error != null || isClosed();
    }

    @Override
    public void onReboot(long now) {
        throw new IllegalStateException("the demo reboots nobody");
    }

    @Override
    public String status() {
        return connection == null ? "listening" : "server " + connection.state().rfcName();
    }
}
