package io.towpath.sctp.address;

import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.sctp.Association;
import io.towpath.sctp.path.Path;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// What changes of addresses do to the paths of an association and to the tables that find it.
public interface PathTable {
    /// A path to one more address of the peer, not confirmed yet; null when there is no way to it.
    @Nullable
    Path add(long now, Association a, IpAddress address);

    /// Takes a path out that is not the last one: what was on its way there goes another way.
    void remove(long now, Association a, Path path);

    /// Whether another association between the same ports has this address of the peer.
    boolean isTaken(Association a, IpAddress address);

    /// The way to the peer from one certain own address, null if there is none.
    @Nullable
    Route from(IpAddress own, IpAddress peer);

    /// Whether the address is this host's.
    boolean isLocal(IpAddress address);

    /// Sends a chunk back to where a packet came from, which is no address of the peer.
    void answer(Association a, Packet packet, byte[] chunk);

    /// The peer answered what it was not asked: the association is over.
    void illegalAnswer(long now, Association a);
}
