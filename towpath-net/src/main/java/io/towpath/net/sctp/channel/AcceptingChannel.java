package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpServerChannel;
import com.sun.nio.sctp.SctpSocketOption;
import io.towpath.core.Time;
import io.towpath.net.nio.Attempt;
import io.towpath.net.nio.Checks;
import io.towpath.net.nio.HostKey;
import io.towpath.net.nio.KeyRing;
import io.towpath.net.nio.Selectable;
import io.towpath.net.sctp.port.AcceptPort;
import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.Opener;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.sctp.SctpConfig;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A [SctpServerChannel] of a Towpath host.
public final class AcceptingChannel extends SctpServerChannel implements Selectable {
    /// "If the backlog parameter has the value 0, or a negative value, then an implementation specific default
    /// is used."
    static final int BACKLOG = 50;

    private final Opener opener;
    private final ChannelOptions options;
    private final KeyRing keys = new KeyRing();
    private final ParkingSpot acceptor;
    private final ReentrantLock acceptLock = new ReentrantLock();
    private final Object lock = new Object();
    private boolean wildcard; // guarded by `lock`
    private volatile @Nullable AcceptPort port;

    /// A channel that is not bound.
    ///
    /// @param config what holds until an option says otherwise
    public AcceptingChannel(SelectorProvider provider, Opener opener, SctpConfig config) {
        super(provider);
        this.opener = opener;
        this.options = new ChannelOptions(0, config);
        this.acceptor = new ParkingSpot(opener.shard().time());
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
    public int readyOps(HostKey key) {
        AcceptPort mine = port;
        return mine != null && mine.canAccept() ? SelectionKey.OP_ACCEPT : 0;
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private AcceptPort bound() throws ClosedChannelException {
        checkOpen();
        AcceptPort mine = port;
        if (mine == null) {
            throw new NotYetBoundException();
        }
        return mine;
    }

    @Override
    public SctpServerChannel bind(@Nullable SocketAddress local, int backlog) throws IOException {
        synchronized (lock) {
            checkOpen();
            if (port != null) {
                throw new AlreadyBoundException();
            }
            InetSocketAddress address = local == null ? new InetSocketAddress(0) : Checks.address(local);
            List<IpAddress> own = BoundAddresses.list(address.getAddress());
            AcceptPort made = AcceptPort.open(
                    opener.shard(), own, address.getPort(), backlog < 1 ? BACKLOG : backlog, options.config());
            wildcard = own.isEmpty();
            port = made;
            made.readiness(this::onReady);
        }
        keys.raise(SelectionKey.OP_ACCEPT, null); // who came before anybody was told
        return this;
    }

    @Override
    public SctpServerChannel bindAddress(@Nullable InetAddress address) throws IOException {
        return change(address, true);
    }

    @Override
    public SctpServerChannel unbindAddress(@Nullable InetAddress address) throws IOException {
        return change(address, false);
    }

    private SctpServerChannel change(@Nullable InetAddress address, boolean add) throws IOException {
        IpAddress one = BoundAddresses.one(address);
        synchronized (lock) {
            AcceptPort mine = bound();
            BoundAddresses.check(wildcard, mine.addresses(), one, add);
            mine.change(one, add);
            return this;
        }
    }

    @Override
    public @Nullable SctpChannel accept() throws IOException {
        acceptLock.lock();
        try {
            AcceptPort mine = bound();
            AssociationPort next = isBlocking() ? await(mine) : Attempt.on(this, mine::poll);
            return next == null ? null : AssociationChannel.of(provider(), opener, next);
        } finally {
            acceptLock.unlock();
        }
    }

    private AssociationPort await(AcceptPort mine) throws IOException {
        AssociationPort next = null;
        try {
            begin();
            next = mine.poll();
            while (next == null) {
                Interrupts.CHANNEL.await(acceptor, mine::canAccept, Time.NEVER, "", () -> {});
                next = mine.poll();
            }
            return next;
        } finally {
            end(next != null);
        }
    }

    @Override
    public Set<SocketAddress> getAllLocalAddresses() throws IOException {
        checkOpen();
        AcceptPort mine = port;
        return mine == null ? Set.of() : HostAssociation.all(mine.addresses(), mine.port());
    }

    @Override
    public <T> SctpServerChannel setOption(SctpSocketOption<T> name, @Nullable T value) throws IOException {
        ChannelOptions.check(name, supportedOptions());
        synchronized (lock) {
            checkOpen();
            options.set(name, value);
            AcceptPort mine = port;
            if (mine != null) {
                mine.configure(options.config());
            }
            return this;
        }
    }

    @Override
    public <T> T getOption(SctpSocketOption<T> name) throws IOException {
        ChannelOptions.check(name, supportedOptions());
        checkOpen();
        return options.get(name);
    }

    @Override
    public Set<SctpSocketOption<?>> supportedOptions() {
        return ChannelOptions.OF_SERVERS;
    }

    @Override
    protected void implCloseSelectableChannel() {
        AcceptPort mine;
        synchronized (lock) {
            mine = port;
        }
        if (mine != null) {
            mine.close();
            acceptor.wakeNow();
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // Asked at each operation.
    }

    @Override
    public String toString() {
        AcceptPort mine = port;
        return "io.towpath.SctpServerChannel["
                + (!isOpen() ? "closed" : mine == null ? "unbound" : "port " + mine.port()) + "]";
    }
}
