package io.towpath.ip;

import io.towpath.core.SipHash;
import io.towpath.core.Time;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What ICMP taught about path MTUs, for each destination: bounded, and forgotten after a while so that a larger
/// MTU is found again (RFC 1191 §6.3, RFC 8201 §5.2).
final class PathMtuTable {
    /// RFC 8200 §5: every IPv6 link carries 1280 bytes.
    static final int MINIMUM_6 = 1280;

    static final class PathMtu extends AddressTable.Entry<PathMtu> {
        int mtu;
        boolean belowFloor;
        long expiresAt;

        PathMtu(long high, long low) {
            super(high, low, 0);
        }
    }

    private final AddressTable<PathMtu> table;
    private final IpConfig.PathMtu config;
    private int generation;

    PathMtuTable(SipHash hash, IpConfig.PathMtu config) {
        this.config = config;
        this.table = new AddressTable<>(hash, config.max());
    }

    /// Changes whenever any entry does: routes look again when they see another number.
    int generation() {
        return generation;
    }

    @Nullable
    PathMtu find(long high, long low) {
        return table.get(high, low, 0);
    }

    /// Lowers the path MTU of a destination. Returns whether anything changed.
    ///
    /// @param present the MTU now in use towards the destination
    boolean lower(long now, long high, long low, boolean ip4, int mtu, int present) {
        // RFC 8201 §4: a node must discard a Packet Too Big that claims less than the IPv6 minimum link MTU, and a
        // message must never raise an estimate (RFC 1191 §3 for IPv4).
        if (mtu >= present || (!ip4 && mtu < MINIMUM_6)) {
            return false;
        }
        PathMtu entry = table.get(high, low, 0);
        if (entry == null) {
            entry = new PathMtu(high, low);
            makeRoom();
            table.add(entry);
        } else {
            table.touch(entry);
        }
        int floor = ip4 ? config.floor() : MINIMUM_6;
        // Below the floor we do not shrink packets further but let routers fragment them: tiny MSS values are an
        // attack (RFC 5927 §7.2), and paths below 552 bytes are history.
        entry.belowFloor = mtu < floor;
        entry.mtu = Math.min(present, Math.max(mtu, floor));
        entry.expiresAt = Time.after(now, config.nanos());
        generation++;
        return true;
    }

    private void makeRoom() {
        PathMtu oldest = table.oldest();
        if (table.isFull() && oldest != null) {
            table.remove(oldest);
        }
    }

    /// When the first entry expires. Every change makes its entry the newest and all live equally long, so the
    /// oldest expires first.
    long deadline() {
        PathMtu oldest = table.oldest();
        return oldest == null ? Time.NEVER : oldest.expiresAt;
    }

    void tick(long now) {
        for (PathMtu entry = table.oldest(); entry != null && entry.expiresAt <= now; entry = table.oldest()) {
            table.remove(entry);
            generation++;
        }
    }

    /// All that is remembered, from the oldest.
    List<PathMtuInfo> infos() {
        List<PathMtuInfo> list = new ArrayList<>();
        for (PathMtu each = table.oldest(); each != null; each = table.newer(each)) {
            list.add(new PathMtuInfo(IpAddress.of(each.high, each.low), each.mtu, each.expiresAt));
        }
        return list;
    }
}
