package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.NotificationHandler;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpSocketOption;
import com.sun.nio.sctp.SctpStandardSocketOptions;
import com.sun.nio.sctp.SctpStandardSocketOptions.InitMaxStreams;
import io.towpath.core.Signals;
import io.towpath.net.nio.Attempt;
import io.towpath.net.nio.Checks;
import io.towpath.net.nio.HostKey;
import io.towpath.net.nio.KeyRing;
import io.towpath.net.nio.Selectable;
import io.towpath.net.sctp.port.AssociationCalls;
import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.sctp.port.BoundPort;
import io.towpath.net.sctp.port.SctpFaults;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.InetAddresses;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.Opener;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A [SctpChannel] of a Towpath host.
public final class AssociationChannel extends SctpChannel implements Selectable {
    private final Opener opener;
    private final ChannelOptions options;
    private final KeyRing keys = new KeyRing();
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private final Receiving receiving = new Receiving(new Inlet(), receiveLock);
    private final Sending sending = new Sending();
    private final Object lock = new Object();

    // Guarded by `lock`.
    private @Nullable BoundPort bound;
    private boolean wildcard;

    private volatile @Nullable AssociationCalls calls;
    private volatile @Nullable HostAssociation association;
    private volatile boolean shut;

    /// A channel that is neither bound nor connected.
    ///
    /// @param config what holds until an option says otherwise
    public AssociationChannel(SelectorProvider provider, Opener opener, SctpConfig config) {
        this(provider, opener, new ChannelOptions(0, config));
    }

    private AssociationChannel(SelectorProvider provider, Opener opener, ChannelOptions options) {
        super(provider);
        this.opener = opener;
        this.options = options;
    }

    /// A channel of an association that is there: accepted, or branched off.
    static AssociationChannel of(SelectorProvider provider, Opener opener, AssociationPort port)
            throws SocketException {
        ChannelOptions options = new ChannelOptions(0, port.ask((now, sctp, a) -> a.config()));
        AssociationChannel channel = new AssociationChannel(provider, opener, options);
        AssociationCalls ignored = channel.use(port);
        channel.become(port);
        return channel;
    }

    private AssociationCalls use(AssociationPort port) {
        AssociationCalls made = new AssociationCalls(port, Interrupts.CHANNEL);
        calls = made;
        port.readiness(this::onReady);
        return made;
    }

    private void become(AssociationPort port) throws SocketException {
        HostAssociation name = port.handle() instanceof HostAssociation known ? known : HostAssociation.of(port);
        port.handle(name);
        int level = options.level();
        boolean ignored = port.ask((now, sctp, a) -> {
            sctp.interleaveParts(now, a, level == 2);
            return true;
        });
        association = name;
        // Ready for other operations than before.
        keys.raise(SelectionKey.OP_READ | SelectionKey.OP_WRITE, null);
    }

    // ---- selection ------------------------------------------------------------------------------------------------

    /// On the shard's owner.
    private void onReady(int signals, Driving driving) {
        AssociationCalls mine = calls;
        if (mine != null) {
            mine.onReady(signals, driving);
        }
        int ops = SelectionKey.OP_READ;
        if ((signals & ~Signals.READABLE) != 0) {
            ops |= SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;
        }
        keys.raise(ops, driving);
    }

    @Override
    public KeyRing keys() {
        return keys;
    }

    @Override
    public int readyOps(HostKey key) {
        AssociationCalls mine = calls;
        if (mine == null) {
            return 0;
        }
        AssociationPort port = mine.port();
        if (association == null) {
            return port.isEstablished() || port.isOver() ? SelectionKey.OP_CONNECT : 0;
        }
        int ops = receiving.hasRest() || port.canReceive() ? SelectionKey.OP_READ : 0;
        return port.canSend() ? ops | SelectionKey.OP_WRITE : ops;
    }

    // ---- state ----------------------------------------------------------------------------------------------------

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void checkUnconnected() throws ClosedChannelException {
        checkOpen();
        if (association != null) {
            throw new AlreadyConnectedException();
        }
        if (calls != null) {
            throw new ConnectionPendingException();
        }
    }

    private AssociationCalls connectedCalls() throws ClosedChannelException {
        checkOpen();
        AssociationCalls mine = calls;
        if (mine == null || association == null) {
            throw new NotYetConnectedException();
        }
        return mine;
    }

    private HostAssociation connected() throws ClosedChannelException {
        checkOpen();
        HostAssociation name = association;
        if (name == null) {
            throw new NotYetConnectedException();
        }
        return name;
    }

    @Override
    public @Nullable Association association() throws IOException {
        checkOpen();
        return association;
    }

    @Override
    public boolean isConnectionPending() {
        return calls != null && association == null && isOpen();
    }

    @Override
    public Set<SocketAddress> getRemoteAddresses() throws IOException {
        checkOpen();
        HostAssociation name = association;
        return name == null || shut ? Set.of() : HostAssociation.remote(name.port());
    }

