package io.towpath.net.shard;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What came of opening a socket on its shard: the socket, or why there is none. The exception is made by the caller,
/// so that its stack trace is the caller's.
public record Opened<S, E>(@Nullable S socket, @Nullable E error) {
    /// Why there is no socket.
    public E reason() {
        return Objects.requireNonNull(error);
    }
}
