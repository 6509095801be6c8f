package io.towpath.udp;

import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one socket has to do with multicast groups: which it joined, and how it sends to groups (RFC 1112 §6, RFC
/// 3678 §4 and §5). Belongs to the owner of the stack.
///
/// *Deviation*: joining tells nobody outside (no IGMP, no MLD), so groups work on links where every packet reaches
/// every host, and between sockets of one host.
public final class UdpGroups {
    /// A group that was joined.
    ///
    /// @param source the only sender that is heard, null for all
    /// @param blocked senders that are not heard
    public record Membership(
            IpAddress group, int interfaceIndex, @Nullable IpAddress source, List<IpAddress> blocked) {}

    private final Network network;
    private final List<Membership> memberships = new ArrayList<>();
    private boolean strict;
    private boolean loop;
    private int hopLimit = Network.DEFAULT;
    private @Nullable IpAddress from4;
    private @Nullable IpAddress from6;

    UdpGroups(Network network) {
        this.network = network;
    }

    /// Joins a group on one interface, or adds a sender to those that are heard.
    ///
    /// @param source the only sender to be heard, null for all
    /// @return false when that was done before
    public boolean join(IpAddress group, int interfaceIndex, @Nullable IpAddress source) {
        if (find(group, interfaceIndex, source) != null) {
            return false;
        }
        memberships.add(new Membership(group, interfaceIndex, source, new ArrayList<>()));
        network.joinGroup(interfaceIndex, group);
        return true;
    }

    /// Undoes a [#join].
    ///
    /// @return false when there was none
    public boolean leave(IpAddress group, int interfaceIndex, @Nullable IpAddress source) {
        Membership found = find(group, interfaceIndex, source);
        if (found == null) {
            return false;
        }
        memberships.remove(found);
        network.leaveGroup(interfaceIndex, group);
        return true;
    }

    /// Leaves all groups.
    void leaveAll() {
        for (Membership each : memberships) {
            network.leaveGroup(each.interfaceIndex(), each.group());
        }
        memberships.clear();
    }

    /// Does not hear `sender` in a group that was joined for all.
    ///
    /// @return false when it was not joined so
    public boolean block(IpAddress group, int interfaceIndex, IpAddress sender) {
        Membership found = find(group, interfaceIndex, null);
        if (found == null) {
            return false;
        }
        if (!found.blocked().contains(sender)) {
            found.blocked().add(sender);
        }
        return true;
    }

    /// Undoes a [#block].
    ///
    /// @return false when there was none
    public boolean unblock(IpAddress group, int interfaceIndex, IpAddress sender) {
        Membership found = find(group, interfaceIndex, null);
        return found != null && found.blocked().remove(sender);
    }

    private @Nullable Membership find(IpAddress group, int interfaceIndex, @Nullable IpAddress source) {
        for (Membership each : memberships) {
            boolean same = source == null ? each.source() == null : source.equals(each.source());
            if (same && each.interfaceIndex() == interfaceIndex && each.group().equals(group)) {
                return each;
            }
        }
        return null;
    }

    /// Whether only datagrams to groups that this socket joined reach it. False at first: then a socket bound to no
    /// address hears all that come by.
    public void strict(boolean value) {
        strict = value;
    }

    /// Whether what is sent to a group also reaches sockets of this host that joined it.
    public void loop(boolean value) {
        loop = value;
    }

    /// See [#loop(boolean)].
    public boolean loop() {
        return loop;
    }

    /// TTL or hop limit of what is sent to groups: 0 keeps it within this host; [Network#DEFAULT] is 1, as RFC 1112
    /// §6.1 has it.
    public void hopLimit(int value) {
        hopLimit = value;
    }

    /// See [#hopLimit(int)].
    public int hopLimit() {
        return hopLimit;
    }

    /// The addresses whose interface sends to groups; null lets the route choose.
    ///
    /// @param ip4 for IPv4
    /// @param ip6 for IPv6
    public void from(@Nullable IpAddress ip4, @Nullable IpAddress ip6) {
        from4 = ip4;
        from6 = ip6;
    }

    /// The one for groups like `group`: see [#from(IpAddress, IpAddress)].
    @Nullable
    IpAddress fromFor(IpAddress group) {
        return group.isIp4() ? from4 : from6;
    }

    /// Whether a datagram to a group is for this socket.
    boolean takes(Packet packet) {
        boolean member = false;
        for (int i = 0; i < memberships.size(); i++) {
            Membership each = memberships.get(i);
            IpAddress group = each.group();
            if (group.low() != packet.destinationLow
                    || group.high() != packet.destinationHigh
                    || each.interfaceIndex() != packet.interfaceIndex) {
                continue;
            }
            member = true;
            IpAddress source = each.source();
            if (source == null ? !isBlocked(each, packet) : isFrom(packet, source)) {
                return true;
            }
        }
        return !member && !strict;
    }

    private static boolean isBlocked(Membership membership, Packet packet) {
        List<IpAddress> blocked = membership.blocked();
        for (int i = 0; i < blocked.size(); i++) {
            if (isFrom(packet, blocked.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFrom(Packet packet, IpAddress address) {
        return packet.sourceLow == address.low() && packet.sourceHigh == address.high();
    }
}
