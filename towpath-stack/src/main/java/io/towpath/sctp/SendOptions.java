package io.towpath.sctp;

import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// How one message is to be sent. Immutable; keep one per kind of message.
///
/// @param streamId the stream
/// @param ppid payload protocol identifier, 0 to 2^32 - 1; handed to the peer as it is
/// @param unordered whether the peer may deliver it before earlier messages of its stream
/// @param sackImmediately whether the peer is asked to acknowledge it at once (I bit)
/// @param policy how long to try
/// @param policyValue the lifetime in nanoseconds, the number of retransmissions, or the priority
/// @param destination the path to use, null for the primary one
/// @param context the user's own, to be found again in [Notification.SendFailed]
/// @param keyId the shared key under which it is authenticated when the peer demands that, or [#ACTIVE_KEY]
public record SendOptions(
        int streamId,
        long ppid,
        boolean unordered,
        boolean sackImmediately,
        Policy policy,
        long policyValue,
        @Nullable IpAddress destination,
        long context,
        int keyId) {
    /// The key that is active when the message goes out.
    public static final int ACTIVE_KEY = -1;

    /// How hard to try (RFC 3758, RFC 7496).
    public enum Policy {
        /// Until the message is delivered or the association ends.
        RELIABLE,
        /// For a time: RFC 3758 §4.1, "timed reliability".
        LIFETIME,
        /// For a number of retransmissions: RFC 7496 §3.1.
        RETRANSMISSIONS,
        /// Until a message of higher priority needs the room: RFC 7496 §3.2. Lower values are more important.
        PRIORITY
    }

    private static final SendOptions DEFAULTS =
            new SendOptions(0, 0, false, false, Policy.RELIABLE, 0, null, 0, ACTIVE_KEY);

    /// Checks the key.
    ///
    /// @throws IllegalArgumentException if it is none
    public SendOptions {
        if (keyId < ACTIVE_KEY || keyId > 0xffff) {
            throw new IllegalArgumentException("a shared key is 0 to 65535: " + keyId);
        }
    }

    /// Stream 0, ordered, reliable.
    public static SendOptions defaults() {
        return DEFAULTS;
    }

    /// Ordered and reliable, on a stream.
    public static SendOptions stream(int id) {
        return defaults().withStream(id);
    }

    /// The same on another stream.
    public SendOptions withStream(int id) {
        return new SendOptions(id, ppid, unordered, sackImmediately, policy, policyValue, destination, context, keyId);
    }

    /// The same with another payload protocol identifier.
    public SendOptions withPpid(long value) {
        return new SendOptions(
                streamId, value, unordered, sackImmediately, policy, policyValue, destination, context, keyId);
    }

    /// The same unordered, or ordered.
    public SendOptions withUnordered(boolean value) {
        return new SendOptions(
                streamId, ppid, value, sackImmediately, policy, policyValue, destination, context, keyId);
    }

    /// The same with the I bit, or without.
    public SendOptions withSackImmediately(boolean value) {
        return new SendOptions(streamId, ppid, unordered, value, policy, policyValue, destination, context, keyId);
    }

    /// The same with another policy.
    public SendOptions withPolicy(Policy newPolicy, long value) {
        return new SendOptions(
                streamId, ppid, unordered, sackImmediately, newPolicy, value, destination, context, keyId);
    }

    /// The same to another of the peer's addresses, null for the primary one.
    public SendOptions withDestination(@Nullable IpAddress address) {
        return new SendOptions(
                streamId, ppid, unordered, sackImmediately, policy, policyValue, address, context, keyId);
    }

    /// The same with another context.
    public SendOptions withContext(long value) {
        return new SendOptions(
                streamId, ppid, unordered, sackImmediately, policy, policyValue, destination, value, keyId);
    }

    /// The same under another shared key, which both sides must have (RFC 6458 §5.3.8, SCTP_AUTHINFO). It makes a
    /// difference where the peer demands that DATA be authenticated.
    ///
    /// @param id 0 to 65,535, or [#ACTIVE_KEY]
    /// @throws IllegalArgumentException if it is none
    public SendOptions withKey(int id) {
        return new SendOptions(
                streamId, ppid, unordered, sackImmediately, policy, policyValue, destination, context, id);
    }
}
