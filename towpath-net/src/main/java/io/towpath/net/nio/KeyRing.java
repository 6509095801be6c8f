package io.towpath.net.nio;

import io.towpath.net.shard.Driving;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The keys of one channel, most often one or none: whom to tell when it may have become ready.
public final class KeyRing {
    private static final HostKey[] NONE = {};

    private volatile HostKey[] keys = NONE;

    /// Without keys.
    public KeyRing() {}

    /// Adds a key.
    synchronized void add(HostKey key) {
        HostKey[] more = Arrays.copyOf(keys, keys.length + 1);
        more[keys.length] = key;
        keys = more;
    }

    /// Removes a key, if it is there.
    synchronized void remove(HostKey key) {
        HostKey[] all = keys;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == key) {
                HostKey[] fewer = new HostKey[all.length - 1];
                System.arraycopy(all, 0, fewer, 0, i);
                System.arraycopy(all, i + 1, fewer, i, fewer.length - i);
                keys = fewer;
                return;
            }
        }
    }

    /// The channel turned out to stand for one of the operating system's.
    void outside() {
        for (HostKey key : keys) {
            key.selector().addOutside(key);
        }
    }

    /// The channel, which stands for one of the operating system's, is to block; its keys are cancelled.
    void releaseOutside() {
        for (HostKey key : keys) {
            key.selector().releaseOutside(key);
        }
    }

    /// The channel may have become ready for `ops`, which is published already.
    ///
    /// @param driving when the caller owns a shard: who is woken once it does not; null otherwise
    public void raise(int ops, @Nullable Driving driving) {
        for (HostKey key : keys) {
            key.raise(ops, driving);
        }
    }
}
