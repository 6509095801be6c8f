package io.towpath.net;

import io.towpath.core.Context;
import io.towpath.link.Link;
import io.towpath.nat.Nat;
import io.towpath.nat.NatConfig;
import io.towpath.nat.NatMapping;
import io.towpath.net.nio.ChannelDatagramSocket;
import io.towpath.net.nio.HostSelectorProvider;
import io.towpath.net.sctp.SctpSockets;
import io.towpath.net.shard.Arguments;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Opener;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.SocketFaults;
import io.towpath.net.shard.StreamSocket;
import io.towpath.net.shard.Timeouts;
import io.towpath.net.socket.HostServerSocketFactory;
import io.towpath.net.socket.HostSocketFactory;
import io.towpath.sctp.SctpLayer;
import io.towpath.stack.Snapshot;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpLayer;
import io.towpath.udp.UdpConfig;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.MulticastSocket;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// A running host: one stack on live links. Made by [Towpath#host]. All methods may be called from any thread.
///
/// ```java
/// try (Host host = Towpath.host("a").link(wire).address("10.0.0.1/24").start();
///         TcpStream stream = host.connect("10.0.0.2", 7)) {
///     stream.write("hello".getBytes(UTF_8));
/// }
/// ```
public final class Host implements AutoCloseable {
    /// Connections that wait to be accepted when [#listen(int)] does not say how many.
    private static final int BACKLOG = 128;

    private final String name;
    private final HostBuilder blueprint;
    private final TcpConfig tcp;
    private final Opener opener;
    private final SelectorProvider provider;
    private final long lingerNanos;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Shard shard;
    private volatile List<Prefix> addresses;

    Host(String name, HostBuilder blueprint, Shard shard, TcpConfig tcp, long lingerNanos) {
        this.name = name;
        this.blueprint = blueprint;
        this.shard = shard;
        this.tcp = tcp;
        this.opener = new Opener(this::shard, tcp);
        this.provider = new HostSelectorProvider(opener);
        this.addresses = blueprint.addresses();
        this.lingerNanos = lingerNanos;
    }

    /// What opens its sockets.
    Opener opener() {
        return opener;
    }

    private Shard shard() {
        return shard;
    }

    /// Its name, for people.
    public String name() {
        return name;
    }

    /// Its addresses, each with the length of its network's prefix.
    public List<Prefix> addresses() {
        return addresses;
    }

    // ---- TCP ------------------------------------------------------------------------------------------------------

    /// Opens a connection and waits until it is established, at most as long as the configuration's SYN timeout.
    ///
    /// @throws ConnectException "Connection refused", or "Connection timed out"
    /// @throws NoRouteToHostException when there is no way to the peer, or an ICMP message says so
    /// @throws BindException when no local port is free
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    public TcpStream connect(Endpoint remote) throws IOException {
        return connect(remote, Duration.ZERO);
    }

    /// Opens a connection to a numeric address. See [#connect(Endpoint)].
    ///
    /// @throws IllegalArgumentException when `address` is not an IPv4 or IPv6 address, or `port` is not a port
    public TcpStream connect(String address, int port) throws IOException {
        return connect(new Endpoint(IpAddress.parse(Objects.requireNonNull(address)), Arguments.port(port)));
    }

    /// Opens a connection to a numeric address and waits no longer than `timeout`. See [#connect(Endpoint,
    /// Duration)].
    ///
    /// @throws IllegalArgumentException when `address` is not an IPv4 or IPv6 address, or `port` is not a port
    public TcpStream connect(String address, int port, Duration timeout) throws IOException {
        return connect(new Endpoint(IpAddress.parse(Objects.requireNonNull(address)), Arguments.port(port)), timeout);
    }

    /// Opens a connection and waits no longer than `timeout` ([Duration#ZERO]: as long as the configuration's SYN
    /// timeout). See [#connect(Endpoint)].
    ///
    /// @throws SocketTimeoutException when the peer did not answer in time
    public TcpStream connect(Endpoint remote, Duration timeout) throws IOException {
        return connect(remote, timeout, tcp);
    }

    /// Opens a connection that behaves as `config` says. See [#connect(Endpoint, Duration)].
    public TcpStream connect(Endpoint remote, Duration timeout, TcpConfig config) throws IOException {
        return connect(null, 0, remote, timeout, config);
    }

