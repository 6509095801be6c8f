package io.towpath.net.sctp;

import io.towpath.net.sctp.port.AcceptPort;
import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.sctp.port.EndpointPort;
import io.towpath.net.shard.Opener;
import io.towpath.sctp.SavedAssociation;
import io.towpath.sctp.SctpConfig;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/// Opens SCTP associations and servers on a host.
///
/// ```java
/// try (var socket = host.sctp().connect(Endpoint.parse("10.0.0.2:5000"))) {
///     socket.send("hello".getBytes(UTF_8), SendOptions.stream(3));
///     Message answer = socket.receive();
/// }
/// ```
public final class SctpSockets {
    private static final int PORT_MAX = 0xffff;
    private static final int BACKLOG = 64;

    private final Opener opener;
    private final SelectorProvider provider;

    /// For [io.towpath.net.Host].
    public SctpSockets(Opener opener, SelectorProvider provider) {
        this.opener = opener;
        this.provider = provider;
    }

    /// The channels of `com.sun.nio.sctp` on this host: code that knows those changes only how it opens them.
    ///
    /// @throws UnsupportedOperationException when this JVM is without the module `jdk.sctp`
    public SctpChannels channels() {
        return channels(SctpConfig.defaults());
    }

    /// The channels of `com.sun.nio.sctp`, with settings for which the JDK has no options.
    ///
    /// @param config what holds until an option of a channel says otherwise
    /// @throws UnsupportedOperationException when this JVM is without the module `jdk.sctp`
    public SctpChannels channels(SctpConfig config) {
        Objects.requireNonNull(config);
        try {
            Class<?> ignored = Class.forName("com.sun.nio.sctp.SctpChannel", false, SctpSockets.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new UnsupportedOperationException(
                    "this JVM is without the module jdk.sctp: start it with --add-modules jdk.sctp, or link it into its"
                            + " image",
                    e);
        }
        return new SctpChannels(opener, provider, config);
    }

    /// Begins an association with the peer at `to` and waits until it is established.
    ///
    /// @throws java.net.ConnectException when the peer refuses or does not answer
    /// @throws java.net.NoRouteToHostException when there is no way to the peer
    public SctpSocket connect(Endpoint to) throws IOException {
        return connect(List.of(), 0, List.of(to.address()), to.port(), SctpConfig.defaults(), Duration.ZERO);
    }

    /// Begins an association and waits until it is established.
    ///
    /// @param local own addresses to tell the peer, empty for all
    /// @param localPort own port, 0 for any
    /// @param remote addresses of the peer, the primary one first; the peer tells more
    /// @param timeout how long to wait, [Duration#ZERO] for as long as the protocol tries
    /// @throws SocketTimeoutException when it took longer
    /// @throws java.net.ConnectException when the peer refuses or does not answer
    /// @throws java.net.NoRouteToHostException when there is no way to the peer
    /// @throws java.net.BindException when the port or an address cannot be used
    /// @throws IllegalArgumentException when a port is none
    public SctpSocket connect(
            List<IpAddress> local, int localPort, List<IpAddress> remote, int port, SctpConfig config, Duration timeout)
            throws IOException {
        Objects.requireNonNull(config);
        checkPort(localPort);
        checkPort(port);
        SctpSocket socket =
                new SctpSocket(AssociationPort.open(opener.shard(), local, localPort, remote, port, config));
        socket.awaitConnected(timeout);
        return socket;
    }

    /// Goes on with an association that another process saved ([SctpAssociation#save]). This host must have
    /// the addresses by now that the peer knows. When a server or a [SctpMultiSocket] has its port, with the
    /// same addresses, the association is of that port, but this socket's.
    ///
    /// @param config its settings from now on; with AUTH they must have the key that it sends with
    /// @throws java.net.BindException when its port is in use, or the peer looks for it at an address that this
    ///     host does not have
    /// @throws java.net.NoRouteToHostException when there is no way to the peer
    /// @throws java.net.ConnectException when there is an association with this peer already
    /// @throws SocketException when the settings lack its key, or the host takes no SCTP in UDP and the peer
    ///     wants that
    public SctpSocket restore(SavedAssociation saved, SctpConfig config) throws IOException {
        Objects.requireNonNull(config);
        return new SctpSocket(AssociationPort.restore(opener.shard(), saved, config));
    }

    /// Listens on `port` (0: any free one) of all addresses.
    ///
    /// @throws java.net.BindException "Address already in use"
    public SctpServer listen(int port) throws IOException {
        return listen(List.of(), port, BACKLOG, SctpConfig.defaults());
    }

    /// Listens.
    ///
    /// @param local own addresses, empty for all
    /// @param port 0 for any free one
    /// @param backlog how many associations may wait to be accepted, at least 1
    /// @throws java.net.BindException when the port or an address cannot be used
    /// @throws IllegalArgumentException when `port` is none or `backlog` too small
    public SctpServer listen(List<IpAddress> local, int port, int backlog, SctpConfig config) throws IOException {
        Objects.requireNonNull(config);
        checkPort(port);
        checkBacklog(backlog);
        return new SctpServer(AcceptPort.open(opener.shard(), local, port, backlog, config));
    }

    /// A socket of many associations on `port` (0: any free one) of all addresses: peers may begin associations
    /// with it, and it with them.
    ///
    /// @throws java.net.BindException "Address already in use"
    public SctpMultiSocket bind(int port) throws IOException {
        return bind(List.of(), port, BACKLOG, SctpConfig.defaults());
    }

    /// A socket of many associations.
    ///
    /// @param local own addresses, empty for all
    /// @param port 0 for any free one
    /// @param backlog how many associations may begin in one go, at least 1
    /// @param config settings of its associations
    /// @throws java.net.BindException when the port or an address cannot be used
    /// @throws IllegalArgumentException when `port` is none or `backlog` too small
    public SctpMultiSocket bind(List<IpAddress> local, int port, int backlog, SctpConfig config) throws IOException {
        Objects.requireNonNull(config);
        checkPort(port);
        checkBacklog(backlog);
        return new SctpMultiSocket(EndpointPort.open(opener.shard(), local, port, backlog, config));
    }

    private static void checkBacklog(int backlog) {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog must be at least 1, not " + backlog);
        }
    }

    private static void checkPort(int port) {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }
}
