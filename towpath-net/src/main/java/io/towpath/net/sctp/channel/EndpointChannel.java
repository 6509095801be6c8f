package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.NotificationHandler;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpMultiChannel;
import com.sun.nio.sctp.SctpSocketOption;
import io.towpath.core.Signals;
import io.towpath.net.nio.Attempt;
import io.towpath.net.nio.Checks;
import io.towpath.net.nio.HostKey;
import io.towpath.net.nio.KeyRing;
import io.towpath.net.nio.Selectable;
import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.sctp.port.EndpointCalls;
import io.towpath.net.sctp.port.EndpointPort;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.InetAddresses;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.Opener;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
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
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A [SctpMultiChannel] of a Towpath host.
public final class EndpointChannel extends SctpMultiChannel implements Selectable {
    /// Associations that are over are remembered by name, so that whoever asks for their addresses learns that.
    private static final int SHUT_MAX = 64;

    private final Opener opener;
    private final ChannelOptions options;
    private final KeyRing keys = new KeyRing();
    private final ReentrantLock receiveLock = new ReentrantLock();
    private final ReentrantLock sendLock = new ReentrantLock();
    private final Receiving receiving = new Receiving(new Inlet(), receiveLock);
    private final Object lock = new Object();

    // Guarded by `lock`.
    private final Set<HostAssociation> open = new LinkedHashSet<>();
    private final Set<HostAssociation> shut = new LinkedHashSet<>();
    private boolean wildcard;

    /// Messages that grow over several calls, by whom they are for. Guarded by `sendLock`.
    private final Map<AssociationPort, Sending> begun = new LinkedHashMap<>();

    private volatile @Nullable EndpointCalls calls;
    private volatile @Nullable AssociationPort full;

    /// A channel that is not bound.
    ///
    /// @param config what holds until an option says otherwise
    public EndpointChannel(SelectorProvider provider, Opener opener, SctpConfig config) {
        super(provider);
        this.opener = opener;
        this.options = new ChannelOptions(1, config);
    }

    // ---- selection ------------------------------------------------------------------------------------------------

    /// On the shard's owner.
    private void onReady(int signals, Driving driving) {
        EndpointCalls mine = calls;
        if (mine != null) {
            mine.onReady(signals, driving);
        }
        int ops = SelectionKey.OP_READ;
        if ((signals & ~Signals.READABLE) != 0) {
            ops |= SelectionKey.OP_WRITE;
        }
        keys.raise(ops, driving);
    }

    @Override
    public KeyRing keys() {
        return keys;
    }

    @Override
    public int readyOps(HostKey key) {
        EndpointCalls mine = calls;
        if (mine == null) {
            return SelectionKey.OP_WRITE;
        }
        int ops = receiving.hasRest() || mine.port().canReceive() ? SelectionKey.OP_READ : 0;
        AssociationPort waiting = full;
        return waiting == null || waiting.canSend() ? ops | SelectionKey.OP_WRITE : ops;
    }

    // ---- state ----------------------------------------------------------------------------------------------------

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private EndpointCalls bound() throws ClosedChannelException {
        checkOpen();
        EndpointCalls mine = calls;
        if (mine == null) {
            throw new NotYetBoundException();
        }
        return mine;
    }

    /// An association that is this channel's, or was until its end.
    ///
    /// @throws IllegalArgumentException when it never was, or was branched off
    private HostAssociation own(@Nullable Association association) {
        synchronized (lock) {
            if (association instanceof HostAssociation mine && (open.contains(mine) || shut.contains(mine))) {
                return mine;
            }
        }
        throw new IllegalArgumentException("Given Association is not controlled by this channel");
    }

    @Override
    public Set<Association> associations() throws IOException {
        synchronized (lock) {
            checkOpen();
            return Collections.unmodifiableSet(new LinkedHashSet<Association>(open));
        }
    }

    @Override
    public Set<SocketAddress> getAllLocalAddresses() throws IOException {
        checkOpen();
        EndpointCalls mine = calls;
        if (mine == null) {
            return Set.of();
        }
        List<IpAddress> addresses = mine.port().ask((now, sctp, endpoint) -> sctp.addresses(endpoint.localAddresses()));
        return HostAssociation.all(addresses, mine.port().port());
    }

    @Override
    public Set<SocketAddress> getRemoteAddresses(Association association) throws IOException {
        checkOpen();
        HostAssociation name = own(association);
        synchronized (lock) {
            if (!open.contains(name)) {
                return Set.of();
            }
        }
        return HostAssociation.remote(name.port());
    }

