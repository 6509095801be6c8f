package io.towpath.sctp;

/// Why the state of an association cannot be saved now ([SctpLayer#save]). Each passes by itself when the user
/// sends no more for a while and takes what came, as long as the peer answers; but for [#NOT_ESTABLISHED], which
/// stays once the association is over.
public enum HandoverObstacle {
    /// It is not established yet, is shutting down, or is over.
    NOT_ESTABLISHED,
    /// Messages wait to be sent.
    MESSAGES_QUEUED,
    /// What was sent is not acknowledged yet, or the peer does not know yet what was given up.
    DATA_OUTSTANDING,
    /// Chunks are missing before others that came.
    DATA_MISSING,
    /// Messages wait for others of their stream, or for their other fragments.
    MESSAGES_INCOMPLETE,
    /// The user did not take all messages. Notifications are no obstacle: they can be received still.
    NOT_RECEIVED,
    /// A request for streams is not answered (RFC 6525).
    STREAMS_CHANGING,
    /// A change of an own address is not answered (RFC 5061).
    ADDRESSES_CHANGING,
    /// Answers to the peer wait to be sent.
    REPLIES_QUEUED
}
