package io.towpath.net.nio;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.InetAddresses;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.Opener;
import io.towpath.net.shard.StreamCalls;
import io.towpath.net.shard.StreamSocket;
import io.towpath.net.socket.TcpOptions;
import io.towpath.tcp.BoundPorts;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A [SocketChannel] of a Towpath host.
final class StreamChannel extends SocketChannel implements Selectable {
    /// Signals after which a channel may be ready to be read or written.
    private static final int READ_SIGNALS = Signals.READABLE | Signals.END_OF_STREAM | Signals.CLOSED;

    private static final int WRITE_SIGNALS = Signals.WRITABLE | Signals.CONNECTED | Signals.CLOSED;
    private static final int CONNECT_SIGNALS = Signals.CONNECTED | Signals.CLOSED;

    private final Router router;
    private final TcpOptions options;
    private final KeyRing keys = new KeyRing();
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final StreamBuffers buffers = new StreamBuffers();
    private final Object lock = new Object();

    // Guarded by `lock`.
    private @Nullable InetSocketAddress wanted;
    private @Nullable Opener opener;
    private BoundPorts.@Nullable Bound bound;
    private @Nullable Socket adaptor;

    private volatile @Nullable StreamCalls calls;
    private volatile boolean connected;
    private volatile @Nullable SocketChannel outside;

    /// A channel that is not connected.
    StreamChannel(SelectorProvider provider, Router router) {
        super(provider);
        this.router = router;
        this.options = new TcpOptions(router.tcp());
    }

    /// A channel of a connection that the operating system accepted.
    StreamChannel(SelectorProvider provider, Router router, SocketChannel accepted) {
        this(provider, router);
        outside = accepted;
    }

    /// A channel of an accepted connection.
    StreamChannel(SelectorProvider provider, Router router, StreamSocket accepted) {
        this(provider, router);
        StreamCalls ignored = use(accepted);
        connected = true;
    }

    private StreamCalls use(StreamSocket socket) {
        StreamCalls made = new StreamCalls(socket, Interrupts.CHANNEL);
        socket.urgentInline(false);
        options.attach(socket);
        calls = made;
        socket.readiness(this::onReady);
        return made;
    }

    /// On the shard's owner.
    private void onReady(int signals, Driving driving) {
        StreamCalls mine = calls;
        if (mine != null) {
            mine.onReady(signals, driving);
        }
        int ops = (signals & READ_SIGNALS) != 0 ? SelectionKey.OP_READ : 0;
        ops |= (signals & WRITE_SIGNALS) != 0 ? SelectionKey.OP_WRITE : 0;
        ops |= (signals & CONNECT_SIGNALS) != 0 ? SelectionKey.OP_CONNECT : 0;
        keys.raise(ops, driving);
    }

    // ---- selection ------------------------------------------------------------------------------------------------

    @Override
    public KeyRing keys() {
        return keys;
    }

    @Override
    public @Nullable SelectableChannel outside() {
        return outside;
    }

    /// From now on this channel stands for one of the operating system's.
    private SocketChannel goOutside() throws IOException {
        SocketChannel made = router.outside().openSocketChannel();
        for (SocketOption<?> option : made.supportedOptions()) {
            copy(option, made);
        }
        made.configureBlocking(isBlocking());
        outside = made;
        keys.outside();
        return made;
    }

    private <T> void copy(SocketOption<T> option, SocketChannel to) throws IOException {
        if (options.isSet(option)) {
            SocketChannel ignored = to.setOption(option, options.get(option));
        }
    }

    @Override
    public int readyOps(HostKey key) {
        if (outside != null) {
            return key.hostReady;
        }
        StreamCalls mine = calls;
        if (mine == null) {
            return 0;
        }
        StreamSocket socket = mine.socket();
        if (!connected) {
            return socket.isDead() ? validOps() : socket.isConnected() ? SelectionKey.OP_CONNECT : 0;
        }
        int ops = socket.canRead() ? SelectionKey.OP_READ : 0;
        // With a third of the buffer free, so that a writer is not woken for each acknowledgment.
        return socket.canWrite(Math.max(1, socket.sendCapacity() / 3)) ? ops | SelectionKey.OP_WRITE : ops;
    }

    // ---- state ----------------------------------------------------------------------------------------------------

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private StreamCalls connectedCalls() throws ClosedChannelException {
        checkOpen();
        StreamCalls mine = calls;
        if (mine == null || !connected) {
            throw new NotYetConnectedException();
        }
        return mine;
    }

