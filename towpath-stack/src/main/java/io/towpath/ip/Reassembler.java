package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.HashIndex;
import io.towpath.core.Packet;
import io.towpath.core.SipHash;
import io.towpath.core.Time;
import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import org.jspecify.annotations.Nullable;

/// Puts datagrams together from fragments, IPv4 (RFC 791 §3.2) and IPv6 (RFC 8200 §4.5), within bounds of memory for
/// each source and in total.
///
/// When a source reaches its bound its own oldest datagram goes; when the total is reached the oldest of all does.
final class Reassembler {
    /// What one datagram costs besides its fragments.
    private static final int DATAGRAM_BYTES = 256;

    /// Told when a datagram was given up whose first fragment is here; the packet stays the caller's.
    @FunctionalInterface
    interface TimedOut {
        void on(long now, Packet firstFragment);
    }

    /// Memory used by one source address.
    private static final class Source extends AddressTable.Entry<Source> {
        int bytes;
        int datagrams;

        @Nullable
        Datagram oldest;

        @Nullable
        Datagram newest;

        Source(long high, long low) {
            super(high, low, 0);
        }
    }

    private static final class Datagram extends AddressTable.Entry<Datagram> {
        final long destinationHigh;
        final long destinationLow;
        final Source source;
        final FragmentList fragments = new FragmentList();
        long expiresAt;
        boolean poisoned;
        int bytes = DATAGRAM_BYTES;

        @Nullable
        Datagram olderOfSource;

        @Nullable
        Datagram newerOfSource;

        Datagram(Packet fragment, long key, Source source) {
            super(fragment.sourceHigh, fragment.sourceLow, key);
            this.destinationHigh = fragment.destinationHigh;
            this.destinationLow = fragment.destinationLow;
            this.source = source;
        }

        boolean isOf(Packet fragment, long key) {
            return this.key == key
                    && low == fragment.sourceLow
                    && high == fragment.sourceHigh
                    && destinationLow == fragment.destinationLow
                    && destinationHigh == fragment.destinationHigh;
        }

        /// Hashes the destination, too: on a host that forwards, a source may send to as many as it likes under one
        /// identification.
        @Override
        long hash(SipHash hash) {
            return hash(hash, high, low, key, destinationHigh, destinationLow);
        }

        static long hash(
                SipHash hash, long sourceHigh, long sourceLow, long key, long destinationHigh, long destinationLow) {
            return hash.hash(sourceHigh, sourceLow, key, destinationHigh, destinationLow);
        }
    }

    private final Context context;
    private final IpConfig.Reassembly config;
    private final TimedOut timedOut;
    private final SipHash hash;
    private final AddressTable<Datagram> datagrams;
    private final AddressTable<Source> sources;
    private final Ip6Extensions extensions = new Ip6Extensions();
    private int bytes;

    Reassembler(Context context, IpConfig.Reassembly config, TimedOut timedOut) {
        this.context = context;
        this.config = config;
        this.timedOut = timedOut;
        Entropy entropy = context.entropy().split("reassembly");
        hash = new SipHash(entropy.nextLong(), entropy.nextLong());
        datagrams = new AddressTable<>(hash, Integer.MAX_VALUE);
        sources = new AddressTable<>(hash, Integer.MAX_VALUE);
    }

    /// Memory in use, in bytes.
    int bytes() {
        return bytes;
    }

    /// Fragments held.
    int held() {
        int sum = 0;
        for (Datagram each = datagrams.oldest(); each != null; each = datagrams.newer(each)) {
            sum += each.fragments.count();
        }
        return sum;
    }