    /// Opens a connection from a chosen local address. See [#connect(Endpoint, Duration)].
    ///
    /// @param local own address, null to let the stack choose
    /// @param localPort own port, 0 to let the stack choose
    /// @throws IllegalArgumentException when `localPort` is not a port
    public TcpStream connect(
            @Nullable IpAddress local, int localPort, Endpoint remote, Duration timeout, TcpConfig config)
            throws IOException {
        Objects.requireNonNull(remote);
        Objects.requireNonNull(config);
        Arguments.port(localPort);
        long nanos = Timeouts.nanos(timeout);
        StreamSocket socket = opener.connect(null, local, localPort, remote, config);
        TcpStream stream = new TcpStream(socket);
        try {
            stream.awaitConnected(nanos);
            return stream;
        } catch (Throwable failure) {
            stream.abort();
            throw failure;
        }
    }

    /// Opens a connection that has data to send at once, and waits until it is established. With Fast Open
    /// ([TcpConfig#fastOpen()], its client's side) the data goes with the SYN to a server that gave a cookie
    /// before, which saves a round trip; to others it follows the handshake. Data that goes with a SYN may reach
    /// the server's user twice (RFC 7413 §6.1).
    ///
    /// See [#connect(Endpoint, Duration)].
    ///
    /// @param data all of which is sent
    public TcpStream connect(Endpoint remote, Duration timeout, TcpConfig config, byte[] data) throws IOException {
        Objects.requireNonNull(remote);
        Objects.requireNonNull(config);
        Objects.requireNonNull(data);
        long nanos = Timeouts.nanos(timeout);
        StreamSocket socket = opener.connect(null, null, 0, remote, config, data);
        int taken = Math.min(data.length, config.sendBuffer());
        TcpStream stream = new TcpStream(socket);
        try {
            stream.awaitConnected(nanos);
            stream.output().write(data, taken, data.length - taken);
            return stream;
        } catch (Throwable failure) {
            stream.abort();
            throw failure;
        }
    }

    /// Listens on `port` (0: any free one) of all addresses.
    ///
    /// @throws BindException "Address already in use"
    public TcpServer listen(int port) throws IOException {
        return listen(port, BACKLOG);
    }

    /// Listens on `port` (0: any free one) of all addresses.
    ///
    /// @param backlog connections that may wait to be accepted
    /// @throws BindException "Address already in use"
    public TcpServer listen(int port, int backlog) throws IOException {
        return listen(null, port, backlog, tcp);
    }

    /// Listens on `port` (0: any free one) of one address.
    ///
    /// @param local own address, null for all
    /// @param backlog connections that may wait to be accepted
    /// @param config how accepted connections behave
    /// @throws BindException "Address already in use", or "Cannot assign requested address"
    /// @throws IllegalArgumentException when `port` is not a port
    public TcpServer listen(@Nullable IpAddress local, int port, int backlog, TcpConfig config) throws IOException {
        Objects.requireNonNull(config);
        Arguments.port(port);
        return new TcpServer(opener.listen(null, local, port, backlog, config));
    }

    /// Listens for one peer only: the fully specified passive OPEN of RFC 9293 §3.9.1.1. Others are refused,
    /// unless somebody else listens on the port for them.
    ///
    /// @param local own address, null for all
    /// @param remote the peer's address and port
    /// @param config how the connection behaves
    /// @throws BindException "Address already in use", or "Cannot assign requested address"
    /// @throws IllegalArgumentException when `port` is not a port, or `remote` is no single host and port
    public TcpServer listen(@Nullable IpAddress local, int port, Endpoint remote, TcpConfig config) throws IOException {
        Objects.requireNonNull(config);
        Arguments.port(port);
        Arguments.peer(remote);
        return new TcpServer(opener.listen(null, local, port, remote, 1, config));
    }

    // ---- UDP ------------------------------------------------------------------------------------------------------

    /// A UDP socket on `port` (0: any free one) of all addresses.
    ///
    /// @throws BindException "Address already in use"
    public UdpSocket udp(int port) throws IOException {
        return udp(null, port, UdpConfig.defaults());
    }

    /// A UDP socket on `port` (0: any free one) of one address.
    ///
    /// @param local own address, null for all
    /// @throws BindException "Address already in use", or "Cannot assign requested address"
    /// @throws IllegalArgumentException when `port` is not a port
    public UdpSocket udp(@Nullable IpAddress local, int port, UdpConfig config) throws IOException {
        Objects.requireNonNull(config);
        Arguments.port(port);
        return new UdpSocket(opener.udp(local, port, config, false));
    }