    @Override
    public Socket socket() {
        synchronized (lock) {
            Socket made = adaptor;
            if (made == null) {
                made = ChannelSocket.of(this);
                adaptor = made;
            }
            return made;
        }
    }

    @Override
    public boolean isConnected() {
        SocketChannel out = outside;
        return out == null ? connected && isOpen() : out.isConnected();
    }

    @Override
    public boolean isConnectionPending() {
        SocketChannel out = outside;
        return out != null ? out.isConnectionPending() : calls != null && !connected && isOpen();
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        checkOpen();
        return remoteAddress();
    }

    /// The peer, also after the close; null before.
    @Nullable
    InetSocketAddress remoteAddress() {
        SocketChannel out = outside;
        if (out != null) {
            return (InetSocketAddress) out.socket().getRemoteSocketAddress();
        }
        StreamCalls mine = calls;
        return mine == null || !connected
                ? null
                : InetAddresses.inet(mine.socket().remote());
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return localAddress();
    }

    /// Own address, also after the close; null before.
    @Nullable
    InetSocketAddress localAddress() {
        SocketChannel out = outside;
        if (out != null) {
            return (InetSocketAddress) out.socket().getLocalSocketAddress();
        }
        StreamCalls mine = calls;
        if (mine != null) {
            return InetAddresses.inet(mine.socket().local());
        }
        synchronized (lock) {
            BoundPorts.Bound own = bound;
            return own == null ? wanted : new InetSocketAddress(InetAddresses.inet(own.address()), own.port());
        }
    }

    // ---- options --------------------------------------------------------------------------------------------------

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        Checks.option(name, supportedOptions());
        T checked = TcpOptions.checked(name, value);
        synchronized (lock) {
            checkOpen();
            options.set(name, checked);
            SocketChannel out = outside;
            if (out != null) {
                SocketChannel ignored = out.setOption(name, checked);
            }
        }
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Checks.option(name, supportedOptions());
        synchronized (lock) {
            checkOpen();
            SocketChannel out = outside;
            return out == null ? options.get(name) : out.getOption(name);
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return TcpOptions.ofConnections();
    }

    // ---- opening --------------------------------------------------------------------------------------------------

    @Override
    public SocketChannel bind(@Nullable SocketAddress local) throws IOException {
        synchronized (lock) {
            checkOpen();
            if (isConnectionPending()) {
                throw new ConnectionPendingException();
            }
            if (bound != null || calls != null || wanted != null || outside != null) {
                throw new AlreadyBoundException();
            }
            InetSocketAddress address = local == null ? new InetSocketAddress(0) : Checks.address(local);
            IpAddress own = InetAddresses.local(address.getAddress());
            Opener host = router.at(own);
            if (host != null) {
                opener = host;
                bound = host.bind(own, address.getPort(), options.shared());
            } else if (own == null) {
                wanted = address; // where, is known when it is connected
            } else {
                SocketChannel ignored = goOutside().bind(address);
            }
            return this;
        }
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        InetSocketAddress peer = Checks.address(remote);
        StreamCalls opening = begin(peer);
        if (opening == null) {
            return connectOutside(peer, 0);
        }
        if (!isBlocking()) {
            StreamSocket socket = opening.socket();
            if (!socket.isDead()) {
                // Not even when it is open by now, over a link in memory: no operating system is that fast, and there
                // are libraries that wait for OP_CONNECT whatever this returns.
                return false;
            }
            IOException fault = socket.connectFault();
            close();
            throw fault;
        }
        return awaitConnected(opening, 0);
    }

    private boolean connectOutside(InetSocketAddress peer, int timeoutMillis) throws IOException {
        SocketChannel out = Objects.requireNonNull(outside);
        try {
            if (timeoutMillis == 0) {
                return out.connect(peer);
            }
            out.socket().connect(peer, timeoutMillis);
            return true;
        } finally {
            closeWith(out);
        }
    }

    /// An inner channel that failed or was interrupted is closed; so is this one then.
    private void closeWith(SocketChannel out) throws IOException {
        if (!out.isOpen()) {
            close();
        }
    }

