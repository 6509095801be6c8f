package io.towpath.net.nio;

import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.net.shard.DatagramPort;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.InetAddresses;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.Opener;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A [DatagramChannel] of a Towpath host.
final class PacketChannel extends DatagramChannel implements Selectable {
    private static final int DATAGRAM_MAX = 65_535;

    private final Router router;
    private final UdpOptions options = new UdpOptions();
    private final KeyRing keys = new KeyRing();
    private final ParkingSpot receiver;
    private final ParkingSpot sender;
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final Scratch writeScratch = new Scratch();
    private final Object lock = new Object();
    private final Memberships memberships = new Memberships(this, lock);

    // Guarded by `lock`.
    private @Nullable DatagramSocket adaptor;
    private @Nullable IpAddress boundTo;
    private @Nullable Opener opener;

    private volatile @Nullable DatagramPort port;
    private volatile @Nullable InetSocketAddress remote;
    private volatile @Nullable DatagramChannel outside;

    PacketChannel(SelectorProvider provider, Router router) {
        super(provider);
        this.router = router;
        this.receiver = new ParkingSpot(router.time());
        this.sender = new ParkingSpot(router.time());
    }

    // ---- selection ------------------------------------------------------------------------------------------------

    /// On the shard's owner.
    private void onReady(int signals, Driving driving) {
        receiver.wake(driving);
        int ops = SelectionKey.OP_READ;
        if ((signals & ~Signals.READABLE) != 0) {
            sender.wake(driving);
            ops |= SelectionKey.OP_WRITE;
        }
        keys.raise(ops, driving);
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
        DatagramPort mine = port;
        if (mine == null) {
            return SelectionKey.OP_WRITE;
        }
        int ops = mine.canReceive() ? SelectionKey.OP_READ : 0;
        return mine.canSend() ? ops | SelectionKey.OP_WRITE : ops;
    }

    // ---- state ----------------------------------------------------------------------------------------------------

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public DatagramChannel bind(@Nullable SocketAddress local) throws IOException {
        synchronized (lock) {
            checkOpen();
            if (port != null || outside != null) {
                throw new AlreadyBoundException();
            }
            InetSocketAddress address = local == null ? new InetSocketAddress(0) : Checks.address(local);
            IpAddress own = InetAddresses.local(address.getAddress());
            Opener host = router.at(own);
            if (host == null) {
                goOutside(address);
            } else {
                DatagramPort ignored = open(host, own, address.getPort());
            }
            return this;
        }
    }

    /// From now on this channel stands for one of the operating system's.
    private DatagramChannel goOutside(InetSocketAddress local) throws IOException {
        DatagramChannel made = router.outside().openDatagramChannel();
        try {
            for (SocketOption<?> option : UdpOptions.ALL) {
                copy(option, made);
            }
            SelectableChannel ignored = made.bind(local).configureBlocking(isBlocking());
        } catch (Throwable failure) {
            made.close();
            throw failure;
        }
        outside = made;
        keys.outside();
        return made;
    }

    private <T> void copy(SocketOption<T> option, DatagramChannel to) throws IOException {
        if (options.isSet(option)) {
            DatagramChannel ignored = to.setOption(option, options.get(option));
        }
    }

    private DatagramPort open(Opener host, @Nullable IpAddress local, int wanted) throws IOException {
        opener = host;
        DatagramPort made = host.udp(local, wanted, options.config(), options.shared());
        boolean ignored = made.ask((now, udp, own) -> {
            options.apply(own.groups());
            return true;
        });
        made.readiness(this::onReady);
        boundTo = local;
        port = made;
        return made;
    }

    /// The port, bound to any number if it is not bound yet; null when this channel stands for one of the operating
    /// system's.
    ///
    /// @param toward who will be talked to, if that is known
    private @Nullable DatagramPort bound(@Nullable InetSocketAddress toward) throws IOException {
        DatagramPort mine = port;
        if (mine != null || outside != null) {
            return mine;
        }
        synchronized (lock) {
            checkOpen();
            mine = port;
            if (mine != null || outside != null) {
                return mine;
            }
            Opener host = toward == null
                    ? router.at(null)
                    : router.toward(InetAddresses.remote(toward).address());
            if (host != null) {
                return open(host, null, 0);
            }
            DatagramChannel ignored = goOutside(new InetSocketAddress(0));
            return null;
        }
    }