    // ---- binding --------------------------------------------------------------------------------------------------

    @Override
    public SctpMultiChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        synchronized (lock) {
            checkOpen();
            if (calls != null) {
                throw new AlreadyBoundException();
            }
            InetSocketAddress address = local == null ? new InetSocketAddress(0) : Checks.address(local);
            List<IpAddress> own = BoundAddresses.list(address.getAddress());
            EndpointPort port = EndpointPort.open(
                    opener.shard(),
                    own,
                    address.getPort(),
                    backlog < 1 ? AcceptingChannel.BACKLOG : backlog,
                    options.config());
            port.interleave(options.level());
            wildcard = own.isEmpty();
            calls = new EndpointCalls(port, Interrupts.CHANNEL);
            port.readiness(this::onReady);
        }
        keys.raise(SelectionKey.OP_READ | SelectionKey.OP_WRITE, null); // who came before anybody was told
        return this;
    }

    @Override
    public SctpMultiChannel bindAddress(@Nullable InetAddress address) throws IOException {
        return change(address, true);
    }

    @Override
    public SctpMultiChannel unbindAddress(@Nullable InetAddress address) throws IOException {
        return change(address, false);
    }

    private SctpMultiChannel change(@Nullable InetAddress address, boolean add) throws IOException {
        IpAddress one = BoundAddresses.one(address);
        synchronized (lock) {
            EndpointPort port = bound().port();
            List<IpAddress> present = port.ask((now, sctp, endpoint) -> endpoint.localAddresses());
            BoundAddresses.check(wildcard, present, one, add);
            port.demand((now, sctp, endpoint) ->
                    add ? sctp.bindAddress(now, endpoint, one) : sctp.unbindAddress(now, endpoint, one));
            return this;
        }
    }

    // ---- options --------------------------------------------------------------------------------------------------

    @Override
    public <T> SctpMultiChannel setOption(
            SctpSocketOption<T> name, @Nullable T value, @Nullable Association association) throws IOException {
        ChannelOptions.check(name, supportedOptions());
        checkOpen();
        if (PrimaryAddress.isMeant(name)) {
            PrimaryAddress.set(name, association == null ? null : own(association), value);
            return this;
        }
        options.set(name, value);
        EndpointCalls mine = calls;
        if (mine != null) {
            apply(mine.port());
        }
        return this;
    }

    private void apply(EndpointPort port) throws SocketException {
        port.interleave(options.level());
        port.configure(options.config(), options::on);
    }

    @Override
    public <T> T getOption(SctpSocketOption<T> name, @Nullable Association association) throws IOException {
        ChannelOptions.check(name, supportedOptions());
        checkOpen();
        return PrimaryAddress.isMeant(name)
                ? name.type().cast(PrimaryAddress.get(name, association == null ? null : own(association)))
                : options.get(name);
    }

    @Override
    public Set<SctpSocketOption<?>> supportedOptions() {
        return ChannelOptions.OF_CHANNELS;
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
            EndpointCalls ignored = bound();
        }

        @Override
        public Receiving.@Nullable Item next() throws IOException {
            EndpointCalls mine = bound();
            EndpointPort.Arrived next = null;
            if (!isBlocking()) {
                next = Attempt.on(EndpointChannel.this, mine.port()::poll);
                return next == null ? null : item(next);
            }
            try {
                begin();
                next = mine.next(0);
            } finally {
                end(next != null);
            }
            return item(next);
        }

        private Receiving.Item item(EndpointPort.Arrived arrived) throws IOException {
            AssociationPort port = arrived.from();
            HostAssociation name = port.handle() instanceof HostAssociation known ? known : null;
            return switch (arrived.received()) {
                case Message message -> {
                    HostAssociation there = name == null ? established(port) : name;
                    yield new Receiving.Text(message, there, HostAssociation.source(message, port));
                }
                case Notification.CommunicationUp up ->
                    new Receiving.Notice(Notices.of(up, port, established(port)), () -> {});
                case Notification notification ->
                    new Receiving.Notice(Notices.of(notification, port, name), () -> endAfter(notification, name));
            };
        }

        /// "Only associations whose COMM_UP association change event has been received are included".
        private HostAssociation established(AssociationPort port) throws SocketException {
            HostAssociation name = HostAssociation.of(port);
            port.handle(name);
            synchronized (lock) {
                open.add(name);
            }
            return name;
        }

        /// "Associations for which a COMM_LOST or SHUTDOWN association change event have been receive are
        /// removed".
        private void endAfter(Notification notification, @Nullable HostAssociation name) {
            boolean last = notification instanceof Notification.CommunicationLost
                    || notification instanceof Notification.ShutdownComplete;
            if (last && name != null) {
                synchronized (lock) {
                    open.remove(name);
                    shut.add(name);
                    if (shut.size() > SHUT_MAX) {
                        shut.remove(shut.iterator().next());
                    }
                }
            }
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
            if (info.streamNumber() < 0) {
                throw new com.sun.nio.sctp.InvalidStreamException();
            }
            if (calls == null) {
                SctpMultiChannel ignored = bind(null, 0);
            }
            return send(bound(), from, info);
        } finally {
            sendLock.unlock();
        }
    }

    private int send(EndpointCalls mine, ByteBuffer from, MessageInfo info) throws IOException {
        if (info.association() != null) {
            HostAssociation name = own(info.association());
            Sending.checkStream(info, name);
            return send(mine, name.port(), from, info, Sending.options(info, info.address()));
        }
        if (info.address() == null) {
            throw new IllegalArgumentException("neither an association nor an address");
        }
        Endpoint to = InetAddresses.remote(Checks.address(info.address()));
        AssociationPort port = mine.port().find(to.address(), to.port());
        if (port == null) {
            return begin(mine, to, from, info);
        }
        if (port.handle() instanceof HostAssociation name) {
            Sending.checkStream(info, name);
        }
        return send(mine, port, from, info, Sending.options(info, info.address()));
    }

    /// "If there is no association existing between this channel's socket and the intended receiver […] then
    /// one will be automatically setup". The message is there before the handshake ends, so that it comes back
    /// when it fails.
    private int begin(EndpointCalls mine, Endpoint to, ByteBuffer from, MessageInfo info) throws IOException {
        int count = from.remaining();
        SendOptions how = Sending.options(info, info.address());
        boolean partial = !options.completes(info);
        Sending.Piece piece = Sending.of(from);
        AssociationPort port = mine.port()
                .connect(
                        List.of(to.address()),
                        to.port(),
                        options.config(),
                        (now, sctp, a) ->
                                partial ? null : sctp.send(now, a, piece.array(), piece.at(), piece.length(), how));
        if (partial) {
            return send(mine, port, from, info, how);
        }
        from.position(from.limit());
        return count;
    }

    private int send(EndpointCalls mine, AssociationPort to, ByteBuffer from, MessageInfo info, SendOptions how)
            throws IOException {
        Sending known = begun.get(to);
        Sending message = known == null ? new Sending() : known;
        int count =
                message.send(from, options.completes(info), options.config(), piece -> leaves(mine, to, piece, how));
        if (message.isBegun()) {
            begun.put(to, message);
        } else {
            begun.remove(to);
        }
        return count;
    }

    /// @return false when there is no room and the channel does not block
    private boolean leaves(EndpointCalls mine, AssociationPort to, Sending.Piece piece, SendOptions how)
            throws IOException {
        SctpError error;
        if (!isBlocking()) {
            error = Attempt.on(this, () -> to.send(piece.array(), piece.at(), piece.length(), how));
        } else {
            boolean completed = false;
            try {
                begin();
                error = mine.send(to, piece.array(), piece.at(), piece.length(), how);
                completed = true;
            } finally {
                end(completed);
            }
        }
        full = error == SctpError.WOULD_BLOCK ? to : null;
        return Sending.isTaken(error, false);
    }

    // ---- leaving --------------------------------------------------------------------------------------------------

    @Override
    public SctpChannel branch(Association association) throws IOException {
        EndpointCalls mine = bound();
        HostAssociation name = own(association);
        receiveLock.lock(); // a message of it that is being received comes whole
        try {
            if (!mine.port().peelOff(name.port())) {
                throw new IllegalArgumentException("Given Association is not controlled by this channel");
            }
            synchronized (lock) {
                open.remove(name);
            }
            return AssociationChannel.of(provider(), opener, name.port());
        } finally {
            receiveLock.unlock();
        }
    }

    @Override
    public SctpMultiChannel shutdown(Association association) throws IOException {
        checkOpen();
        own(association).port().shutdown();
        return this;
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        EndpointCalls mine;
        synchronized (lock) {
            mine = calls;
            open.clear();
            shut.clear();
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
        EndpointCalls mine = calls;
        return "io.towpath.SctpMultiChannel["
                + (!isOpen()
                        ? "closed"
                        : mine == null ? "unbound" : "port " + mine.port().port()) + "]";
    }
}