    /// Takes a fragment whose addresses are parsed and whose payload is `bytes[transportAt..end)`.
    ///
    /// @param key identification and protocol: what tells datagrams of the same two addresses apart
    /// @param offset of the payload in the datagram, a multiple of 8; offset and payload fit into 65,535
    /// @return the whole datagram, header at `networkAt` and payload at `transportAt`; null while parts are missing
    ///     or when the fragment was dropped
    @Nullable
    Packet add(long now, Packet fragment, long key, int offset, boolean last) {
        context.counters().count(Counter.IP_FRAGMENTS_IN);
        Packet kept = context.pool().shrink(fragment, fragment.networkAt);
        Datagram datagram = find(kept, key);
        int cost = kept.bytes.length + (datagram == null ? DATAGRAM_BYTES : 0);
        if (cost > config.sourceBytesMax()) {
            context.drop(now, kept, Drop.FRAGMENT_LIMIT);
            return null;
        }
        if (datagram == null) {
            datagram = begin(now, kept, key);
        }
        if (datagram.poisoned) {
            context.drop(now, kept, Drop.FRAGMENT_OVERLAP);
            return null;
        }
        FragmentList.Added added = datagram.fragments.add(kept, offset, last);
        switch (added) {
            case ADDED -> account(datagram, kept.bytes.length);
            case DUPLICATE -> {
                context.drop(now, kept, Drop.FRAGMENT_DUPLICATE);
                return null;
            }
            case OVERLAP -> {
                context.drop(now, kept, Drop.FRAGMENT_OVERLAP);
                poison(now, datagram);
                return null;
            }
            case CONTRADICTION -> {
                context.drop(now, kept, Drop.BAD_FRAGMENT);
                return null;
            }
            case TOO_MANY -> {
                context.drop(now, kept, Drop.FRAGMENT_LIMIT);
                return null;
            }
        }
        if (datagram.fragments.isWhole()) {
            return assemble(now, datagram);
        }
        keepBounds(now, datagram);
        return null;
    }

    private @Nullable Datagram find(Packet fragment, long key) {
        long wanted = Datagram.hash(
                hash, fragment.sourceHigh, fragment.sourceLow, key, fragment.destinationHigh, fragment.destinationLow);
        for (int at = datagrams.first(wanted); at != HashIndex.NONE; at = datagrams.next(at, wanted)) {
            Datagram datagram = datagrams.at(at);
            if (datagram.isOf(fragment, key)) {
                return datagram;
            }
        }
        return null;
    }

    private Datagram begin(long now, Packet fragment, long key) {
        Source source = sources.get(fragment.sourceHigh, fragment.sourceLow, 0);
        if (source == null) {
            source = new Source(fragment.sourceHigh, fragment.sourceLow);
            sources.add(source);
        }
        var made = new Datagram(fragment, key, source);
        made.expiresAt = Time.after(now, config.nanos());
        datagrams.add(made);
        Datagram before = source.newest;
        made.olderOfSource = before;
        if (before == null) {
            source.oldest = made;
        } else {
            before.newerOfSource = made;
        }
        source.newest = made;
        source.datagrams++;
        source.bytes += DATAGRAM_BYTES;
        bytes += DATAGRAM_BYTES;
        return made;
    }

    private void account(Datagram datagram, int change) {
        datagram.bytes += change;
        datagram.source.bytes += change;
        bytes += change;
    }

    private void keepBounds(long now, Datagram present) {
        Source source = present.source;
        while (source.bytes > config.sourceBytesMax() && source.oldest != null) {
            boolean self = source.oldest == present;
            giveUp(now, source.oldest, Drop.FRAGMENT_LIMIT);
            if (self) {
                break;
            }
        }
        for (Datagram oldest = datagrams.oldest();
                bytes > config.bytesMax() && oldest != null;
                oldest = datagrams.oldest()) {
            giveUp(now, oldest, Drop.FRAGMENT_LIMIT);
        }
    }

    /// RFC 5722 §4: "the entire datagram (and any constituent fragments, including those not yet received) MUST be
    /// silently discarded": so a marker stays until the time runs out. IPv4 is treated alike.
    private void poison(long now, Datagram datagram) {
        datagram.poisoned = true;
        dropFragments(now, datagram, Drop.FRAGMENT_OVERLAP);
        account(datagram, DATAGRAM_BYTES - datagram.bytes);
    }

    private void dropFragments(long now, Datagram datagram, Drop reason) {
        FragmentList list = datagram.fragments;
        for (int i = 0; i < list.count(); i++) {
            context.drop(now, list.packet(i), reason);
        }
        list.clear();
    }

    private void giveUp(long now, Datagram datagram, Drop reason) {
        dropFragments(now, datagram, reason);
        forget(datagram);
    }

