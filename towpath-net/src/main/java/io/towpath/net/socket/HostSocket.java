package io.towpath.net.socket;

import io.towpath.net.shard.Opener;
import java.net.Socket;
import java.net.SocketException;

/// A [Socket] of a Towpath host.
public final class HostSocket extends Socket {
    /// A socket that is neither bound nor connected.
    public HostSocket(Opener opener) throws SocketException {
        super(new SocketBackend(opener, false));
    }
}
