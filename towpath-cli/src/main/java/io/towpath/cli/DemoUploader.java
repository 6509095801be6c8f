package io.towpath.cli;

import io.towpath.core.Time;
import io.towpath.sim.Actor;
import io.towpath.sim.SimHost;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpState;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// The client of the demo: opens a connection; when told, sends its file and reads the digest that the server answers
/// with; when told, closes.
final class DemoUploader implements Actor {
    private final SimHost host;
    private final DemoContent content;
    private final byte[] answer = new byte[DemoContent.DIGEST];
    private int answered;
    private boolean sending;
    private boolean ended;
    private @Nullable TcpConnection connection;
    private @Nullable TcpError error;

    DemoUploader(SimHost host, DemoContent content) {
        this.host = host;
        this.content = content;
    }

    void open(long now, IpAddress address, int port, TcpConfig config) {
        switch (host.tcp().connect(now, null, 0, address, port, config)) {
            case TcpConnection.Opened(TcpConnection opened) -> {
                connection = opened;
                opened.attach(this);
            }
            case TcpConnection.Failed(TcpError failure) -> error = failure;
        }
    }

    /// Begins to send, when the connection is open.
    void send(long now) {
        sending = true;
        on(now);
    }

    void close(long now) {
        if (connection != null && !connection.isDead()) {
            host.tcp().close(now, connection);
        }
    }

    @Override
    public void on(long now) {
        TcpConnection c = connection;
        if (c == null) {
            return;
        }
        if (c.error() != null) {
            error = c.error();
            return;
        }
        write(now, c);
        read(now, c);
    }

    private void write(long now, TcpConnection c) {
        if (!sending || c.isClosedForSending()) {
            return;
        }
        boolean any = false;
        for (int want = content.available(); want > 0; want = content.available()) {
            int took = c.sendRing().write(content.block(), content.at(), want);
            if (took == 0) {
                break;
            }
            content.took(took);
            any = true;
        }
        if (any) {
            host.tcp().written(now, c);
        }
    }

    private void read(long now, TcpConnection c) {
        int n = c.receiveRing().read(answer, answered, answer.length - answered);
        if (n > 0) {
            answered += n;
            host.tcp().consumed(now, c);
        }
        ended |= c.endOfStream() && c.receiveRing().readable() == 0;
    }

    @Nullable
    TcpConnection connection() {
        return connection;
    }

    @Nullable
    TcpError error() {
        return error;
    }

    boolean isOpen() {
        return connection != null && connection.state() == TcpState.ESTABLISHED;
    }

    boolean isAnswered() {
        return answered == answer.length;
    }

    /// What the server says the digest of the file is.
    byte[] answer() {
        return answer.clone();
    }

    /// True when both directions ended in order.
    boolean isClosed() {
        return ended && connection != null && connection.isDead() && error == null;
    }

    @Override
    public long deadline() {
        return Time.NEVER;
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
        return connection == null
                ? "not connected"
                : "client " + connection.state().rfcName();
    }
}
