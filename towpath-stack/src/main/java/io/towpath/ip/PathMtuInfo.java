package io.towpath.ip;

import io.towpath.wire.IpAddress;

/// A path MTU learnt from ICMP, to look at.
///
/// @param destination where to
/// @param mtu in bytes
/// @param expiresAt when it is forgotten
public record PathMtuInfo(IpAddress destination, int mtu, long expiresAt) {}