    // ---- SCTP -----------------------------------------------------------------------------------------------------

    /// Opens SCTP associations and servers.
    public SctpSockets sctp() {
        return new SctpSockets(opener, provider);
    }

    // ---- java.net -------------------------------------------------------------------------------------------------

    /// Makes `java.net` sockets of this host, for libraries that take a factory. Interrupting a virtual thread that
    /// is blocked in such a socket closes it; a platform thread is not interruptible, as ever.
    public SocketFactory socketFactory() {
        return new HostSocketFactory(opener);
    }

    /// Makes `java.net` server sockets of this host, for libraries that take a factory.
    public ServerSocketFactory serverSocketFactory() {
        return new HostServerSocketFactory(opener);
    }

    /// A `java.net` datagram socket of this host.
    ///
    /// @param local where to bind it; null leaves it unbound
    public DatagramSocket datagramSocket(@Nullable SocketAddress local) throws IOException {
        return bound(ChannelDatagramSocket.open(provider, opener, false), local);
    }

    /// A `java.net` multicast socket of this host, whose port others may share. Joining a group tells nobody outside:
    /// it works where every packet reaches every host.
    ///
    /// @param local where to bind it; null leaves it unbound
    public MulticastSocket multicastSocket(@Nullable SocketAddress local) throws IOException {
        return bound(ChannelDatagramSocket.open(provider, opener, true), local);
    }

    private static MulticastSocket bound(MulticastSocket socket, @Nullable SocketAddress local) throws IOException {
        if (local != null) {
            try {
                socket.bind(local);
            } catch (Throwable failure) {
                socket.close();
                throw failure;
            }
        }
        return socket;
    }

    // ---- java.nio -------------------------------------------------------------------------------------------------

    /// Makes the channels and selectors of this host. Channels of different providers do not mix in one selector.
    public SelectorProvider selectorProvider() {
        return provider;
    }

    // ---- the rest -------------------------------------------------------------------------------------------------

    /// Sends one echo request of 56 bytes and waits for the reply.
    ///
    /// @param timeout how long to wait, [Duration#ZERO] for ever
    /// @return the round-trip time
    /// @throws SocketTimeoutException when no reply came in time
    /// @throws NoRouteToHostException when there is no way to the destination, or an ICMP message says so
    /// @throws ClosedByInterruptException when the caller was interrupted while it waited
    /// @throws IllegalStateException when 65,536 pings are under way
    public Duration ping(IpAddress destination, Duration timeout) throws IOException {
        Objects.requireNonNull(destination);
        Objects.requireNonNull(timeout);
        PingSocket socket = new Call<PingSocket>() {
            @Override
            protected PingSocket answer(long now) {
                return new PingSocket(shard);
            }
        }.on(shard);
        try (socket) {
            return socket.ping(destination, timeout);
        }
    }

    /// All sockets as a listing shows them: listeners first, then connections of all states, then UDP, then
    /// endpoints and associations of SCTP.
    ///
    /// @throws java.net.SocketException when the host is closed
    public List<SocketRow> sockets() throws IOException {
        return new Call<List<SocketRow>>() {
            @Override
            protected List<SocketRow> answer(long now) {
                List<SocketRow> rows = new ArrayList<>();
                TcpLayer engine = shard.stack().tcp();
                engine.forEachListener(listener -> rows.add(SocketRow.of(listener)));
                engine.forEachRow(row -> rows.add(
                        row instanceof TcpConnection connection
                                ? SocketRow.of(engine.info(now, connection))
                                : SocketRow.of(row)));
                shard.stack().udp().forEach(endpoint -> rows.add(SocketRow.of(endpoint)));
                SctpLayer sctp = shard.stack().sctp();
                sctp.forEachEndpoint(endpoint -> {
                    if (endpoint.isListening()) {
                        rows.add(SocketRow.of(endpoint));
                    }
                });
                sctp.forEach(association -> rows.add(SocketRow.of(sctp.info(now, association))));
                return List.copyOf(rows);
            }
        }.on(shard);
    }

    /// What the host looks like now: interfaces, routes, sockets, counters.
    ///
    /// @throws java.net.SocketException when the host is closed
    public Snapshot snapshot() throws IOException {
        return new Call<Snapshot>() {
            @Override
            protected Snapshot answer(long now) {
                return shard.stack().snapshot(now);
            }
        }.on(shard);
    }

