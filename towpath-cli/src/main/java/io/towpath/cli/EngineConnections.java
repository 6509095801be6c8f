package io.towpath.cli;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.sim.DirectPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpConnection.Opened;
import io.towpath.tcp.TcpLayer;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;

/// Connections that one thread opens, accepts and closes at both ends, some at a time: it drives two stacks on a wire
/// in memory, whose turns serve all that are under way.
final class EngineConnections {
    private static final int PORT = 5001;
    private static final IpAddress RIGHT = IpAddress.parse("10.0.0.2");

    private final DirectPair pair;
    private final TcpLayer left;
    private final TcpLayer right;
    private final TcpListener listener;
    private final TcpConnection[] opened;
    private final TcpConnection[] accepted;
    private final long began = System.nanoTime();

    /// @param mtu largest IP packet
    /// @param together how many are under way together
    EngineConnections(int mtu, int together) {
        opened = new TcpConnection[together];
        accepted = new TcpConnection[together];
        // They come and go by the hundred thousand per second: TIME-WAIT of a minute would use up all ports.
        pair = new DirectPair(mtu, Offloads.NONE, TcpConfig.defaults().withTimeWaitNanos(Time.MILLISECOND), 1);
        left = pair.left().tcp();
        right = pair.right().tcp();
        if (!(right.listen(0, null, PORT, together, right.defaults())
                instanceof TcpListener.Listening(var listening))) {
            throw new IllegalStateException("cannot listen");
        }
        listener = listening;
    }

    /// @return connections per second, measured over `nanos`
    double run(long nanos) {
        long from = System.nanoTime();
        long now = from;
        long count = 0;
        while (now - from < nanos) {
            round(now - began);
            count += opened.length;
            now = System.nanoTime();
        }
        return count * 1e9 / (now - from);
    }

    private void round(long now) {
        for (int i = 0; i < opened.length; i++) {
            var result = left.connect(now, null, 0, RIGHT, PORT, left.defaults());
            if (!(result instanceof Opened(TcpConnection connection))) {
                throw new IllegalStateException("cannot connect: " + result);
            }
            opened[i] = connection;
        }
        acceptAll(now);
        for (TcpConnection connection : opened) {
            left.release(now, connection);
        }
        pair.turn(now); // the other end hears of it
        for (TcpConnection connection : accepted) {
            right.release(now, connection);
        }
        pair.settle(now);
    }

    private void acceptAll(long now) {
        int count = 0;
        while (count < accepted.length) {
            boolean moved = pair.turn(now);
            for (TcpConnection c = right.accept(now, listener); c != null; c = right.accept(now, listener)) {
                accepted[count++] = c;
                moved = true;
            }
            if (!moved) {
                throw new IllegalStateException("a connection did not open");
            }
        }
    }
}