    /// Begins to connect; null when it is the operating system's matter.
    private @Nullable StreamCalls begin(InetSocketAddress peer) throws IOException {
        try {
            synchronized (lock) {
                checkOpen();
                if (connected) {
                    throw new AlreadyConnectedException();
                }
                if (calls != null) {
                    throw new ConnectionPendingException();
                }
                if (outside != null) {
                    return null;
                }
                Endpoint remote = InetAddresses.remote(peer);
                Opener host = opener == null ? router.toward(remote.address()) : opener;
                InetSocketAddress local = wanted;
                if (host == null) {
                    SocketChannel out = goOutside();
                    SocketChannel ignored = local == null ? out : out.bind(local);
                    return null;
                }
                opener = host;
                BoundPorts.Bound own = bound;
                bound = null;
                int port = own != null ? own.port() : local == null ? 0 : local.getPort();
                return use(host.connect(own, own == null ? null : own.address(), port, remote, options.config()));
            }
        } catch (SocketException e) {
            close(); // as documented: a connect that fails closes the channel
            throw e;
        }
    }

    /// Waits on the calling thread until the connection is open.
    ///
    /// @param timeoutNanos 0 for no limit
    /// @throws java.net.SocketTimeoutException when the time is over
    private boolean awaitConnected(StreamCalls opening, long timeoutNanos) throws IOException {
        boolean completed = false;
        try {
            begin();
            opening.awaitConnected(timeoutNanos);
            completed = becomeConnected();
            return true;
        } catch (IOException e) {
            if (isOpen()) {
                close();
                completed = true; // failed, but not by somebody else's close
            }
            throw e;
        } finally {
            end(completed);
        }
    }

    /// Connects as `Socket.connect` does, whether the channel blocks or not.
    void connect(SocketAddress remote, long timeoutNanos) throws IOException {
        InetSocketAddress peer = Checks.address(remote);
        StreamCalls opening = begin(peer);
        if (opening == null) {
            boolean ignored = connectOutside(peer, (int) (timeoutNanos / Time.MILLISECOND));
        } else {
            boolean ignored = awaitConnected(opening, timeoutNanos);
        }
    }

    private boolean becomeConnected() {
        connected = true;
        // Ready for other operations than before.
        keys.raise(SelectionKey.OP_READ | SelectionKey.OP_WRITE, null);
        return true;
    }

    @Override
    public boolean finishConnect() throws IOException {
        checkOpen();
        SocketChannel out = outside;
        if (out != null) {
            try {
                return out.finishConnect();
            } finally {
                closeWith(out);
            }
        }
        if (connected) {
            return true;
        }
        StreamCalls opening = calls;
        if (opening == null) {
            throw new NoConnectionPendingException();
        }
        if (isBlocking()) {
            return awaitConnected(opening, 0);
        }
        StreamSocket socket = opening.socket();
        if (socket.isConnected()) {
            return becomeConnected();
        }
        if (socket.isDead()) {
            IOException fault = socket.connectFault();
            close();
            throw fault;
        }
        return false;
    }

    // ---- reading --------------------------------------------------------------------------------------------------

    @Override
    public int read(ByteBuffer into) throws IOException {
        Objects.requireNonNull(into);
        return read(into, 0);
    }

    /// Reads, in blocking mode no longer than `timeoutNanos` (0: for ever).
    int read(ByteBuffer into, long timeoutNanos) throws IOException {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        SocketChannel out = outside;
        if (out != null) {
            return readOutside(out, into, timeoutNanos);
        }
        readLock.lock();
        try {
            StreamCalls mine = connectedCalls();
            if (mine.socket().isInputShut()) {
                return -1;
            }
            return into.hasRemaining() ? readWaiting(mine, into, timeoutNanos) : 0;
        } finally {
            readLock.unlock();
        }
    }

    private int readOutside(SocketChannel out, ByteBuffer into, long timeoutNanos) throws IOException {
        try {
            if (timeoutNanos == 0) {
                return out.read(into);
            }
            out.socket().setSoTimeout((int) (timeoutNanos / Time.MILLISECOND));
            return out.socket()
                    .getInputStream()
                    .read(into.array(), into.arrayOffset() + into.position(), into.remaining());
        } finally {
            closeWith(out);
        }
    }

    private int readWaiting(StreamCalls mine, ByteBuffer into, long timeoutNanos) throws IOException {
        if (!isBlocking()) {
            return Attempt.on(this, () -> buffers.read(mine, into, false, 0));
        }
        int count = 0;
        try {
            begin();
            count = buffers.read(mine, into, true, timeoutNanos);
            return count;
        } finally {
            end(count != 0);
        }
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        SocketChannel out = outside;
        if (out != null) {
            return out.read(into, offset, length);
        }
        readLock.lock();
        try {
            StreamCalls mine = connectedCalls();
            if (mine.socket().isInputShut()) {
                return -1;
            }
            long sum = 0;
            for (int i = offset; i < offset + length; i++) {
                if (into[i].isReadOnly()) {
                    throw new IllegalArgumentException("Read-only buffer");
                }
                if (!into[i].hasRemaining()) {
                    continue;
                }
                int count = sum == 0
                        ? readWaiting(mine, into[i], 0)
                        : mine.socket().readable() == 0 ? 0 : buffers.read(mine, into[i], false, 0);
                if (count < 0 && sum == 0) {
                    return -1;
                }
                sum += Math.max(0, count);
                if (into[i].hasRemaining()) {
                    break;
                }
            }
            return sum;
        } finally {
            readLock.unlock();
        }
    }

