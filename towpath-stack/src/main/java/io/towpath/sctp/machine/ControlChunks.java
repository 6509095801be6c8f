package io.towpath.sctp.machine;

import io.towpath.sctp.path.Path;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Control chunks of an association that are to be sent and that no state object owns: what to send is decided
/// by whoever puts them here, when and with what by [Transmission].
public final class ControlChunks {
    /// Replies to the peer's chunks that may wait: a peer that sends faster than it takes answers gets fewer.
    private static final int REPLIES_MAX = 32;

    /// A chunk as on the wire, and where it goes; null for any path.
    ///
    /// @param chunk the whole chunk, padded
    /// @param path where to
    public record Reply(byte[] chunk, @Nullable Path path) {}

    /// The COOKIE ACK is due.
    public boolean cookieAckDue;

    /// Where the COOKIE ACK goes.
    public @Nullable Path cookieAckPath;

    private final ArrayDeque<Reply> replies = new ArrayDeque<>(2);

    /// Nothing to send.
    public ControlChunks() {}

    /// A HEARTBEAT ACK, an ERROR or the like is to be sent.
    ///
    /// @return false when too many wait already
    public boolean reply(byte[] chunk, @Nullable Path path) {
        if (replies.size() >= REPLIES_MAX) {
            return false;
        }
        replies.add(new Reply(chunk, path));
        return true;
    }

    /// The next one, left where it is.
    public @Nullable Reply peek() {
        return replies.peek();
    }

    /// The next one was sent.
    public void remove() {
        replies.remove();
    }

    /// Whether nothing waits.
    public boolean isEmpty() {
        return !cookieAckDue && replies.isEmpty();
    }

    /// A path is no more.
    public void forget(Path gone) {
        replies.removeIf(reply -> reply.path() == gone);
        if (cookieAckPath == gone) {
            cookieAckPath = null;
        }
    }

    /// Nothing is to be sent any more.
    public void clear() {
        replies.clear();
        cookieAckDue = false;
        cookieAckPath = null;
    }
}
