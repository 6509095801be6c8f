package io.towpath.net;

import io.towpath.wire.Endpoint;

/// A datagram that was received.
///
/// @param data its payload, whole; the receiver's own array
/// @param from who sent it
public record Datagram(byte[] data, Endpoint from) {}
