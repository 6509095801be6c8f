package io.towpath.net.socket;

import io.towpath.core.Time;
import io.towpath.net.shard.InetAddresses;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ListenSocket;
import io.towpath.net.shard.Opener;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.shard.SocketFaults;
import io.towpath.net.shard.StreamCalls;
import io.towpath.net.shard.StreamSocket;
import io.towpath.tcp.BoundPorts;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What `java.net.Socket` and `java.net.ServerSocket` call, on a Towpath host. Exceptions and their words are the
/// JDK's.
public final class SocketBackend extends SocketImpl {
    private static final int BACKLOG = 50;

    private final Opener opener;
    private final TcpOptions options;
    private final boolean server;
    private final Object lock = new Object();
    private final ReentrantLock acceptLock = new ReentrantLock();

    // Guarded by `lock`.
    private BoundPorts.@Nullable Bound bound;
    private boolean connecting;
    private boolean closed;
    private boolean urgentInline;

    private volatile @Nullable StreamCalls calls;
    private volatile @Nullable Listening listening;
    private volatile int timeoutMillis;

    /// A socket that listens, and where its acceptors wait.
    private record Listening(ListenSocket socket, ParkingSpot acceptor) {}

    /// For a socket that is neither bound nor connected.
    public SocketBackend(Opener opener, boolean server) {
        this.opener = opener;
        this.options = new TcpOptions(opener.tcp());
        this.server = server;
        options.reuseAddress(server);
    }

    @Override
    protected void create(boolean stream) throws IOException {
        if (!stream) {
            throw new IOException("Datagram socket creation not supported");
        }
    }

