package io.towpath.sctp;

import io.towpath.core.Entropy;
import io.towpath.core.HashIndex;
import io.towpath.core.SipHash;
import io.towpath.sctp.path.Path;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// All associations of a host by the peer's transport addresses: an association is in it once for each path. A
/// keyed hash, so that nobody outside can aim at one place; finding allocates nothing.
public final class AssociationTable {
    private final SipHash hash;
    private final HashIndex<Entry> entries = new HashIndex<>();

    private record Entry(Association association, IpAddress address) {}

    /// An empty table.
    public AssociationTable(Entropy entropy) {
        hash = new SipHash(entropy.nextLong(), entropy.nextLong());
    }

    /// The association of this pair of transport addresses, or null.
    public @Nullable Association find(
            long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        long key = hash(remoteHigh, remoteLow, localPort, remotePort);
        for (int at = entries.first(key); at != HashIndex.NONE; at = entries.next(at, key)) {
            Entry e = entries.get(at);
            Association a = e.association;
            if (e.address.low() == remoteLow
                    && e.address.high() == remoteHigh
                    && a.localPort() == localPort
                    && a.remotePort() == remotePort
                    && a.endpoint().reaches(localHigh, localLow)) {
                return a;
            }
        }
        return null;
    }

    /// Adds an association under one more address of its peer.
    public void add(Association association, IpAddress address) {
        entries.add(hash(association, address), new Entry(association, address));
    }

    /// Takes it out under one address.
    public void remove(Association association, IpAddress address) {
        long key = hash(association, address);
        for (int at = entries.first(key); at != HashIndex.NONE; at = entries.next(at, key)) {
            Entry e = entries.get(at);
            if (e.association == association && e.address.equals(address)) {
                entries.remove(key, e);
                return;
            }
        }
    }

    /// Takes it out under all addresses.
    public void remove(Association association) {
        for (int i = 0; i < association.paths.size(); i++) {
            Path path = association.paths.get(i);
            remove(association, path.address());
        }
    }

    /// Entries: paths of all associations.
    public int size() {
        return entries.size();
    }

    private long hash(Association association, IpAddress address) {
        return hash(address.high(), address.low(), association.localPort(), association.remotePort());
    }

    private long hash(long high, long low, int localPort, int remotePort) {
        return hash.hash(high, low, (long) localPort << 16 | remotePort);
    }
}
