/// One stack, its links and its sockets, driven by whoever holds the baton; and sockets that do not block, on which
/// blocking streams, `java.net` sockets and channels are built. Not exported: users see
/// [io.towpath.net.Host].
///
/// Start with [io.towpath.net.shard.Shard] (the turns), [io.towpath.net.shard.Baton] (who may take one), then
/// [io.towpath.net.shard.StreamSocket] (a connection between application threads and its shard) and
/// [io.towpath.net.shard.ParkingSpot] (where blocked callers wait).
@NullMarked
package io.towpath.net.shard;

import org.jspecify.annotations.NullMarked;