    // ---- opening --------------------------------------------------------------------------------------------------

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), timeoutMillis);
    }

    @Override
    protected void connect(InetAddress host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), timeoutMillis);
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        if (!(remote instanceof InetSocketAddress peer)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        if (peer.isUnresolved()) {
            throw new UnknownHostException(peer.getHostName());
        }
        try {
            StreamCalls opening = begin(peer);
            opening.awaitConnected(millis * Time.MILLISECOND);
            synchronized (lock) {
                checkOpen();
                connecting = false;
                connected(opening.socket(), peer.getAddress());
            }
        } catch (SocketTimeoutException e) {
            close();
            throw e;
        } catch (InterruptedIOException e) {
            close();
            throw new SocketException("Closed by interrupt");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private StreamCalls begin(InetSocketAddress peer) throws IOException {
        synchronized (lock) {
            checkOpen();
            if (connecting) {
                throw new SocketException("Connection in progress");
            }
            if (calls != null) {
                throw new SocketException("Already connected");
            }
            Endpoint remote = InetAddresses.remote(peer);
            BoundPorts.Bound before = bound;
            bound = null;
            StreamSocket socket = opener.connect(
                    before,
                    before == null ? null : before.address(),
                    before == null ? 0 : before.port(),
                    remote,
                    options.config());
            connecting = true;
            return use(socket);
        }
    }

    private StreamCalls use(StreamSocket socket) {
        StreamCalls made = new StreamCalls(socket, Interrupts.SOCKET);
        socket.urgentInline(urgentInline);
        socket.readiness(made);
        options.attach(socket);
        calls = made;
        return made;
    }

    private void connected(StreamSocket socket, InetAddress peer) {
        address = peer;
        port = socket.remote().port();
        localport = socket.local().port();
    }

    @Override
    protected void bind(InetAddress host, int wanted) throws IOException {
        synchronized (lock) {
            checkOpen();
            if (localport != 0) {
                throw new SocketException("Already bound");
            }
            BoundPorts.Bound taken = opener.bind(InetAddresses.local(host), wanted, options.shared());
            bound = taken;
            address = host;
            localport = taken.port();
        }
    }

    @Override
    protected void listen(int backlog) throws IOException {
        synchronized (lock) {
            checkOpen();
            BoundPorts.Bound before = bound;
            if (before == null) {
                throw new SocketException("Not bound");
            }
            bound = null;
            ListenSocket socket = opener.listen(
                    before, before.address(), before.port(), backlog < 1 ? BACKLOG : backlog, options.config());
            ParkingSpot acceptor = new ParkingSpot(socket.shard.time());
            socket.readiness((signals, driving) -> acceptor.wake(driving));
            listening = new Listening(socket, acceptor);
        }
    }

    @Override
    protected void accept(SocketImpl into) throws IOException {
        if (!(into instanceof SocketBackend accepted)) {
            throw new SocketException("Not a socket of a Towpath host: " + into.getClass());
        }
        Listening here = listening;
        if (here == null) {
            throw isClosed() ? SocketFaults.closed() : new SocketException("Not listening");
        }
        long deadline = here.acceptor().deadline(timeoutMillis * Time.MILLISECOND);
        acceptLock.lock();
        try {
            StreamSocket next = here.socket().poll();
            while (next == null) {
                Interrupts.SOCKET.await(
                        here.acceptor(), here.socket()::canAccept, deadline, "Accept timed out", () -> {});
                next = here.socket().poll();
            }
            accepted.become(next);
        } finally {
            acceptLock.unlock();
        }
    }

    private void become(StreamSocket socket) throws SocketException {
        synchronized (lock) {
            if (closed || calls != null) {
                boolean ignored = socket.close(true);
                throw new SocketException("Not a newly created socket");
            }
            StreamCalls ignored = use(socket);
            connected(socket, InetAddresses.inet(socket.remote().address()));
        }
    }

    // ---- using ----------------------------------------------------------------------------------------------------

    private void checkOpen() throws SocketException {
        if (closed) {
            throw SocketFaults.closed();
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private StreamCalls connectedCalls() throws SocketException {
        StreamCalls mine = calls;
        if (mine == null) {
            throw isClosed() ? SocketFaults.closed() : new SocketException("Not connected");
        }
        return mine;
    }

    @Override
    protected InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, into.length);
                return length == 0 ? 0 : connectedCalls().read(into, offset, length, timeoutMillis * Time.MILLISECOND);
            }

            @Override
            public int available() throws IOException {
                return SocketBackend.this.available();
            }

            @Override
            public void close() {
                SocketBackend.this.close();
            }
        };
    }

    @Override
    protected OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, from.length);
                connectedCalls().write(from, offset, length);
            }

            @Override
            public void close() {
                SocketBackend.this.close();
            }
        };
    }

    @Override
    protected int available() throws IOException {
        return connectedCalls().available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        connectedCalls().shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        connectedCalls().shutdownOutput();
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        connectedCalls().writeUrgent((byte) data);
    }

    /// Wakes whoever is blocked. A linger interval makes it wait until the peer has everything.
    @Override
    protected void close() {
        BoundPorts.Bound before;
        int linger;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            before = bound;
            bound = null;
            linger = options.linger();
        }
        if (before != null) {
            opener.unbind(before);
        }
        Listening here = listening;
        if (here != null) {
            here.socket().close();
            here.acceptor().wakeNow();
        }
        StreamCalls mine = calls;
        if (mine != null) {
            mine.closeLingering(linger);
        }
    }

    // ---- options --------------------------------------------------------------------------------------------------

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return server ? TcpOptions.ofListeners() : TcpOptions.ofConnections();
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        checkSupported(name);
        synchronized (lock) {
            T checked = TcpOptions.checked(name, value);
            checkOpen();
            options.set(name, checked);
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        checkSupported(name);
        synchronized (lock) {
            checkOpen();
            return options.get(name);
        }
    }

    private void checkSupported(SocketOption<?> name) {
        Objects.requireNonNull(name);
        if (!supportedOptions().contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    @Override
    public void setOption(int number, Object value) throws SocketException {
        synchronized (lock) {
            checkOpen();
            switch (number) {
                case SO_TIMEOUT -> timeoutMillis = timeout(value);
                case SO_OOBINLINE -> {
                    urgentInline = flag(value, "SO_OOBINLINE");
                    StreamCalls mine = calls;
                    if (mine != null) {
                        mine.socket().urgentInline(urgentInline);
                    }
                }
                case SO_LINGER ->
                    options.set(
                            StandardSocketOptions.SO_LINGER, value == Boolean.FALSE ? -1 : number(value, "SO_LINGER"));
                case IP_TOS -> options.set(StandardSocketOptions.IP_TOS, number(value, "IP_TOS"));
                case TCP_NODELAY -> options.set(StandardSocketOptions.TCP_NODELAY, flag(value, "TCP_NODELAY"));
                case SO_KEEPALIVE -> options.set(StandardSocketOptions.SO_KEEPALIVE, flag(value, "SO_KEEPALIVE"));
                case SO_REUSEADDR -> options.set(StandardSocketOptions.SO_REUSEADDR, flag(value, "SO_REUSEADDR"));
                case SO_REUSEPORT -> options.set(StandardSocketOptions.SO_REUSEPORT, flag(value, "SO_REUSEPORT"));
                case SO_SNDBUF -> options.set(StandardSocketOptions.SO_SNDBUF, size(value, "SO_SNDBUF"));
                case SO_RCVBUF -> options.set(StandardSocketOptions.SO_RCVBUF, size(value, "SO_RCVBUF"));
                default -> throw new SocketException("Unknown option " + number);
            }
        }
    }

    @Override
    public Object getOption(int number) throws SocketException {
        synchronized (lock) {
            checkOpen();
            return switch (number) {
                case SO_TIMEOUT -> timeoutMillis;
                case SO_OOBINLINE -> urgentInline;
                case SO_LINGER -> options.linger() < 0 ? Boolean.FALSE : (Object) options.linger();
                case SO_BINDADDR -> InetAddresses.inet(localAddress());
                case IP_TOS -> options.get(StandardSocketOptions.IP_TOS);
                case TCP_NODELAY -> options.get(StandardSocketOptions.TCP_NODELAY);
                case SO_KEEPALIVE -> options.get(StandardSocketOptions.SO_KEEPALIVE);
                case SO_REUSEADDR -> options.get(StandardSocketOptions.SO_REUSEADDR);
                case SO_REUSEPORT -> options.get(StandardSocketOptions.SO_REUSEPORT);
                case SO_SNDBUF -> options.get(StandardSocketOptions.SO_SNDBUF);
                case SO_RCVBUF -> options.get(StandardSocketOptions.SO_RCVBUF);
                default -> throw new SocketException("Unknown option " + number);
            };
        }
    }

    private @Nullable IpAddress localAddress() {
        StreamCalls mine = calls;
        BoundPorts.Bound mineBound = bound;
        Listening here = listening;
        if (mine != null) {
            return mine.socket().local().address();
        }
        if (mineBound != null) {
            return mineBound.address();
        }
        return here == null ? null : here.socket().address();
    }

    private static int number(Object value, String name) throws SocketException {
        if (value instanceof Integer number) {
            return number;
        }
        throw new SocketException("Bad value for " + name);
    }

    private static boolean flag(Object value, String name) throws SocketException {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new SocketException("Bad value for " + name);
    }

    private static int size(Object value, String name) throws SocketException {
        int bytes = number(value, name);
        if (bytes <= 0) {
            throw new SocketException(name + " <= 0");
        }
        return bytes;
    }

    private static int timeout(Object value) throws SocketException {
        int millis = number(value, "SO_TIMEOUT");
        if (millis < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        return millis;
    }
}
