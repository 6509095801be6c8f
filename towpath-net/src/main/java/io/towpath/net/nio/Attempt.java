package io.towpath.net.nio;

import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import org.jspecify.annotations.Nullable;

/// What a call of a channel does without waiting, while another thread may close the channel.
@FunctionalInterface
public interface Attempt<T extends @Nullable Object> {
    /// @throws SocketException also when the socket was closed meanwhile
    T run() throws IOException;

    /// Runs it.
    ///
    /// @throws AsynchronousCloseException when it failed, and the channel is closed
    static <T extends @Nullable Object> T on(Channel channel, Attempt<T> attempt) throws IOException {
        try {
            return attempt.run();
        } catch (SocketException e) {
            throw channel.isOpen() ? e : new AsynchronousCloseException();
        }
    }
}
