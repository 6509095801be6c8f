package io.towpath.net.nio;

/// What a [HostSelector] asks of a channel that is registered with it.
interface Selectable {
    /// The operations that the channel is ready for now, of those it has. On the thread that selects by `key`.
    int readyOps(HostKey key);

    /// Where the channel keeps its keys.
    KeyRing keys();
}
