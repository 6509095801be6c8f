package io.towpath.net.shard;

import io.towpath.wire.Endpoint;

/// Checks of what callers bring, made on their own thread: on the shard a mistake would look like a defect of
/// the stack.
public final class Arguments {
    private Arguments() {}

    /// `port`, with the JDK's words when it is none.
    ///
    /// @throws IllegalArgumentException when it is not 0 to 65,535
    public static int port(int port) {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port out of range: " + port);
        }
        return port;
    }

    /// `remote`, when it is one host and a port of it.
    ///
    /// @throws IllegalArgumentException when it is a group, no address or no port
    public static Endpoint peer(Endpoint remote) {
        var address = remote.address();
        if (remote.port() == 0 || address.isMulticast() || address.isBroadcast() || address.isUnspecified()) {
            throw new IllegalArgumentException("not a peer: " + remote + " (expected one host and a port)");
        }
        return remote;
    }
}
