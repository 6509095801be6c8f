package io.towpath.net.shard;

import io.towpath.tcp.BoundPorts;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpLayer;
import io.towpath.tcp.TcpListener;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.udp.UdpError;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Opens the sockets of one host. Nothing here waits for the network.
public final class Opener {
    private final Supplier<Shard> shards;
    private final TcpConfig tcp;

    /// For the host whose shard of the moment `shards` tells, and whose connections are configured by `tcp` unless
    /// told otherwise.
    public Opener(Supplier<Shard> shards, TcpConfig tcp) {
        this.shards = shards;
        this.tcp = tcp;
    }

    /// How connections behave unless told otherwise.
    public TcpConfig tcp() {
        return tcp;
    }

    /// The shard of the moment: a reboot makes another.
    public Shard shard() {
        return shards.get();
    }

    /// Begins to open a connection.
    ///
    /// @param bound what the socket was bound to, which ends by this; null when it was not
    /// @param local own address, null to let the stack choose
    /// @param localPort own port, 0 to let the stack choose
    /// @throws SocketException when there is no way to the peer or no local port is free
    public StreamSocket connect(
            BoundPorts.@Nullable Bound bound,
            @Nullable IpAddress local,
            int localPort,
            Endpoint remote,
            TcpConfig config)
            throws SocketException {
        return connect(bound, local, localPort, remote, config, null);
    }

    /// Begins to open a connection with data: as much of `first` as the send buffer takes is in it before the SYN
    /// leaves, and goes with it where Fast Open lets it (RFC 7413). The socket's send ring tells how much that is.
    ///
    /// @param bound what the socket was bound to, which ends by this; null when it was not
    /// @param local own address, null to let the stack choose
    /// @param localPort own port, 0 to let the stack choose
    /// @param first null for an ordinary open
    /// @throws SocketException when there is no way to the peer or no local port is free
    public StreamSocket connect(
            BoundPorts.@Nullable Bound bound,
            @Nullable IpAddress local,
            int localPort,
            Endpoint remote,
            TcpConfig config,
            byte @Nullable [] first)
            throws SocketException {
        Shard shard = shard();
        Opened<StreamSocket, TcpError> opened = new Call<Opened<StreamSocket, TcpError>>() {
            @Override
            protected Opened<StreamSocket, TcpError> answer(long now) {
                if (bound != null) {
                    shard.stack().tcp().unbind(bound);
                }
                TcpLayer tcp = shard.stack().tcp();
                IpAddress to = remote.address();
                TcpConnection.Result result = first == null
                        ? tcp.connect(now, local, localPort, to, remote.port(), config)
                        : tcp.connect(now, local, localPort, to, remote.port(), config, first, 0, first.length);
                return switch (result) {
                    case TcpConnection.Opened(TcpConnection connection) ->
                        new Opened<>(new StreamSocket(shard, connection), null);
                    case TcpConnection.Failed(TcpError error) -> new Opened<>(null, error);
                };
            }
        }.on(shard);
        StreamSocket socket = opened.socket();
        if (socket == null) {
            throw SocketFaults.connecting(opened.reason(), remote);
        }
        return socket;
    }

    /// Listens.
    ///
    /// @param bound what the socket was bound to, which ends by this; null when it was not
    /// @param local own address, null for all
    /// @param port 0 for any free one
    /// @param backlog connections that may wait to be accepted
    /// @param config how accepted connections behave
    /// @throws BindException "Address already in use", or "Cannot assign requested address"
    public ListenSocket listen(
            BoundPorts.@Nullable Bound bound, @Nullable IpAddress local, int port, int backlog, TcpConfig config)
            throws IOException {
        return listen(bound, local, port, null, backlog, config);
    }

    /// Listens for one peer only. See the other.
    ///
    /// @param remote the peer with its port, null for everybody
    public ListenSocket listen(
            BoundPorts.@Nullable Bound bound,
            @Nullable IpAddress local,
            int port,
            @Nullable Endpoint remote,
            int backlog,
            TcpConfig config)
            throws IOException {
        Shard shard = shard();
        Opened<ListenSocket, TcpError> opened = new Call<Opened<ListenSocket, TcpError>>() {
            @Override
            protected Opened<ListenSocket, TcpError> answer(long now) {
                if (bound != null) {
                    shard.stack().tcp().unbind(bound);
                }
                TcpListener.Result result = shard.stack().tcp().listen(now, local, port, remote, backlog, config);
                return switch (result) {
                    case TcpListener.Listening(TcpListener listener) ->
                        new Opened<>(new ListenSocket(shard, listener), null);
                    case TcpListener.Failed(TcpError error) -> new Opened<>(null, error);
                };
            }
        }.on(shard);
        ListenSocket socket = opened.socket();
        if (socket == null) {
            throw SocketFaults.binding(opened.reason());
        }
        return socket;
    }

    /// True when `address` is one of the host's.
    public boolean isOwn(IpAddress address) throws SocketException {
        Shard shard = shard();
        return new Call<Boolean>() {
            @Override
            protected Boolean answer(long now) {
                return shard.stack().ip().isLocal(address.high(), address.low());
            }
        }.on(shard);
    }

    /// A UDP socket.
    ///
    /// @param local own address or that of a group, null for all
    /// @param port 0 for any free one
    /// @param shared as `SO_REUSEADDR`
    /// @throws BindException "Address already in use", or "Cannot assign requested address"
    public DatagramPort udp(@Nullable IpAddress local, int port, UdpConfig config, boolean shared) throws IOException {
        Shard shard = shard();
        Opened<DatagramPort, UdpError> opened = new Call<Opened<DatagramPort, UdpError>>() {
            @Override
            protected Opened<DatagramPort, UdpError> answer(long now) {
                UdpEndpoint.Result result = shard.stack().udp().bind(now, local, port, config, shared);
                return switch (result) {
                    case UdpEndpoint.Bound(UdpEndpoint endpoint) ->
                        new Opened<>(new DatagramPort(shard, endpoint), null);
                    case UdpEndpoint.Failed(UdpError error) -> new Opened<>(null, error);
                };
            }
        }.on(shard);
        DatagramPort socket = opened.socket();
        if (socket == null) {
            throw SocketFaults.binding(opened.reason());
        }
        return socket;
    }

    /// Takes a local address and port for a connection or listener to come.
    ///
    /// @param local own address, null for all
    /// @param port 0 for any free one
    /// @param shared as `SO_REUSEADDR`
    /// @throws BindException "Address already in use", or "Cannot assign requested address"
    public BoundPorts.Bound bind(@Nullable IpAddress local, int port, boolean shared) throws IOException {
        Shard shard = shard();
        BoundPorts.Result result = new Call<BoundPorts.Result>() {
            @Override
            protected BoundPorts.Result answer(long now) {
                return shard.stack().tcp().bind(now, local, port, shared);
            }
        }.on(shard);
        return switch (result) {
            case BoundPorts.Bound bound -> bound;
            case BoundPorts.Failed(TcpError error) -> throw SocketFaults.binding(error);
        };
    }

    /// Gives back what [#bind] took.
    public void unbind(BoundPorts.Bound bound) {
        Shard shard = shard();
        try {
            boolean ignored = new Call<Boolean>() {
                @Override
                protected Boolean answer(long now) {
                    shard.stack().tcp().unbind(bound);
                    return true;
                }
            }.on(shard);
        } catch (SocketException dead) {
            // Then nobody holds any port.
        }
    }
}
