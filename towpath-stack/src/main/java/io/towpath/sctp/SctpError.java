package io.towpath.sctp;

/// What can go wrong with an SCTP endpoint, an association or a call.
public enum SctpError {
    /// The port is in use at one of those addresses.
    ADDRESS_IN_USE,
    /// The address is not one of this host's.
    ADDRESS_NOT_AVAILABLE,
    /// No ephemeral port is free.
    NO_PORTS,
    /// There is no way to any of the destinations.
    NO_ROUTE,
    /// Not a destination: port 0, no address, a multicast or broadcast address.
    BAD_DESTINATION,
    /// There is an association between these endpoints already.
    ALREADY_CONNECTED,
    /// The send queue is full; a signal tells when it is worth another try.
    WOULD_BLOCK,
    /// More bytes than the send queue can ever hold.
    TOO_LONG,
    /// A message without a byte: DATA without user data is forbidden (RFC 9260 §6.2).
    EMPTY,
    /// The stream does not exist.
    BAD_STREAM,
    /// No shared key of the number that a message names, or it was deactivated.
    BAD_KEY,
    /// The association is shutting down and takes no more messages.
    SHUTTING_DOWN,
    /// The association or endpoint is closed.
    CLOSED,
    /// The peer refused the association with an ABORT.
    REFUSED,
    /// The peer aborted the association.
    ABORTED,
    /// The peer did not answer until all retransmissions were used up.
    TIMED_OUT,
    /// The shutdown sequence took too long, and the association was aborted.
    SHUTDOWN_TIMED_OUT,
    /// The peer broke the protocol, and the association was aborted.
    PROTOCOL_VIOLATION,
    /// The user aborted the association.
    USER_ABORT,
    /// The message was given up by its policy: its lifetime or its retransmissions were over, or a more
    /// important one took its place.
    EXPIRED,
    /// The peer could not be told a cookie that was still fresh.
    STALE_COOKIE,
    /// This extension was not agreed on with the peer, or is not allowed by the configuration.
    NOT_SUPPORTED,
    /// Its state was saved, for another process to go on with.
    HANDED_OVER,
    /// The request cannot be done now, because one of its kind is in progress.
    IN_PROGRESS,
    /// The peer denied the request.
    DENIED,
    /// An argument that makes no sense.
    INVALID
}
