package io.towpath.nat;

import io.towpath.core.Entropy;
import io.towpath.core.SipHash;
import io.towpath.wire.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Chooses the outside endpoint of an inside one: the address, then the port ([PortPool]). The choice stands
/// in the fields until the next one.
final class Assignment {
    private final Settings settings;
    private final Box box;
    private final OutsideAddresses addresses;
    private final SipHash pairing;
    private final PortPool pool;

    long high;
    long low;
    int port;

    /// Where the port is to be marked as taken; null when it is none of an outside address.
    PortPool.@Nullable Ports ports;

    Assignment(Settings settings, Box box, OutsideAddresses addresses, Entropy entropy) {
        this.settings = settings;
        this.box = box;
        this.addresses = addresses;
        pairing = new SipHash(entropy.nextLong(), entropy.nextLong());
        pool = new PortPool(entropy.split("ports"));
    }

    /// Whether a mapping has this port of an outside address, of any when `high` and `low` are 0.
    boolean isTaken(int protocol, long high, long low, int port) {
        return pool.isTaken(protocol, high, low, port);
    }

    /// The inside endpoint itself: nothing is to be rewritten.
    void same(Tuple t) {
        high = t.sourceHigh;
        low = t.sourceLow;
        port = t.sourcePort;
        ports = null;
    }

    /// An outside endpoint for the sender of `t`; false when no port is free, or there is no address.
    boolean choose(Tuple t, InsideHost host) {
        boolean paired = settings.get().pooling() == NatConfig.Pooling.PAIRED;
        if (paired && host.paired && addresses.contains(host.outsideHigh, host.outsideLow)) {
            // RFC 4787 §4.1 REQ-2: paired means that another address is no way out.
            return at(t, host, host.outsideHigh, host.outsideLow);
        }
        List<IpAddress> candidates = addresses.candidates(t.ip4, t.interfaceIndex);
        int count = candidates.size();
        int first = count == 0 ? 0 : (int) Long.remainderUnsigned(pairing.hash(t.sourceHigh, t.sourceLow), count);
        for (int i = 0; i < count; i++) {
            IpAddress candidate = candidates.get((first + i) % count);
            if (at(t, host, candidate.high(), candidate.low())) {
                return true;
            }
            if (paired) {
                return false;
            }
        }
        return false;
    }

    private boolean at(Tuple t, InsideHost host, long high, long low) {
        PortPool.Ports of = pool.ports(t.protocol, high, low);
        int chosen = pool.choose(
                of,
                t.sourcePort,
                settings.get().ports(),
                candidate -> !box.isOwn(
                        t.protocol, high, low, candidate, t.destinationHigh, t.destinationLow, t.destinationPort));
        if (chosen == PortPool.NONE) {
            return false;
        }
        host.paired = true;
        host.outsideHigh = high;
        host.outsideLow = low;
        this.high = high;
        this.low = low;
        this.port = chosen;
        this.ports = of;
        return true;
    }

    /// The first outside address with this very port, for a forward; false when a mapping has it, or there is
    /// no address.
    boolean fixed(Tuple t, int wanted) {
        List<IpAddress> candidates = addresses.candidates(t.ip4, t.interfaceIndex);
        if (candidates.isEmpty()) {
            return false;
        }
        IpAddress first = candidates.getFirst();
        PortPool.Ports of = pool.ports(t.protocol, first.high(), first.low());
        high = first.high();
        low = first.low();
        port = wanted;
        ports = of;
        return !of.isTaken(wanted);
    }
}
