package io.towpath.ip;

import io.towpath.wire.IpAddress;
import io.towpath.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/// A neighbour, to look at.
///
/// @param interfaceIndex the link
/// @param address its IP address
/// @param mac its link-layer address; null while it is not known
/// @param state what is known of its reachability
public record NeighborInfo(
        int interfaceIndex, IpAddress address, @Nullable MacAddress mac, NeighborState state) {}