    private void forget(Datagram datagram) {
        account(datagram, -datagram.bytes);
        datagrams.remove(datagram);
        Source source = datagram.source;
        Datagram before = datagram.olderOfSource;
        Datagram after = datagram.newerOfSource;
        if (before == null) {
            source.oldest = after;
        } else {
            before.newerOfSource = after;
        }
        if (after == null) {
            source.newest = before;
        } else {
            after.olderOfSource = before;
        }
        if (--source.datagrams == 0) {
            sources.remove(source);
        }
    }

    private @Nullable Packet assemble(long now, Datagram datagram) {
        FragmentList list = datagram.fragments;
        Packet first = list.packet(0);
        boolean ip4 = Ip4Header.version(first.bytes, first.networkAt) == 4;
        int fragmentHeader = ip4 ? 0 : Ip6Extensions.FRAGMENT_LENGTH;
        int header = first.transportAt - first.networkAt - fragmentHeader;
        int lengthMax = Ip4Header.TOTAL_LENGTH_MAX + (ip4 ? 0 : Ip6Header.LENGTH);
        int ecn = ReassembledEcn.of(list);
        if (header + list.totalLength() > lengthMax || ecn == ReassembledEcn.IMPOSSIBLE) {
            giveUp(now, datagram, Drop.BAD_FRAGMENT);
            return null;
        }
        if (!ip4) {
            dropFragmentHeader(first);
        }
        Packet whole = context.pool().take(header + list.totalLength());
        whole.copyFrom(first, first.networkAt);
        whole.checksumVerified = false;
        whole.reassembled = true;
        for (int i = 1; i < list.count(); i++) {
            Packet part = list.packet(i);
            int length = part.end - part.transportAt;
            System.arraycopy(part.bytes, part.transportAt, whole.bytes, whole.transportAt + list.offset(i), length);
        }
        whole.end = whole.transportAt + list.totalLength();
        mendHeader(whole, ip4, ecn);
        for (int i = 0; i < list.count(); i++) {
            list.packet(i).release();
        }
        list.clear();
        forget(datagram);
        context.counters().count(Counter.IP_REASSEMBLED);
        return whole;
    }

    /// RFC 8200 §4.5: "the Next Header field of the last header of the Per-Fragment headers is obtained from the
    /// Next Header field of the first fragment's Fragment header", which itself goes away.
    private void dropFragmentHeader(Packet first) {
        byte[] b = first.bytes;
        extensions.walk(b, first.networkAt, first.end);
        int fragmentAt = extensions.fragmentAt;
        Bytes.put8(b, extensions.fragmentNamedAt, Ip6Extensions.fragmentNextHeader(b, fragmentAt));
        int to = first.networkAt + Ip6Extensions.FRAGMENT_LENGTH;
        System.arraycopy(b, first.networkAt, b, to, fragmentAt - first.networkAt);
        first.networkAt = to;
    }

    private static void mendHeader(Packet whole, boolean ip4, int ecn) {
        byte[] b = whole.bytes;
        int at = whole.networkAt;
        whole.trafficClass = (whole.trafficClass & ~3) | ecn;
        if (ip4) {
            Bytes.put8(b, at + 1, whole.trafficClass);
            Bytes.put16(b, at + 2, whole.end - at);
            Bytes.put16(b, at + 6, 0);
            Ip4Header.writeChecksum(b, at);
        } else {
            Ip6Header.setTrafficClass(b, at, whole.trafficClass);
            Bytes.put16(b, at + 4, whole.end - at - Ip6Header.LENGTH);
        }
    }

    /// Gives up everything that waits.
    void discard(long now) {
        for (Datagram oldest = datagrams.oldest(); oldest != null; oldest = datagrams.oldest()) {
            giveUp(now, oldest, Drop.SHUT_DOWN);
        }
    }

    /// When the oldest datagram runs out of time.
    long deadline() {
        Datagram oldest = datagrams.oldest();
        return oldest == null ? Time.NEVER : oldest.expiresAt;
    }

    void tick(long now) {
        for (Datagram oldest = datagrams.oldest();
                oldest != null && oldest.expiresAt <= now;
                oldest = datagrams.oldest()) {
            FragmentList list = oldest.fragments;
            // RFC 1122 §3.3.2, RFC 8200 §4.5: time exceeded is sent only when the first fragment was received.
            if (list.count() > 0 && list.offset(0) == 0) {
                timedOut.on(now, list.packet(0));
            }
            giveUp(now, oldest, Drop.FRAGMENT_TIMEOUT);
        }
    }
}
