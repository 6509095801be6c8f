package io.towpath.sctp.send;

import io.towpath.sctp.SendOptions;
import org.jspecify.annotations.Nullable;

/// A message of the user from the call that hands it over until its last chunk is acknowledged. Objects are
/// reused.
public final class OutgoingMessage {
    private static final byte[] NONE = {};

    /// Its bytes, `[0, length)`.
    public byte[] data = NONE;

    /// Bytes.
    public int length;

    /// How it is to be sent.
    public SendOptions options = SendOptions.defaults();

    /// Its place in the order of all messages of the association.
    public long order;

    /// When the user handed it over.
    public long queuedAt;

    /// Stream sequence number, or message identifier with interleaving; known once the first chunk has a TSN.
    public int ssn;

    /// Bytes that have a TSN.
    public int sent;

    /// The fragment sequence number of the next chunk.
    public int nextFsn;

    /// Chunks with a TSN that are not cumulatively acknowledged.
    public int outstanding;

    /// Nobody tries to deliver it any more (RFC 3758).
    public boolean abandoned;

    /// The next message of its stream.
    @Nullable
    OutgoingMessage next;

    /// Whether every byte has a TSN.
    public boolean isSent() {
        return sent == length;
    }

    /// Whether some bytes have a TSN and some have not.
    public boolean isPartlySent() {
        return sent > 0 && sent < length;
    }

    void clear() {
        data = NONE;
        length = 0;
        options = SendOptions.defaults();
        ssn = 0;
        sent = 0;
        nextFsn = 0;
        outstanding = 0;
        abandoned = false;
        next = null;
    }
}
