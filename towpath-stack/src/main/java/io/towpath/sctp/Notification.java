package io.towpath.sctp;

import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// What an association tells its user besides messages, in the order in which it happened (RFC 9260 §11.2, RFC
/// 6458 §6.1).
public sealed interface Notification extends Received {
    /// The association is established.
    ///
    /// @param outboundStreams streams that may be sent on
    /// @param inboundStreams streams that the peer may send on
    record CommunicationUp(int outboundStreams, int inboundStreams) implements Notification {}

    /// The association ended without being shut down; or it was never established.
    ///
    /// @param error why
    /// @param reason the error causes of the peer's ABORT as on the wire, empty if there was none
    record CommunicationLost(SctpError error, byte[] reason) implements Notification {}

    /// The peer restarted: both sides begin anew, and what was not acknowledged is lost.
    ///
    /// @param outboundStreams streams that may be sent on
    /// @param inboundStreams streams that the peer may send on
    record Restarted(int outboundStreams, int inboundStreams) implements Notification {}

    /// The association was shut down in order.
    record ShutdownComplete() implements Notification {}

    /// The peer shuts down: it takes no more new messages.
    record PeerShutdown() implements Notification {}

    /// A path changed.
    ///
    /// @param address the peer's address
    /// @param change what happened
    /// @param state its state now
    record PathChanged(IpAddress address, Change change, PathState state) implements Notification {
        /// What happened to the path.
        public enum Change {
            /// It carries data again.
            AVAILABLE,
            /// Too many errors: it is inactive.
            UNREACHABLE,
            /// The peer proved that the address is its own (RFC 9260 §5.4).
            CONFIRMED,
            /// The peer added the address.
            ADDED,
            /// The peer removed the address.
            REMOVED,
            /// It is the primary path now.
            MADE_PRIMARY,
            /// It fails, and data goes another way (RFC 7829).
            POTENTIALLY_FAILED
        }
    }

    /// The peer reported an error by an ERROR chunk.
    ///
    /// @param causes the causes as on the wire
    record RemoteError(byte[] causes) implements Notification {}

    /// A message could not be sent.
    ///
    /// @param data its bytes; of a fragmented message those that are not known to have arrived
    /// @param options as given
    /// @param sent whether some of it was sent
    /// @param error why
    record SendFailed(byte[] data, SendOptions options, boolean sent, SctpError error) implements Notification {}

    /// The peer told its adaptation layer indication (RFC 5061 §4.2.6).
    ///
    /// @param indication 0 to 2^32 - 1
    record Adaptation(long indication) implements Notification {}

    /// A message of which parts were delivered will not be completed. What tells it from others is what its parts have:
    /// with interleaving (RFC 8260 §2.1) an ordered and an unordered one of a stream may have the same number.
    ///
    /// @param streamId its stream
    /// @param ssn its number
    /// @param unordered whether it was delivered without regard to order
    /// @param tsn TSN of its first chunk, 0 to 2^32 - 1
    record PartialDeliveryAborted(int streamId, long ssn, boolean unordered, long tsn) implements Notification {}

    /// Everything that was sent is acknowledged, and nothing waits.
    record SenderDry() implements Notification {}

    /// Streams were reset, or could not be (RFC 6525 §6.1.1).
    ///
    /// @param incoming whether they are the peer's
    /// @param streams which, empty for all
    /// @param error null when it was done
    record StreamsReset(
            boolean incoming, int[] streams, @Nullable SctpError error) implements Notification {}

    /// All streams and TSNs of both directions were reset (RFC 6525 §6.1.2), or could not be.
    ///
    /// @param error null when it was done
    record AssociationReset(@Nullable SctpError error) implements Notification {}

    /// The peer was told of a change of an own address (RFC 5061), or refused it.
    ///
    /// @param address own
    /// @param change what was asked for
    /// @param error null when it was done
    record LocalAddressChanged(
            IpAddress address, Change change, @Nullable SctpError error) implements Notification {
        /// What happens to an own address.
        public enum Change {
            /// The peer may send there.
            ADDED,
            /// The peer sends there no more.
            REMOVED,
            /// The peer prefers to send there.
            MADE_PRIMARY
        }
    }

    /// Keys of AUTH (RFC 6458 §6.1.8).
    ///
    /// @param change what happened
    /// @param keyId the key
    record Authentication(Change change, int keyId) implements Notification {
        /// What happened to keys.
        public enum Change {
            /// The peer began to use this key.
            NEW_KEY,
            /// The key is used no more.
            FREE_KEY,
            /// The peer does not know AUTH: nothing is authenticated.
            NONE
        }
    }

    /// Streams were added (RFC 6525 §6.1.3), or could not be.
    ///
    /// @param outboundStreams streams that may be sent on now
    /// @param inboundStreams streams that the peer may send on now
    /// @param error null when it was done
    record StreamsChanged(
            int outboundStreams,
            int inboundStreams,
            @Nullable SctpError error) implements Notification {}
}
