/// SCTP endpoints and associations between application threads and their shard, without blocking
/// ([io.towpath.net.sctp.port.EndpointPort], [io.towpath.net.sctp.port.AssociationPort]), and the blocking
/// calls on them ([io.towpath.net.sctp.port.AssociationCalls], [io.towpath.net.sctp.port.EndpointCalls]) that
/// the sockets of [io.towpath.net.sctp] and the channels of `com.sun.nio.sctp` have in common. Not exported.
@NullMarked
package io.towpath.net.sctp.port;

import org.jspecify.annotations.NullMarked;
