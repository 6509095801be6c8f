package io.towpath.core;

/// What an engine tells the user of a socket: bits that say "look again". A signal carries no data and may be merged
/// with others of its kind; the truth is in the socket's state.
public final class Signals {
    /// A TCP open succeeded (OPEN-SUCCESS).
    public static final int CONNECTED = 1;

    /// There is something to read, or more than before.
    public static final int READABLE = 1 << 1;

    /// There is room to write, or more than before.
    public static final int WRITABLE = 1 << 2;

    /// The peer will send no more (its FIN was reached in order).
    public static final int END_OF_STREAM = 1 << 3;

    /// The socket is dead: closed in both directions, reset, timed out or failed to open. Ask it for its error.
    public static final int CLOSED = 1 << 4;

    /// A listener has a connection to accept.
    public static final int ACCEPTABLE = 1 << 5;

    /// The peer announced urgent data.
    public static final int URGENT = 1 << 6;

    /// A soft error (ICMP) is waiting to be read.
    public static final int ERROR = 1 << 7;

    private Signals() {}
}
