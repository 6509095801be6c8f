package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.wire.IpAddress;
import io.towpath.wire.MacAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One interface of a host: its addresses, and the queue of packets that wait for its link.
///
/// The driver empties [#outbox]. Packets reach it only while the stack is polled; what is caused by input or by
/// timers waits in a bounded backlog until then.
public final class IpInterface {
    /// All hosts on the link, 224.0.0.1 (RFC 1112 §4): every host is a member.
    private static final long ALL_HOSTS = IpAddress.MAPPED_PREFIX | 0xe000_0001L;

    private static final long LIMITED_BROADCAST = IpAddress.MAPPED_PREFIX | 0xffff_ffffL;
    private static final long LINK_SCOPE_GROUP = 0xff02_0000_0000_0000L;
    private static final long SOLICITED_NODE = 0x0000_0001_ff00_0000L;

    private final Context context;
    private final int index;
    private final String name;
    private final Medium medium;
    private final int mtu;
    private final Offloads offloads;
    private final @Nullable MacAddress mac;
    private final boolean loopback;
    private final TxBatch outbox;
    private final int backlogMax;
    private final ArrayDeque<Packet> backlog = new ArrayDeque<>();
    private List<Prefix> addresses = List.of();
    private Prefix[] addressArray = {};
    /// Lower halves of the directed broadcast addresses: each packet is held against them.
    private long[] broadcasts = {};
    /// Groups that users joined, once for each user.
    private final List<IpAddress> joined = new ArrayList<>();
    private boolean up = true;

    IpInterface(Context context, int index, Settings settings, boolean loopback, int backlogMax) {
        this.context = context;
        this.index = index;
        this.name = settings.name();
        this.medium = settings.medium();
        this.mtu = settings.mtu();
        this.offloads = settings.offloads();
        this.mac = settings.mac();
        this.loopback = loopback;
        this.outbox = new TxBatch(settings.outboxMax());
        this.backlogMax = backlogMax;
    }

    /// What an interface is made of.
    ///
    /// @param name for people
    /// @param medium what lies in front of the IP header
    /// @param mtu largest IP packet in bytes, 68 to 65,535 (at least 1280 if IPv6 shall be used)
    /// @param offloads what the link does for the stack
    /// @param mac the interface's own link-layer address, required for [Medium#ETHERNET]
    /// @param outboxMax packets that wait for the link, at least 1
    public record Settings(
            String name,
            Medium medium,
            int mtu,
            Offloads offloads,
            @Nullable MacAddress mac,
            int outboxMax) {
        /// @throws IllegalArgumentException with one line that says which value cannot be
        public Settings {
            if (mtu < 68 || mtu > 65_535) {
                throw new IllegalArgumentException("an MTU must be 68 to 65535, not " + mtu);
            }
            if (medium == Medium.ETHERNET && (mac == null || mac.isMulticast())) {
                throw new IllegalArgumentException("an Ethernet interface needs a unicast MAC address, not " + mac);
            }
            if (outboxMax < 1) {
                throw new IllegalArgumentException("an outbox must hold at least 1 packet, not " + outboxMax);
            }
        }
    }

    /// Its place in the stack, and [Packet#interfaceIndex] of its packets; 0 is the loopback interface.
    public int index() {
        return index;
    }

    /// Its name.
    public String name() {
        return name;
    }

    /// What lies in front of the IP header.
    public Medium medium() {
        return medium;
    }

    /// The largest IP packet in bytes.
    public int mtu() {
        return mtu;
    }

    /// What the link does for the stack.
    public Offloads offloads() {
        return offloads;
    }

    /// The interface's link-layer address; null when it has none.
    public @Nullable MacAddress mac() {
        return mac;
    }

    long macBits() {
        return mac == null ? 0 : mac.bits();
    }

    /// True for the interface that leads back to this host.
    public boolean isLoopback() {
        return loopback;
    }

    /// Whether it carries packets.
    public boolean isUp() {
        return up;
    }

    void up(boolean value) {
        up = value;
        if (!value) {
            discardQueued();
        }
    }

    /// Its addresses, each with the length of the network's prefix; immutable.
    public List<Prefix> addresses() {
        return addresses;
    }

