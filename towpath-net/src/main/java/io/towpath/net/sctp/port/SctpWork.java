package io.towpath.net.sctp.port;

import io.towpath.net.shard.Call;
import io.towpath.net.shard.Shard;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpLayer;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// What the owner of a shard does with its SCTP engine, for a caller who waits for the answer.
@FunctionalInterface
interface SctpWork<T extends @Nullable Object> {
    T run(long now, SctpLayer sctp);

    /// Has it done.
    ///
    /// @throws SocketException when the host is closed
    static <T extends @Nullable Object> T on(Shard shard, SctpWork<T> work) throws SocketException {
        return new Call<T>() {
            @Override
            protected T answer(long now) {
                return work.run(now, shard.stack().sctp());
            }
        }.on(shard);
    }

    /// Has done what gives null when it is done.
    ///
    /// @throws SocketException when it ends with an error, or the host is closed
    static void demand(Shard shard, SctpWork<@Nullable SctpError> work) throws SocketException {
        SctpError error = SctpWork.<@Nullable SctpError>on(shard, work);
        if (error != null) {
            throw SctpFaults.of(error);
        }
    }
}