    @Override
    public Set<SocketAddress> getAllLocalAddresses() throws IOException {
        synchronized (lock) {
            checkOpen();
            AssociationCalls mine = calls;
            if (mine != null) {
                return HostAssociation.local(mine.port());
            }
            BoundPort own = bound;
            return own == null ? Set.of() : HostAssociation.all(own.addresses(), own.port());
        }
    }

    // ---- options --------------------------------------------------------------------------------------------------

    @Override
    public <T> SctpChannel setOption(SctpSocketOption<T> name, @Nullable T value) throws IOException {
        ChannelOptions.check(name, supportedOptions());
        synchronized (lock) {
            checkOpen();
            if (PrimaryAddress.isMeant(name)) {
                PrimaryAddress.set(name, association, value);
                return this;
            }
            options.set(name, value);
            AssociationCalls mine = calls;
            if (mine != null) {
                apply(mine.port());
            }
            return this;
        }
    }

    private void apply(AssociationPort port) throws SocketException {
        boolean ignored = port.ask((now, sctp, a) -> {
            sctp.configure(now, a, options.on(a.config()));
            sctp.interleaveParts(now, a, options.level() == 2);
            return true;
        });
    }

    @Override
    public <T> T getOption(SctpSocketOption<T> name) throws IOException {
        ChannelOptions.check(name, supportedOptions());
        synchronized (lock) {
            checkOpen();
            return PrimaryAddress.isMeant(name)
                    ? name.type().cast(PrimaryAddress.get(name, association))
                    : options.get(name);
        }
    }

    @Override
    public Set<SctpSocketOption<?>> supportedOptions() {
        return ChannelOptions.OF_CHANNELS;
    }

    // ---- opening --------------------------------------------------------------------------------------------------

    @Override
    public SctpChannel bind(@Nullable SocketAddress local) throws IOException {
        synchronized (lock) {
            checkUnconnected();
            if (bound != null) {
                throw new AlreadyBoundException();
            }
            InetSocketAddress address = local == null ? new InetSocketAddress(0) : Checks.address(local);
            List<IpAddress> own = BoundAddresses.list(address.getAddress());
            bound = BoundPort.open(opener.shard(), own, address.getPort(), options.config());
            wildcard = own.isEmpty();
            return this;
        }
    }

    @Override
    public SctpChannel bindAddress(@Nullable InetAddress address) throws IOException {
        return change(address, true);
    }

    @Override
    public SctpChannel unbindAddress(@Nullable InetAddress address) throws IOException {
        return change(address, false);
    }

    private SctpChannel change(@Nullable InetAddress address, boolean add) throws IOException {
        IpAddress one = BoundAddresses.one(address);
        synchronized (lock) {
            checkOpen();
            if (isConnectionPending()) {
                throw new ConnectionPendingException();
            }
            AssociationCalls mine = calls;
            if (mine != null) {
                changeConnected(mine.port(), one, add);
                return this;
            }
            BoundPort own = bound;
            if (own == null) {
                throw new NotYetBoundException();
            }
            BoundAddresses.check(wildcard, own.addresses(), one, add);
            own.change(one, add);
            return this;
        }
    }

    /// "If the endpoint supports dynamic address reconfiguration then it may send the appropriate message to
    /// the peer".
    private void changeConnected(AssociationPort port, IpAddress address, boolean add) throws SocketException {
        BoundAddresses.check(wildcard, port.ask((now, sctp, a) -> sctp.addresses(a.localAddresses)), address, add);
        port.demand((now, sctp, a) -> add ? sctp.addAddress(now, a, address) : sctp.removeAddress(now, a, address));
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        // "If a send or receive operation upon this channel is invoked while an invocation of this method is in
        // progress then that operation will first block until this invocation is complete."
        receiveLock.lock();
        sendLock.lock();
        try {
            checkUnconnected();
            AssociationCalls opening = begin(Checks.address(remote));
            return isBlocking() ? awaitConnected(opening) : isConnectedNow(opening);
        } finally {
            sendLock.unlock();
            receiveLock.unlock();
        }
    }

    @Override
    public boolean connect(SocketAddress remote, int maxOutStreams, int maxInStreams) throws IOException {
        checkUnconnected();
        return setOption(
                        SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS,
                        InitMaxStreams.create(maxInStreams, maxOutStreams))
                .connect(remote);
    }

    /// Begins to connect; a channel that cannot is closed.
    private AssociationCalls begin(InetSocketAddress peer) throws IOException {
        try {
            synchronized (lock) {
                checkUnconnected();
                Endpoint to = InetAddresses.remote(peer);
                List<IpAddress> remote = List.of(to.address());
                BoundPort own = bound;
                bound = null;
                return use(
                        own == null
                                ? AssociationPort.open(
                                        opener.shard(), List.of(), 0, remote, to.port(), options.config())
                                : own.connect(remote, to.port(), options.config()));
            }
        } catch (SocketException e) {
            close();
            throw e;
        }
    }

