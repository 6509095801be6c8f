package io.towpath.net.nio;

import io.towpath.core.Time;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The operating system's channels among those of a [HostSelector]: they are registered with a selector of the JDK
/// inside, in which the selecting thread then sleeps. Without such channels this costs a read of a field.
final class HostChannels {
    private final Map<HostKey, SelectionKey> keys = new ConcurrentHashMap<>();
    private volatile @Nullable Selector inner;
    private volatile boolean asleep;

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /// Registers the operating system's channel that the channel of `key` stands for, if it does.
    void add(HostKey key) {
        SelectableChannel channel = key.source().outside();
        if (channel == null) {
            return;
        }
        try {
            keys.put(key, register(channel, open(channel), key));
        } catch (ClosedChannelException e) {
            // Its key is cancelled in a moment, and never ready.
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// The inner key of a registration before, if there was one, is cancelled; the inner selector must forget it first.
    private static SelectionKey register(SelectableChannel channel, Selector selector, HostKey key) throws IOException {
        while (true) {
            try {
                return channel.register(selector, 0, key);
            } catch (CancelledKeyException e) {
                int ignored = selector.wakeup().selectNow(other -> {});
            }
        }
    }

    private synchronized Selector open(SelectableChannel channel) throws IOException {
        Selector selector = inner;
        if (selector == null) {
            selector = channel.provider().openSelector();
            inner = selector;
        }
        return selector;
    }

    void remove(HostKey key) {
        SelectionKey innerKey = keys.remove(key);
        if (innerKey != null) {
            innerKey.cancel();
        }
    }

    /// The channel of `key`, which is cancelled, is to block: it must have no valid key inside either.
    void release(HostKey key) {
        SelectionKey innerKey = keys.get(key);
        if (innerKey != null) {
            innerKey.cancel();
        }
    }

    /// Makes the keys of inner channels that are ready candidates of `selector`.
    void poll(HostSelector selector) throws IOException {
        Selector mine = inner;
        if (mine == null) {
            return;
        }
        takeInterests();
        int ignored = mine.selectNow(key -> ready(selector, key));
    }

    private void takeInterests() {
        keys.forEach((key, innerKey) -> {
            key.hostReady = 0;
            try {
                if (key.isValid()) {
                    innerKey.interestOps(key.interestNow());
                }
            } catch (CancelledKeyException e) {
                // Closed meanwhile.
            }
        });
    }

    private static void ready(HostSelector selector, SelectionKey innerKey) {
        if (innerKey.attachment() instanceof HostKey key) {
            key.hostReady = innerKey.readyOps();
            selector.lookAt(key);
        }
    }

    /// Sleeps until an inner channel is ready, [#wake] is called or the time is over.
    ///
    /// @param still false when there is no need to sleep any more; looked at after [#wake] has effect
    void sleep(long nanos, BooleanSupplier still) throws IOException {
        Selector mine = inner;
        if (mine == null) {
            return;
        }
        asleep = true;
        try {
            if (still.getAsBoolean()) {
                if (nanos == Time.NEVER) {
                    int ignored = mine.select();
                } else if (nanos > 0) {
                    int ignored = mine.select(Math.max(1, nanos / Time.MILLISECOND));
                }
            }
        } finally {
            asleep = false;
        }
    }

    /// Ends a [#sleep].
    void wake() {
        if (asleep) {
            Selector mine = inner;
            if (mine != null) {
                Selector ignored = mine.wakeup();
            }
        }
    }

    void close() throws IOException {
        Selector mine = inner;
        if (mine != null) {
            mine.close();
        }
    }
}
