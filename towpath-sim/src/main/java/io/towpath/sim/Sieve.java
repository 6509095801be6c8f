package io.towpath.sim;

import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.link.Link;
import io.towpath.link.LinkDecorator;
import java.util.function.Predicate;

/// Loses chosen packets: those of which a rule says so. For runs that need one certain loss and no other.
final class Sieve extends LinkDecorator {
    private static final Predicate<Sighting> NONE = seen -> false;

    private final Counters counters = new Counters();
    private final Sighting seen = new Sighting();
    private Predicate<Sighting> rule = NONE;

    Sieve(Link inner) {
        super(inner);
    }

    /// Loses every packet transmitted from now on of which `lost` is true.
    void lose(Predicate<Sighting> lost) {
        rule = lost;
    }

    @Override
    public int transmit(long now, TxBatch from) {
        if (rule == NONE || from.isEmpty()) {
            return inner.transmit(now, from);
        }
        int taken = 0;
        var single = new TxBatch(1);
        while (!from.isEmpty()) {
            Packet packet = from.get(0);
            if (packet.checksumAt == 0 && seen.read(packet.bytes, packet.at, packet.end) == null && rule.test(seen)) {
                counters.dropped(Drop.IMPAIRED_LOSS);
                packet.release();
            } else {
                single.add(packet);
                inner.transmit(now, single);
                if (!single.isEmpty()) {
                    break;
                }
            }
            from.removeFirst(1);
            taken++;
        }
        return taken;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long drops() {
        return counters.drops() + inner.drops();
    }
}
