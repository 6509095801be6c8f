package io.towpath.net.shard;

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
}