    /// What the host's NAT remembers now, from the oldest mapping to the newest; nothing when it is no NAT.
    ///
    /// @throws java.net.SocketException when the host is closed
    public List<NatMapping> nat() throws IOException {
        return new Call<List<NatMapping>>() {
            @Override
            protected List<NatMapping> answer(long now) {
                Nat nat = shard.stack().nat();
                return nat == null ? List.of() : nat.mappings(now);
            }
        }.on(shard);
    }

    /// Lets the host's NAT forget every mapping but forwards, as if the box had been switched off and on again.
    /// Nothing happens when it is no NAT.
    ///
    /// @throws java.net.SocketException when the host is closed
    public void forgetNat() throws IOException {
        onOwner((now, on) -> {
            Nat nat = on.stack().nat();
            if (nat != null) {
                nat.forgetAll(now);
            }
        });
    }

    /// Makes the host a NAT with these settings, whether it is one already or not, from now on and after each
    /// [#reboot]. What the NAT knows stays as far as it fits them ([io.towpath.nat.Nat#change]), and so do
    /// sockets of the host. The host must forward packets ([io.towpath.ip.IpConfig#withForwarding]) or have been
    /// built as a NAT ([HostBuilder#nat]).
    ///
    /// @throws IllegalStateException when the host does not forward packets
    /// @throws java.net.SocketException when the host is closed
    public void nat(NatConfig settings) throws IOException {
        Objects.requireNonNull(settings);
        onOwner((now, on) -> {
            Nat ignored = on.stack().changeNat(now, settings);
            blueprint.nat(settings);
        });
    }

    /// Adds a link while the host runs. It belongs to the host from then on.
    ///
    /// @param addresses the host's addresses there, each with the prefix length of its network
    /// @throws IllegalArgumentException when the link is a TUN device, which must be there from the start, or
    ///     when a text is not an address with a prefix length
    /// @throws java.net.SocketException when the host is closed
    public void plug(Link link, String... addresses) throws IOException {
        Objects.requireNonNull(link);
        List<Prefix> own = new ArrayList<>();
        for (String address : addresses) {
            own.add(Prefix.parse(address));
        }
        onOwner((now, on) -> blueprint.plug(on, link, own));
        this.addresses = blueprint.addresses();
    }

    /// Sends what goes to `destination` by `gateway`, a neighbour at one of its links, from now on.
    ///
    /// @throws IllegalArgumentException when no link of this host leads to the gateway
    /// @throws java.net.SocketException when the host is closed
    public void route(Prefix destination, IpAddress gateway) throws IOException {
        Objects.requireNonNull(destination);
        Objects.requireNonNull(gateway);
        onOwner((now, on) -> blueprint.route(on, destination, gateway));
    }

    /// Loses all memory at once and comes up again, as after a power failure: nothing more is sent for what was
    /// open, so peers find out by themselves, and sockets of this host fail, by a [HostRebootedException] as the
    /// cause. Links, addresses and routes stay.
    /// Not from within an event reader.
    ///
    /// @throws java.net.SocketException when the host is closed
    /// @throws IOException when the operating system denies something
    public synchronized void reboot() throws IOException {
        if (isClosed()) {
            throw SocketFaults.closed();
        }
        shard.crash(new HostRebootedException());
        shard = blueprint.boot();
    }

    private interface Change {
        void make(long now, Shard on);
    }

    private synchronized void onOwner(Change change) throws IOException {
        Shard on = shard;
        boolean ignored = new Call<Boolean>() {
            @Override
            protected Boolean answer(long now) {
                change.make(now, on);
                return true;
            }
        }.on(on);
    }

    /// Closes all sockets as their users would, waits for a bounded time until the peers have everything, resets what
    /// is left, stops the host's thread and closes its links. Idempotent. Blocked callers get
    /// `SocketException("Socket closed")`.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Shard last;
            synchronized (this) { // a reboot that began before comes to its end
                last = shard;
            }
            last.shutDown(lingerNanos);
        }
    }

    /// True after [#close].
    public boolean isClosed() {
        return closed.get();
    }

    /// For tests: what the engines share.
    Context context() {
        return shard.stack().context();
    }

    @Override
    public String toString() {
        return "Host[" + name + " " + addresses + (isClosed() ? ", closed]" : "]");
    }
}
