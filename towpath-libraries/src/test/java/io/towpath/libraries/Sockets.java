package io.towpath.libraries;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.netty.TowpathTransport;
import java.io.IOException;
import java.net.InetAddress;
import javax.net.SocketFactory;

/// What the programs of [Rates] have to be told, for they run on the operating system's sockets and on Towpath's.
///
/// @param address of the server
/// @param serverLoops of Netty's server
/// @param clientLoops of Netty's clients
/// @param servers Netty's listeners
/// @param clients Netty's connections
/// @param blocking connections of `java.net`
record Sockets(
        InetAddress address,
        IoHandlerFactory serverLoops,
        IoHandlerFactory clientLoops,
        ChannelFactory<? extends ServerChannel> servers,
        ChannelFactory<? extends Channel> clients,
        SocketFactory blocking) {

    static Sockets ofTheSystem() throws IOException {
        return new Sockets(
                InetAddress.getByName("127.0.0.1"),
                NioIoHandler.newFactory(),
                NioIoHandler.newFactory(),
                NioServerSocketChannel::new,
                NioSocketChannel::new,
                SocketFactory.getDefault());
    }

    /// Two hosts on a wire in memory. The channels that this JVM opens for the server's address are the server host's.
    static Sockets ofTowpath() throws IOException {
        HostPair hosts = Towpath.memoryPair(TwoHosts.CLIENT + "/24", TwoHosts.SERVER + "/24");
        Towpath.installAsDefault(hosts.b());
        TowpathTransport ofClient = TowpathTransport.of(hosts.a());
        TowpathTransport ofServer = TowpathTransport.of(hosts.b());
        return new Sockets(
                InetAddress.getByName(TwoHosts.SERVER),
                ofServer.handlers(),
                ofClient.handlers(),
                ofServer.servers(),
                ofClient.sockets(),
                hosts.a().socketFactory());
    }
}
