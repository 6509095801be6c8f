package io.towpath.net.nio;

import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/// What a [HostSelector] asks of a channel that is registered with it.
public interface Selectable {
    /// The operations that the channel is ready for now, of those it has. On the thread that selects by `key`.
    int readyOps(HostKey key);

    /// Where the channel keeps its keys.
    KeyRing keys();

    /// The operating system's channel that this one stands for; null for one of a Towpath host, or while that is not
    /// decided.
    default @Nullable SelectableChannel outside() {
        return null;
    }
}
