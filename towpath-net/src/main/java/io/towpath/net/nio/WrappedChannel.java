package io.towpath.net.nio;

import java.nio.channels.SelectableChannel;

/// A channel that stands for one of the operating system's.
interface WrappedChannel extends Selectable {
    /// The operating system's channel.
    SelectableChannel inner();

    @Override
    default int readyOps(HostKey key) {
        return key.hostReady;
    }
}
