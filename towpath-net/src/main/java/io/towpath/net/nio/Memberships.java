package io.towpath.net.nio;

import io.towpath.net.shard.DatagramPort;
import io.towpath.net.shard.InetAddresses;
import io.towpath.udp.UdpGroups;
import io.towpath.wire.IpAddress;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The groups that a channel of a host is a member of, and whom it hears there.
final class Memberships {
    private final PacketChannel channel;
    private final Object lock;

    /// Guarded by `lock`.
    private final List<GroupKey> keys = new ArrayList<>();

    /// @param lock the channel's
    Memberships(PacketChannel channel, Object lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /// Checks what a caller wants to join.
    ///
    /// @throws IllegalArgumentException when the group is none, or the source cannot be one
    static void check(InetAddress group, @Nullable InetAddress source) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("Group not a multicast address");
        }
        if (source != null) {
            checkSender(group, source);
        }
    }

    private static void checkSender(InetAddress group, InetAddress sender) {
        if (sender.isAnyLocalAddress()) {
            throw new IllegalArgumentException("Source address is a wildcard address");
        }
        if (sender.isMulticastAddress()) {
            throw new IllegalArgumentException("Source address is multicast address");
        }
        if (sender.getClass() != group.getClass()) {
            throw new IllegalArgumentException("Source address is different type to group");
        }
    }

    /// The membership of a group, null when there is none.
    ///
    /// @param source of a membership for one source, null of one for all
    @Nullable
    GroupKey find(InetAddress group, NetworkInterface named, @Nullable InetAddress source) {
        synchronized (lock) {
            for (GroupKey each : keys) {
                if (each.isFor(group, named, source)) {
                    return each;
                }
            }
            return null;
        }
    }

    /// Checks that there is no membership for all sources beside one for one, and the other way round.
    ///
    /// @throws IllegalStateException when there would be
    void checkKind(InetAddress group, NetworkInterface named, boolean specific) {
        synchronized (lock) {
            for (GroupKey each : keys) {
                if (each.group().equals(group)
                        && each.networkInterface().equals(named)
                        && specific == (each.sourceAddress() == null)) {
                    throw new IllegalStateException("Already joined the group for others");
                }
            }
        }
    }

    /// Joins a group.
    ///
    /// @param own the host's address on the interface, null when it has none there
    /// @throws SocketException when the host has no such interface
    GroupKey join(
            DatagramPort port,
            InetAddress group,
            NetworkInterface named,
            @Nullable IpAddress own,
            @Nullable InetAddress source)
            throws SocketException {
        IpAddress address = InetAddresses.of(group);
        IpAddress from = source == null ? null : InetAddresses.of(source);
        int index = port.ask((now, udp, endpoint) -> {
            int found = udp.interfaceFor(address, own);
            if (found >= 0) {
                boolean ignored = endpoint.groups().join(address, found, from);
            }
            return found;
        });
        if (index < 0) {
            throw new SocketException("No such device");
        }
        GroupKey key = new GroupKey(this, port, group, named, index, source);
        synchronized (lock) {
            keys.add(key);
        }
        return key;
    }

    /// Leaves a group.
    void drop(GroupKey key) {
        synchronized (lock) {
            if (!key.isValid()) {
                return;
            }
            key.invalidate();
            keys.remove(key);
            InetAddress source = key.sourceAddress();
            IpAddress from = source == null ? null : InetAddresses.of(source);
            boolean ignored = on(key, (group, own) -> own.leave(group, key.interfaceIndex(), from));
        }
    }

    void block(GroupKey key, InetAddress sender) {
        checkSender(key.group(), sender);
        synchronized (lock) {
            checkValid(key);
            IpAddress from = InetAddresses.of(sender);
            boolean ignored = on(key, (group, own) -> own.block(group, key.interfaceIndex(), from));
        }
    }

    void unblock(GroupKey key, InetAddress sender) {
        synchronized (lock) {
            checkValid(key);
            IpAddress from = InetAddresses.of(sender);
            if (!on(key, (group, own) -> own.unblock(group, key.interfaceIndex(), from))) {
                throw new IllegalStateException("not blocked");
            }
        }
    }

    private static void checkValid(GroupKey key) {
        if (!key.isValid()) {
            throw new IllegalStateException("key is no longer valid");
        }
    }

    private interface Work {
        boolean run(IpAddress group, UdpGroups own);
    }

    private static boolean on(GroupKey key, Work work) {
        IpAddress group = InetAddresses.of(key.group());
        try {
            return key.port().ask((now, udp, own) -> work.run(group, own.groups()));
        } catch (SocketException dead) {
            return false;
        }
    }

    /// The channel is closed, and with its port all memberships end.
    void end() {
        synchronized (lock) {
            keys.forEach(GroupKey::invalidate);
            keys.clear();
        }
    }

    PacketChannel channel() {
        return channel;
    }
}
