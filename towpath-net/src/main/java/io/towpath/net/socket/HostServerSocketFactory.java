package io.towpath.net.socket;

import io.towpath.net.shard.Opener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/// Makes the server sockets of a Towpath host.
public final class HostServerSocketFactory extends ServerSocketFactory {
    private static final int BACKLOG = 50;

    private final Opener opener;

    /// For the host of `opener`.
    public HostServerSocketFactory(Opener opener) {
        this.opener = opener;
    }

    @Override
    public ServerSocket createServerSocket() {
        return new HostServerSocket(opener);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, BACKLOG, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress local) throws IOException {
        ServerSocket socket = createServerSocket();
        try {
            socket.bind(new InetSocketAddress(local, port), backlog);
            return socket;
        } catch (Throwable failure) {
            socket.close();
            throw failure;
        }
    }
}