    // ---- writing --------------------------------------------------------------------------------------------------

    @Override
    public int write(ByteBuffer from) throws IOException {
        Objects.requireNonNull(from);
        return (int) write(new ByteBuffer[] {from}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        SocketChannel out = outside;
        if (out != null) {
            return out.write(from, offset, length);
        }
        writeLock.lock();
        try {
            StreamCalls mine = connectedCalls();
            if (mine.socket().isOutputShut()) {
                throw new ClosedChannelException();
            }
            if (!isBlocking()) {
                return Attempt.on(this, () -> buffers.write(mine, from, offset, length, false));
            }
            long sum = 0;
            try {
                begin();
                sum = buffers.write(mine, from, offset, length, true);
                return sum;
            } finally {
                end(sum > 0 || Scratch.remaining(from, offset, length) == 0);
            }
        } finally {
            writeLock.unlock();
        }
    }

    /// Writes one byte of urgent data, for the adaptor.
    void writeUrgent(byte data) throws IOException {
        SocketChannel out = outside;
        if (out == null) {
            connectedCalls().writeUrgent(data);
        } else {
            out.socket().sendUrgentData(data);
        }
    }

    // ---- ending ---------------------------------------------------------------------------------------------------

    @Override
    public SocketChannel shutdownInput() throws IOException {
        SocketChannel out = outside;
        if (out != null) {
            SocketChannel ignored = out.shutdownInput();
            return this;
        }
        connectedCalls().shutdownInput();
        keys.raise(SelectionKey.OP_READ, null);
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        SocketChannel out = outside;
        if (out != null) {
            SocketChannel ignored = out.shutdownOutput();
            return this;
        }
        connectedCalls().shutdownOutput();
        keys.raise(SelectionKey.OP_WRITE, null);
        return this;
    }

    boolean isInputShut() {
        SocketChannel out = outside;
        if (out != null) {
            return out.socket().isInputShutdown();
        }
        StreamCalls mine = calls;
        return mine != null && mine.socket().isInputShut();
    }

    boolean isOutputShut() {
        SocketChannel out = outside;
        if (out != null) {
            return out.socket().isOutputShutdown();
        }
        StreamCalls mine = calls;
        return mine != null && mine.socket().isOutputShut();
    }

    int available() throws IOException {
        SocketChannel out = outside;
        return out != null
                ? out.socket().getInputStream().available()
                : connectedCalls().available();
    }

    boolean urgentInline() {
        StreamCalls mine = calls;
        return mine != null && mine.socket().urgentInline();
    }

    void urgentInline(boolean inline) {
        StreamCalls mine = calls;
        if (mine != null) {
            mine.socket().urgentInline(inline);
        }
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        SocketChannel out = outside;
        if (out != null) {
            out.close();
            return;
        }
        BoundPorts.Bound own;
        Opener host;
        StreamCalls mine;
        synchronized (lock) {
            own = bound;
            bound = null;
            host = opener;
            mine = calls;
        }
        if (own != null && host != null) {
            host.unbind(own);
        }
        if (mine != null) {
            // A channel that does not block does not linger either, unless to reset.
            int linger = options.linger();
            mine.closeLingering(linger > 0 && !isBlocking() ? -1 : linger);
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        SocketChannel out = outside;
        if (out != null) { // a channel of a Towpath host asks at each operation
            if (block) {
                keys.releaseOutside();
            }
            SelectableChannel ignored = out.configureBlocking(block);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("io.towpath.SocketChannel[");
        if (!isOpen()) {
            text.append("closed");
        } else {
            text.append(connected ? "connected" : isConnectionPending() ? "connection-pending" : "unconnected");
            InetSocketAddress local = localAddress();
            InetSocketAddress remote = remoteAddress();
            text.append(local == null ? "" : " local=" + local).append(remote == null ? "" : " remote=" + remote);
        }
        return text.append(']').toString();
    }
}
