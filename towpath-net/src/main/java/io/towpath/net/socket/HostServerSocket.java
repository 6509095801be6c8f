package io.towpath.net.socket;

import io.towpath.net.shard.Opener;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/// A [ServerSocket] of a Towpath host.
public final class HostServerSocket extends ServerSocket {
    private final Opener opener;

    /// A socket that is not bound.
    public HostServerSocket(Opener opener) {
        super(new SocketBackend(opener, true));
        this.opener = opener;
    }

    // The JDK's own would ask the JVM-wide factory for the accepted socket.
    @Override
    public Socket accept() throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        Socket accepted = new HostSocket(opener);
        implAccept(accepted);
        return accepted;
    }
}
