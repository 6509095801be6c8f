package io.towpath.ip;

import io.towpath.core.Deadlined;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One neighbour on a link: its link-layer address and what is known of its reachability (RFC 4861 §5.1). Rules are
/// in [NeighborTable].
final class Neighbor extends AddressTable.Entry<Neighbor> implements Deadlined {
    final IpInterface via;
    NeighborState state = NeighborState.INCOMPLETE;
    long mac;
    boolean router;
    int probes;
    /// Until when REACHABLE holds; upper layers move it without touching the queue of deadlines.
    long reachableUntil;

    long deadlineAt = Time.NEVER;

    @Nullable
    ArrayDeque<Packet> waiting;

    private int queueIndex = -1;

    Neighbor(IpInterface via, long high, long low) {
        super(high, low, via.index());
        this.via = via;
    }

    /// False once it was taken out of the table: routes that remember it look again.
    boolean isAlive() {
        return state != NeighborState.FAILED;
    }

    @Override
    public long deadline() {
        return deadlineAt;
    }

    @Override
    public int queueIndex() {
        return queueIndex;
    }

    @Override
    public void queueIndex(int index) {
        queueIndex = index;
    }
}
