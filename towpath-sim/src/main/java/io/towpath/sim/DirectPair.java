package io.towpath.sim;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.PacketPool;
import io.towpath.link.MemoryLink;
import io.towpath.stack.Stack;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;

/// Two stacks on a wire in memory, driven by one thread with nothing in between: no checkers, no threads to hand over
/// to, and time is whatever the caller says. For measuring what the engines can do.
///
/// The stacks are `10.0.0.1` on the left and `10.0.0.2` on the right. Single owner.
public final class DirectPair {
    private static final int BATCH = 256;
    private static final int WIRE_CAPACITY = 1024;
    private static final int PORT = 5001;

    private final DirectStack left;
    private final DirectStack right;

    /// Two ends of one connection.
    ///
    /// @param left the side that opened
    /// @param right the side that accepted
    public record Connected(TcpConnection left, TcpConnection right) {}

    /// A pair of stacks.
    ///
    /// @param mtu largest IP packet in bytes
    /// @param offloads what the wire does for the stacks
    /// @param tcp how connections behave
    /// @param seed of all chance
    public DirectPair(int mtu, Offloads offloads, TcpConfig tcp, long seed) {
        var wire = MemoryLink.pair("wire", mtu, offloads, WIRE_CAPACITY);
        var entropy = Entropy.seeded(seed);
        // One owner drives both, so one pool serves both, and packets come back to it while the caches hold them.
        var pool = new PacketPool();
        left = side("left", "10.0.0.1/24", wire.a(), tcp, pool, entropy);
        right = side("right", "10.0.0.2/24", wire.b(), tcp, pool, entropy);
    }

    private static DirectStack side(
            String name, String address, MemoryLink link, TcpConfig tcp, PacketPool pool, Entropy entropy) {
        return new DirectStack(name, Prefix.parse(address), link, tcp, Context.of(pool, entropy.split(name)), BATCH);
    }

    /// The stack with address 10.0.0.1.
    public Stack left() {
        return left.stack();
    }

    /// The stack with address 10.0.0.2.
    public Stack right() {
        return right.stack();
    }

    /// Lets both stacks do what they can do at this moment, once: left, then right. Signals of sockets are thrown away:
    /// the caller looks at the sockets.
    ///
    /// @param now nanoseconds; must not go back
    /// @return true when a packet moved
    public boolean turn(long now) {
        boolean moved = left.receive(now) | left.send(now);
        return right.receive(now) | right.send(now) | moved;
    }

    /// Turns until no packet moves any more at this moment.
    public void settle(long now) {
        while (turn(now)) {
            // goes on
        }
    }

    /// Opens a connection from left to right, which takes no time.
    ///
    /// @throws IllegalStateException when it does not open
    public Connected connect(long now) {
        var listening = right.stack()
                .tcp()
                .listen(now, null, PORT, 1, right.stack().tcp().defaults());
        var opened = left.stack()
                .tcp()
                .connect(
                        now,
                        null,
                        0,
                        IpAddress.parse("10.0.0.2"),
                        PORT,
                        left.stack().tcp().defaults());
        settle(now);
        if (listening instanceof TcpListener.Listening(TcpListener listener)
                && opened instanceof TcpConnection.Opened(TcpConnection connection)) {
            TcpConnection accepted = right.stack().tcp().accept(now, listener);
            if (accepted != null) {
                right.stack().tcp().close(now, listener);
                return new Connected(connection, accepted);
            }
        }
        throw new IllegalStateException("no connection: " + listening + ", " + opened);
    }
}