    private DatagramChannel outsideChannel() {
        return Objects.requireNonNull(outside);
    }

    @Override
    public DatagramSocket socket() {
        synchronized (lock) {
            DatagramSocket made = adaptor;
            if (made == null) {
                made = ChannelDatagramSocket.of(this);
                adaptor = made;
            }
            return made;
        }
    }

    @Override
    public boolean isConnected() {
        DatagramChannel out = outside;
        return out == null ? remote != null && isOpen() : out.isConnected();
    }

    @Override
    public DatagramChannel connect(SocketAddress address) throws IOException {
        InetSocketAddress peer = Checks.address(address);
        synchronized (lock) {
            checkOpen();
            if (remote != null) {
                throw new AlreadyConnectedException();
            }
            if (peer.getPort() == 0) {
                throw new SocketException("Can't connect to port 0");
            }
            DatagramPort mine = bound(peer);
            if (mine == null) {
                DatagramChannel ignored = outsideChannel().connect(peer);
                return this;
            }
            mine.connect(InetAddresses.remote(peer));
            remote = peer;
            while (mine.poll() != null) {
                // "any datagrams in the socket's receive buffer which are not from the given remote address are
                // discarded": those that came before are all that.
            }
            return this;
        }
    }

    @Override
    public DatagramChannel disconnect() throws IOException {
        synchronized (lock) {
            DatagramPort mine = port;
            DatagramChannel out = outside;
            if (out != null) {
                DatagramChannel ignored = out.disconnect();
            }
            if (isOpen() && mine != null && remote != null) {
                boolean ignored = mine.ask((now, udp, own) -> {
                    udp.disconnect(now, own);
                    return true;
                });
                remote = null;
            }
            return this;
        }
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        checkOpen();
        DatagramChannel out = outside;
        return out == null ? remote : out.getRemoteAddress();
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        checkOpen();
        return localAddress();
    }

    /// Own address, null when it is not bound.
    @Nullable
    InetSocketAddress localAddress() throws IOException {
        DatagramChannel out = outside;
        if (out != null) {
            return out.isOpen() ? (InetSocketAddress) out.getLocalAddress() : null;
        }
        DatagramPort mine = port;
        if (mine == null) {
            return null;
        }
        IpAddress own = remote == null ? boundTo : mine.ask((now, udp, endpoint) -> endpoint.localAddress());
        return new InetSocketAddress(InetAddresses.inet(own), mine.port());
    }

    // ---- receiving ------------------------------------------------------------------------------------------------

    @Override
    public @Nullable SocketAddress receive(ByteBuffer into) throws IOException {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        DatagramPort.Arrived next = next(isBlocking(), 0);
        if (next == null) {
            return null;
        }
        into.put(next.data(), 0, Math.min(next.data().length, into.remaining()));
        return InetAddresses.inet(next.from());
    }

    /// The next datagram.
    ///
    /// @param wait whether to wait for it
    /// @param timeoutNanos how long, 0 for ever
    /// @throws SocketTimeoutException when none came in time
    DatagramPort.@Nullable Arrived next(boolean wait, long timeoutNanos) throws IOException {
        readLock.lock();
        try {
            checkOpen();
            DatagramPort mine = bound(null);
            if (mine == null) {
                return nextOutside(outsideChannel(), timeoutNanos);
            }
            if (!wait) {
                return Attempt.on(this, mine::poll);
            }
            DatagramPort.Arrived next = null;
            long deadline = receiver.deadline(timeoutNanos);
            boolean completed = false;
            try {
                begin();
                next = mine.poll();
                while (next == null) {
                    Interrupts.CHANNEL.await(receiver, mine::canReceive, deadline, "Receive timed out", () -> {});
                    next = mine.poll();
                }
                completed = true;
                return next;
            } catch (SocketTimeoutException e) {
                completed = true;
                throw e;
            } finally {
                end(completed);
            }
        } finally {
            readLock.unlock();
        }
    }