    void addresses(List<Prefix> changed) {
        addresses = List.copyOf(changed);
        addressArray = addresses.toArray(Prefix[]::new);
        broadcasts = addresses.stream()
                .filter(prefix -> prefix.address().isIp4() && prefix.length() <= 30)
                .mapToLong(prefix -> prefix.address().low() | 0xffff_ffffL >>> prefix.length())
                .toArray();
    }

    boolean hasAddress(long high, long low) {
        for (Prefix prefix : addressArray) {
            if (prefix.address().low() == low && prefix.address().high() == high) {
                return true;
            }
        }
        return false;
    }

    /// True when `high:low` is in the network of one of the addresses.
    boolean isOnLink(long high, long low) {
        for (Prefix prefix : addressArray) {
            if (prefix.contains(high, low)) {
                return true;
            }
        }
        return false;
    }

    /// Listens to a group for one more user.
    void joinGroup(IpAddress group) {
        joined.add(group);
    }

    /// Listens to a group for one user less.
    void leaveGroup(IpAddress group) {
        joined.remove(group);
    }

    private boolean isJoined(long high, long low) {
        for (int i = 0; i < joined.size(); i++) {
            IpAddress group = joined.get(i);
            if (group.low() == low && group.high() == high) {
                return true;
            }
        }
        return false;
    }

    /// True when `high:low` is a broadcast address here, or a group that this interface listens to.
    boolean isGroupMember(long high, long low) {
        if (!joined.isEmpty() && isJoined(high, low)) {
            return true;
        }
        if (IpAddress.isIp4(high, low)) {
            return low == ALL_HOSTS || isBroadcast(high, low);
        }
        if (high != LINK_SCOPE_GROUP) {
            return false;
        }
        return low == 1 || ((low & 0xffff_ffff_ff00_0000L) == SOLICITED_NODE && isSolicitedNode(low));
    }

    private boolean isSolicitedNode(long low) {
        for (Prefix prefix : addressArray) {
            if (!prefix.address().isIp4() && (prefix.address().low() & 0xff_ffff) == (low & 0xff_ffff)) {
                return true;
            }
        }
        return false;
    }

    /// True for 255.255.255.255 and for the directed broadcast address of one of this interface's networks.
    boolean isBroadcast(long high, long low) {
        if (high != 0) {
            return false;
        }
        for (long broadcast : broadcasts) {
            if (low == broadcast) {
                return true;
            }
        }
        return low == LIMITED_BROADCAST;
    }

    /// Packets for the link, first in first out. The driver takes them away after each poll.
    public TxBatch outbox() {
        return outbox;
    }

    /// Packets that wait besides the outbox.
    public int backlog() {
        return backlog.size();
    }

    /// How many packets fit without anything waiting besides the outbox.
    public int room() {
        return backlog.isEmpty() ? outbox.room() : 0;
    }

    /// Takes a complete frame while input is processed or timers run.
    void queue(long now, Packet packet) {
        packet.interfaceIndex = index;
        if (!up) {
            context.drop(now, packet, Drop.LINK_DOWN);
        } else if (backlog.size() < backlogMax) {
            backlog.add(packet);
        } else {
            context.drop(now, packet, Drop.TX_QUEUE_FULL);
        }
    }

    /// Takes a complete frame during a poll.
    public void put(long now, Packet packet) {
        if (up && backlog.isEmpty() && !outbox.isFull()) {
            packet.interfaceIndex = index;
            outbox.add(packet);
        } else {
            queue(now, packet);
        }
    }

    /// Moves what waits into the outbox, as far as it has room.
    void refill() {
        while (!backlog.isEmpty() && !outbox.isFull()) {
            outbox.add(backlog.remove());
        }
    }

    /// Releases everything queued: the link is gone.
    void discardQueued() {
        for (int i = 0; i < outbox.size(); i++) {
            context.counters().dropped(Drop.LINK_DOWN);
        }
        outbox.releaseAll();
        while (!backlog.isEmpty()) {
            context.counters().dropped(Drop.LINK_DOWN);
            backlog.remove().release();
        }
    }

    @Override
    public String toString() {
        return index + ": " + name + " " + medium + " mtu " + mtu + (up ? " up " : " down ") + addresses;
    }
}
