package io.towpath.sctp;

import io.towpath.core.Entropy;
import io.towpath.core.SipHash;
import io.towpath.sctp.path.Path;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// All associations of a host by the peer's transport addresses: an association is in it once for each path. A
/// keyed hash, so that nobody outside can aim at one bucket; finding allocates nothing.
public final class AssociationTable {
    private static final int FIRST = 16;

    private final SipHash hash;
    private @Nullable Entry[] buckets = new Entry[FIRST];
    private int size;

    private static final class Entry {
        final Association association;
        final IpAddress address;

        @Nullable
        Entry next;

        Entry(Association association, IpAddress address) {
            this.association = association;
            this.address = address;
        }
    }

    /// An empty table.
    public AssociationTable(Entropy entropy) {
        hash = new SipHash(entropy.nextLong(), entropy.nextLong());
    }

    /// The association of this pair of transport addresses, or null.
    public @Nullable Association find(
            long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        int at = bucket(remoteHigh, remoteLow, localPort, remotePort, buckets.length);
        for (Entry e = buckets[at]; e != null; e = e.next) {
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
        if (size >= buckets.length) {
            resize();
        }
        insert(new Entry(association, address));
        size++;
    }

    /// Takes it out under one address.
    public void remove(Association association, IpAddress address) {
        int at = bucket(
                address.high(), address.low(), association.localPort(), association.remotePort(), buckets.length);
        Entry before = null;
        for (Entry e = buckets[at]; e != null; before = e, e = e.next) {
            if (e.association == association && e.address.equals(address)) {
                if (before == null) {
                    buckets[at] = e.next;
                } else {
                    before.next = e.next;
                }
                size--;
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
        return size;
    }

    private void insert(Entry entry) {
        IpAddress address = entry.address;
        int at = bucket(
                address.high(),
                address.low(),
                entry.association.localPort(),
                entry.association.remotePort(),
                buckets.length);
        entry.next = buckets[at];
        buckets[at] = entry;
    }

    private void resize() {
        @Nullable Entry[] old = buckets;
        buckets = new Entry[old.length * 2];
        for (Entry first : old) {
            for (Entry e = first; e != null; ) {
                Entry next = e.next;
                insert(e);
                e = next;
            }
        }
    }

    private int bucket(long high, long low, int localPort, int remotePort, int length) {
        return (int) hash.hash(high, low, (long) localPort << 16 | remotePort) & length - 1;
    }
}