    private DatagramPort.@Nullable Arrived nextOutside(DatagramChannel out, long timeoutNanos) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(DATAGRAM_MAX);
        try {
            SocketAddress from;
            if (timeoutNanos == 0) {
                from = out.receive(into);
            } else {
                DatagramPacket packet = new DatagramPacket(into.array(), DATAGRAM_MAX);
                out.socket().setSoTimeout((int) Math.max(1, timeoutNanos / Time.MILLISECOND));
                out.socket().receive(packet);
                into.position(packet.getLength());
                from = packet.getSocketAddress();
            }
            if (from == null) {
                return null;
            }
            byte[] data = new byte[into.position()];
            into.get(0, data);
            return new DatagramPort.Arrived(data, InetAddresses.remote((InetSocketAddress) from));
        } finally {
            if (!out.isOpen()) {
                close();
            }
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return (int) read(new ByteBuffer[] {Objects.requireNonNull(into)}, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        checkConnected();
        DatagramPort.Arrived next = next(isBlocking(), 0);
        if (next == null) {
            return 0;
        }
        int at = 0;
        for (int i = offset; i < offset + length && at < next.data().length; i++) {
            int count = Math.min(into[i].remaining(), next.data().length - at);
            into[i].put(next.data(), at, count);
            at += count;
        }
        return at;
    }

    private InetSocketAddress checkConnected() throws IOException {
        checkOpen();
        DatagramChannel out = outside;
        InetSocketAddress peer = out == null ? remote : (InetSocketAddress) out.getRemoteAddress();
        if (peer == null) {
            throw new NotYetConnectedException();
        }
        return peer;
    }

    // ---- sending --------------------------------------------------------------------------------------------------

    @Override
    public int send(ByteBuffer from, SocketAddress target) throws IOException {
        Objects.requireNonNull(from);
        InetSocketAddress to = Checks.address(target);
        checkOpen();
        InetSocketAddress peer = remote;
        if (peer != null && !peer.equals(to)) {
            throw new AlreadyConnectedException();
        }
        if (to.getPort() == 0) {
            throw new SocketException("Can't send to port 0");
        }
        return send(new ByteBuffer[] {from}, 0, 1, to);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return (int) write(new ByteBuffer[] {Objects.requireNonNull(from)}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        return send(from, offset, length, checkConnected());
    }

    private int send(ByteBuffer[] from, int offset, int length, InetSocketAddress to) throws IOException {
        writeLock.lock();
        try {
            DatagramPort mine = bound(to);
            if (mine == null) {
                return sendOutside(outsideChannel(), from, offset, length, to);
            }
            Endpoint target = InetAddresses.remote(to);
            long size = Scratch.remaining(from, offset, length);
            int count = writeScratch.gather(from, offset, length);
            if (count < size) {
                throw new SocketException("Message too long");
            }
            byte[] data = writeScratch.array(count);
            if (!isBlocking()) {
                if (!Attempt.on(this, () -> mine.send(data, 0, count, target))) {
                    return 0;
                }
            } else {
                sendWaiting(mine, data, count, target);
            }
            Scratch.advance(from, offset, length, count);
            return count;
        } finally {
            writeLock.unlock();
        }
    }

    private int sendOutside(DatagramChannel out, ByteBuffer[] from, int offset, int length, InetSocketAddress to)
            throws IOException {
        int count = writeScratch.gather(from, offset, length);
        ByteBuffer data = ByteBuffer.wrap(writeScratch.array(count), 0, count);
        int sent = out.send(data, to);
        Scratch.advance(from, offset, length, sent);
        return sent;
    }

    private void sendWaiting(DatagramPort mine, byte[] data, int count, Endpoint target) throws IOException {
        boolean sent = false;
        try {
            begin();
            while (!mine.send(data, 0, count, target)) {
                Interrupts.CHANNEL.await(sender, mine::canSend, Time.NEVER, "", () -> {});
            }
            sent = true;
        } finally {
            end(sent);
        }
    }

    // ---- options --------------------------------------------------------------------------------------------------

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> name, @Nullable T value) throws IOException {
        Checks.option(name, UdpOptions.ALL);
        synchronized (lock) {
            checkOpen();
            if (name == StandardSocketOptions.IP_MULTICAST_IF) {
                if (!(value instanceof NetworkInterface named)) {
                    throw new IllegalArgumentException("Invalid value '" + value + "'");
                }
                options.outgoing(named, ownAddress(named, true), ownAddress(named, false));
            } else {
                options.set(name, value);
            }
            DatagramChannel out = outside;
            if (out != null) {
                DatagramChannel ignored = out.setOption(name, value);
            }
            DatagramPort mine = port;
            if (mine != null) {
                mine.configure(options.config());
                boolean ignored = mine.ask((now, udp, own) -> {
                    options.apply(own.groups());
                    return true;
                });
            }
        }
        return this;
    }

    /// The host's address, of IPv4 or IPv6, on an interface of the operating system that has the same one; null when
    /// there is none.
    private @Nullable IpAddress ownAddress(NetworkInterface named, boolean ip4) throws IOException {
        List<IpAddress> candidates = named.getInterfaceAddresses().stream()
                .map(each -> InetAddresses.of(each.getAddress()))
                .toList();
        Opener host = opener == null ? router.at(null) : opener;
        for (IpAddress each : candidates) {
            if (each.isIp4() == ip4 && !each.isLoopback() && host != null && host.isOwn(each)) {
                return each;
            }
        }
        return null;
    }

    @Override
    @SuppressWarnings("NullAway") // null is what the interface for groups is before one is chosen
    public <T> T getOption(SocketOption<T> name) throws IOException {
        Checks.option(name, UdpOptions.ALL);
        synchronized (lock) {
            checkOpen();
            DatagramChannel out = outside;
            return out == null ? options.get(name) : out.getOption(name);
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return UdpOptions.ALL;
    }

    // ---- groups ---------------------------------------------------------------------------------------------------

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface named) throws IOException {
        return join(group, named, false, null);
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface named, InetAddress source) throws IOException {
        return join(group, named, true, Objects.requireNonNull(source));
    }

    private MembershipKey join(
            InetAddress group, NetworkInterface named, boolean specific, @Nullable InetAddress source)
            throws IOException {
        Objects.requireNonNull(named);
        Memberships.check(group, source);
        synchronized (lock) {
            checkOpen();
            GroupKey known = memberships.find(group, named, source);
            if (known != null) {
                return known;
            }
            memberships.checkKind(group, named, specific);
            DatagramPort mine = bound(null);
            if (mine == null) {
                return source == null
                        ? outsideChannel().join(group, named)
                        : outsideChannel().join(group, named, source);
            }
            IpAddress own = ownAddress(named, InetAddresses.of(group).isIp4());
            return memberships.join(mine, group, named, own, source);
        }
    }

    /// The membership of a group for all sources, null when there is none.
    @Nullable
    GroupKey membership(InetAddress group, NetworkInterface named) {
        return memberships.find(group, named, null);
    }

    // ---- ending ---------------------------------------------------------------------------------------------------

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        DatagramChannel out = outside;
        if (out != null) {
            out.close();
            return;
        }
        DatagramPort mine;
        synchronized (lock) {
            mine = port;
            memberships.end();
        }
        if (mine != null) {
            mine.close();
            receiver.wakeNow();
            sender.wakeNow();
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        DatagramChannel out = outside;
        if (out != null) { // a channel of a Towpath host asks at each operation
            if (block) {
                keys.releaseOutside();
            }
            SelectableChannel ignored = out.configureBlocking(block);
        }
    }

    @Override
    public String toString() {
        DatagramPort mine = port;
        InetSocketAddress peer = remote;
        return "io.towpath.DatagramChannel["
                + (!isOpen() ? "closed" : mine == null ? "unbound" : "port=" + mine.port())
                + (peer == null ? "" : ", remote=" + peer) + "]";
    }
}
