package io.towpath.sctp;

/// What a user takes out of an association, in order: messages, and what the association has to say between
/// them.
public sealed interface Received permits Message, Notification {}
