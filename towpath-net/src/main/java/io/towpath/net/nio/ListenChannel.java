package io.towpath.net.nio;

import io.towpath.core.Time;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.InetAddresses;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ListenSocket;
import io.towpath.net.shard.Opener;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.StreamSocket;
import io.towpath.net.socket.TcpOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A [ServerSocketChannel] of a Towpath host.
final class ListenChannel extends ServerSocketChannel implements Selectable {
    private static final int BACKLOG = 50;
    private static final Set<SocketOption<?>> OPTIONS = Set.of(
            StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR, StandardSocketOptions.SO_REUSEPORT);

    private final Router router;
    private final TcpOptions options;
    private final KeyRing keys = new KeyRing();
    private final ParkingSpot acceptor;
    private final ReentrantLock acceptLock = new ReentrantLock();
    private final Object lock = new Object();
    private @Nullable ServerSocket adaptor;
    private volatile @Nullable ListenSocket socket;
    private volatile @Nullable ServerSocketChannel outside;

    ListenChannel(SelectorProvider provider, Router router) {
        super(provider);
        this.router = router;
        this.options = new TcpOptions(router.tcp());
        options.reuseAddress(true);
        this.acceptor = new ParkingSpot(router.time());
    }

    private void onReady(int signals, Driving driving) {
        acceptor.wake(driving);
        keys.raise(SelectionKey.OP_ACCEPT, driving);
    }

    @Override
    public KeyRing keys() {
        return keys;
    }

    @Override
    public @Nullable SelectableChannel outside() {
        return outside;
    }

    @Override
    public int readyOps(HostKey key) {
        if (outside != null) {
            return key.hostReady;
        }
        ListenSocket mine = socket;
        return mine != null && mine.canAccept() ? SelectionKey.OP_ACCEPT : 0;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        synchronized (lock) {
            checkOpen();
            if (socket != null || outside != null) {
                throw new AlreadyBoundException();
            }
            InetSocketAddress address = local == null ? new InetSocketAddress(0) : Checks.address(local);
            Opener host = router.at(InetAddresses.local(address.getAddress()));
            if (host == null) {
                bindOutside(address, backlog);
                return this;
            }
            ListenSocket made = host.listen(
                    null,
                    InetAddresses.local(address.getAddress()),
                    address.getPort(),
                    backlog < 1 ? BACKLOG : backlog,
                    options.config());
            socket = made;
            made.readiness(this::onReady);
        }
        keys.raise(SelectionKey.OP_ACCEPT, null); // who came before anybody was told
        return this;
    }

    private void bindOutside(InetSocketAddress address, int backlog) throws IOException {
        ServerSocketChannel made = router.outside().openServerSocketChannel();
        try {
            for (SocketOption<?> option : OPTIONS) {
                copy(option, made);
            }
            SelectableChannel ignored = made.bind(address, backlog).configureBlocking(isBlocking());
        } catch (Throwable failure) {
            made.close();
            throw failure;
        }
        outside = made;
        keys.outside();
    }

    private <T> void copy(SocketOption<T> option, ServerSocketChannel to) throws IOException {
        if (options.isSet(option)) {
            ServerSocketChannel ignored = to.setOption(option, options.get(option));
        }
    }

    @Override
    public @Nullable SocketChannel accept() throws IOException {
        return accept(isBlocking(), 0);
    }

    /// @param timeoutNanos how long to wait if it may, 0 for ever
    /// @throws SocketTimeoutException when nobody came in time
    @Nullable
    SocketChannel accept(boolean wait, long timeoutNanos) throws IOException {
        acceptLock.lock();
        try {
            checkOpen();
            ServerSocketChannel out = outside;
            if (out != null) {
                return acceptOutside(out, (int) (timeoutNanos / Time.MILLISECOND));
            }
            ListenSocket mine = socket;
            if (mine == null) {
                throw new NotYetBoundException();
            }
            StreamSocket next = wait ? await(mine, timeoutNanos) : Attempt.on(this, mine::poll);
            return next == null ? null : new StreamChannel(provider(), router, next);
        } finally {
            acceptLock.unlock();
        }
    }

    private @Nullable SocketChannel acceptOutside(ServerSocketChannel out, int timeoutMillis) throws IOException {
        try {
            SocketChannel accepted;
            if (timeoutMillis == 0) {
                accepted = out.accept();
            } else {
                out.socket().setSoTimeout(timeoutMillis);
                accepted = out.socket().accept().getChannel();
            }
            return accepted == null ? null : new StreamChannel(provider(), router, accepted);
        } finally {
            if (!out.isOpen()) {
                close();
            }
        }
    }

    private StreamSocket await(ListenSocket mine, long timeoutNanos) throws IOException {
        long deadline = acceptor.deadline(timeoutNanos);
        StreamSocket next = null;
        boolean timedOut = false;
        try {
            begin();
            next = mine.poll();
            while (next == null) {
                acceptor.enter();
                try {
                    while (!mine.canAccept() && !timedOut) {
                        Interrupts.CHANNEL.park(acceptor, deadline, () -> {});
                        timedOut = acceptor.isOver(deadline);
                    }
                } finally {
                    acceptor.leave();
                }
                next = mine.poll();
                if (next == null && timedOut) {
                    throw new SocketTimeoutException("Accept timed out");
                }
            }
            return next;
        } finally {
            end(next != null || timedOut);
        }
    }

    @Override
    public ServerSocket socket() {
        synchronized (lock) {
            ServerSocket made = adaptor;
            if (made == null) {
                made = ChannelServerSocket.of(this);
                adaptor = made;
            }
            return made;
        }
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return localAddress();
    }

    /// Where it listens, also after the close; null before.
    @Nullable
    InetSocketAddress localAddress() {
        ServerSocketChannel out = outside;
        if (out != null) {
            return (InetSocketAddress) out.socket().getLocalSocketAddress();
        }
        ListenSocket mine = socket;
        return mine == null ? null : new InetSocketAddress(InetAddresses.inet(mine.address()), mine.port());
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        Checks.option(name, OPTIONS);
        T checked = TcpOptions.checked(name, value);
        synchronized (lock) {
            checkOpen();
            options.set(name, checked);
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Checks.option(name, OPTIONS);
        synchronized (lock) {
            checkOpen();
            return options.get(name);
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return OPTIONS;
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        ServerSocketChannel out = outside;
        if (out != null) {
            out.close();
            return;
        }
        ListenSocket mine;
        synchronized (lock) {
            mine = socket;
        }
        if (mine != null) {
            mine.close();
            acceptor.wakeNow();
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        ServerSocketChannel out = outside;
        if (out != null) { // a channel of a Towpath host asks at each operation
            if (block) {
                keys.releaseOutside();
            }
            SelectableChannel ignored = out.configureBlocking(block);
        }
    }

    /// For the adaptor's timeout, which is in milliseconds.
    static long nanos(int millis) {
        return millis * Time.MILLISECOND;
    }

    @Override
    public String toString() {
        InetSocketAddress local = localAddress();
        return "io.towpath.ServerSocketChannel[" + (!isOpen() ? "closed" : local == null ? "unbound" : local.toString())
                + "]";
    }
}
