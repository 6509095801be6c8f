package io.towpath.net.socket;

import io.towpath.net.shard.Opener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// Makes the sockets of a Towpath host.
public final class HostSocketFactory extends SocketFactory {
    private final Opener opener;

    /// For the host of `opener`.
    public HostSocketFactory(Opener opener) {
        this.opener = opener;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new HostSocket(opener);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return open(null, resolved(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return open(new InetSocketAddress(local, localPort), resolved(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return open(null, new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return open(new InetSocketAddress(local, localPort), new InetSocketAddress(host, port));
    }

    private static InetSocketAddress resolved(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    private Socket open(@Nullable SocketAddress local, SocketAddress remote) throws IOException {
        Socket socket = createSocket();
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            return socket;
        } catch (Throwable failure) {
            socket.close();
            throw failure;
        }
    }
}