    private boolean awaitConnected(AssociationCalls opening) throws IOException {
        boolean completed = false;
        try {
            begin();
            opening.awaitConnected(0);
            become(opening.port());
            completed = true;
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

    private boolean isConnectedNow(AssociationCalls opening) throws IOException {
        AssociationPort port = opening.port();
        if (port.isEstablished()) {
            become(port);
            return true;
        }
        if (port.isOver()) {
            IOException fault = port.connectFault();
            close();
            throw fault;
        }
        return false;
    }

    @Override
    public boolean finishConnect() throws IOException {
        receiveLock.lock();
        sendLock.lock();
        try {
            checkOpen();
            if (association != null) {
                return true;
            }
            AssociationCalls opening = calls;
            if (opening == null) {
                throw new NoConnectionPendingException();
            }
            return isBlocking() ? awaitConnected(opening) : isConnectedNow(opening);
        } finally {
            sendLock.unlock();
            receiveLock.unlock();
        }
    }

    // ---- receiving ------------------------------------------------------------------------------------------------

    @Override
    public <T> @Nullable MessageInfo receive(
            @Nullable ByteBuffer into, T attachment, @Nullable NotificationHandler<T> handler) throws IOException {
        return receiving.receive(into, attachment, handler);
    }

    private final class Inlet implements Receiving.Source {
        @Override
        public void check() throws IOException {
            HostAssociation ignored = connected();
        }

        @Override
        public Receiving.@Nullable Item next() throws IOException {
            HostAssociation name = connected();
            AssociationCalls mine = connectedCalls();
            AssociationPort.Next next = null;
            if (!isBlocking()) {
                next = Attempt.on(AssociationChannel.this, mine.port()::poll);
            } else {
                try {
                    begin();
                    next = mine.next(0);
                } finally {
                    end(next != null);
                }
            }
            return item(next, name);
        }

        private Receiving.@Nullable Item item(AssociationPort.Next next, HostAssociation name) throws IOException {
            Received received = next.received();
            AssociationPort port = name.port();
            if (received instanceof Message message) {
                return new Receiving.Text(message, name, HostAssociation.source(message, port));
            }
            if (received instanceof io.towpath.sctp.Notification notification) {
                return new Receiving.Notice(Notices.of(notification, port, name), () -> {});
            }
            if (!next.over()) {
                return null;
            }
            SctpError error = next.error();
            if (error != null) {
                throw SctpFaults.of(error);
            }
            return new Receiving.End(name, HostAssociation.primary(port));
        }
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    @Override
    public int send(@Nullable ByteBuffer from, @Nullable MessageInfo info) throws IOException {
        if (from == null) {
            throw new IllegalArgumentException("buffer cannot be null");
        }
        if (info == null) {
            throw new IllegalArgumentException("messageInfo cannot be null");
        }
        sendLock.lock();
        try {
            checkOpen();
            if (shut) {
                throw new ClosedChannelException();
            }
            HostAssociation name = connected();
            if (info.association() != null && info.association() != name) {
                throw new IllegalArgumentException("Cannot send to another association");
            }
            Sending.checkStream(info, name);
            AssociationCalls mine = connectedCalls();
            SendOptions how = Sending.options(info, info.address());
            return sending.send(from, options.completes(info), options.config(), piece -> leaves(mine, piece, how));
        } finally {
            sendLock.unlock();
        }
    }

    /// @return false when there is no room and the channel does not block
    private boolean leaves(AssociationCalls mine, Sending.Piece piece, SendOptions how) throws IOException {
        SctpError error;
        if (!isBlocking()) {
            error = Attempt.on(this, () -> mine.port().send(piece.array(), piece.at(), piece.length(), how));
        } else {
            boolean completed = false;
            try {
                begin();
                error = mine.send(piece.array(), piece.at(), piece.length(), how);
                completed = true;
            } finally {
                end(completed);
            }
        }
        return Sending.isTaken(error, shut);
    }

    // ---- ending ---------------------------------------------------------------------------------------------------

    @Override
    public SctpChannel shutdown() throws IOException {
        AssociationCalls mine = connectedCalls();
        if (!shut) {
            shut = true;
            mine.port().shutdown();
            keys.raise(SelectionKey.OP_WRITE, null);
        }
        return this;
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        BoundPort own;
        AssociationCalls mine;
        synchronized (lock) {
            own = bound;
            bound = null;
            mine = calls;
        }
        if (own != null) {
            own.close();
        }
        if (mine != null) {
            mine.close(options.lingerNanos(isBlocking()));
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // Asked at each operation.
    }

    @Override
    public String toString() {
        AssociationCalls mine = calls;
        String text = !isOpen()
                ? "closed"
                : mine == null
                        ? "unconnected"
                        : (association == null ? "connection-pending " : "connected ")
                                + mine.port().association().localPort() + " -> "
                                + mine.port().association().remotePort();
        return "io.towpath.SctpChannel[" + text + "]";
    }
}
