package io.towpath.netty;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.sctp.SctpServerChannel;
import io.netty.channel.sctp.nio.NioSctpChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.towpath.net.Host;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/// What Netty needs to run on one host: event loops that select among its channels, and factories of those channels.
///
/// ```java
/// var transport = TowpathTransport.of(host);
/// var group = new MultiThreadIoEventLoopGroup(transport.handlers());
/// new ServerBootstrap().group(group).channelFactory(transport.servers()).childHandler(…).bind("10.0.0.2", 80);
/// new Bootstrap().group(group).channelFactory(transport.sockets()).handler(…).connect("10.0.0.2", 80);
/// ```
///
/// They are Netty's own NIO channels, over the channels of the host: each option, handler and half-close works as
/// with Netty's NIO transport. Event loops and channels of one host belong together; a channel of another host,
/// or of the operating system, cannot be registered with them. One transport may serve any number of groups, from
/// any thread.
public final class TowpathTransport {
    private final Host host;
    private final SelectorProvider provider;

    private TowpathTransport(Host host) {
        this.host = host;
        this.provider = host.selectorProvider();
    }

    /// The transport of `host`. It needs no closing; what it made ends with the host.
    public static TowpathTransport of(Host host) {
        return new TowpathTransport(host);
    }

    /// For `MultiThreadIoEventLoopGroup` and `SingleThreadIoEventLoop`: event loops for this host's channels.
    public IoHandlerFactory handlers() {
        return NioIoHandler.newFactory(provider);
    }

    /// For `Bootstrap.channelFactory`: connections.
    public ChannelFactory<NioSocketChannel> sockets() {
        return () -> new NioSocketChannel(provider);
    }

    /// For `ServerBootstrap.channelFactory`: listeners, which accept connections of this host.
    public ChannelFactory<NioServerSocketChannel> servers() {
        return () -> new NioServerSocketChannel(provider);
    }

    /// For `Bootstrap.channelFactory`: datagram sockets that talk IPv4 and IPv6.
    public ChannelFactory<NioDatagramChannel> datagrams() {
        return () -> new NioDatagramChannel(provider);
    }

    /// For `Bootstrap.channelFactory`: datagram sockets for addresses of `family`.
    ///
    /// @param family `INET` or `INET6`
    public ChannelFactory<NioDatagramChannel> datagrams(SocketProtocolFamily family) {
        Objects.requireNonNull(family);
        return () -> new NioDatagramChannel(provider, family);
    }

    /// For `Bootstrap.channelFactory`: SCTP associations, whose messages are `SctpMessage`. Needs Netty's
    /// `netty-transport-sctp` and the JDK's module `jdk.sctp`, but no SCTP in the operating system.
    public ChannelFactory<NioSctpChannel> associations() {
        return SctpChannels.associations(host);
    }

    /// For `ServerBootstrap.channelFactory`: listeners for SCTP associations. See [#associations].
    public ChannelFactory<SctpServerChannel> associationServers() {
        return SctpChannels.servers(host);
    }
}
