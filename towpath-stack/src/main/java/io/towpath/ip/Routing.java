package io.towpath.ip;

import io.towpath.core.SipHash;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import org.jspecify.annotations.Nullable;

/// Where packets go: the present route table, the interfaces, and the path MTUs. Every change gets a new generation
/// number, by which routes held by transports see that they are stale.
final class Routing {
    private final Interfaces interfaces;
    private final PathMtuTable pathMtus;
    private final SipHash labels;
    private RouteTable table = RouteTable.EMPTY;
    private int generation;
    private long routesMade;

    Routing(Interfaces interfaces, PathMtuTable pathMtus, SipHash labels) {
        this.interfaces = interfaces;
        this.pathMtus = pathMtus;
        this.labels = labels;
    }

    Interfaces interfaces() {
        return interfaces;
    }

    PathMtuTable pathMtus() {
        return pathMtus;
    }

    RouteTable table() {
        return table;
    }

    void table(RouteTable changed) {
        table = changed;
        changed();
    }

    /// An interface, an address or a route changed.
    void changed() {
        generation++;
    }

    int generation() {
        return generation;
    }

    /// The way to `destination` for a transport. See [io.towpath.core.Network#route].
    @Nullable
    IpRoute route(@Nullable IpAddress source, IpAddress destination) {
        if (destination.isUnspecified()
                || (source != null
                        && (source.isIp4() != destination.isIp4()
                                || !interfaces.isLocal(source.high(), source.low())))) {
            return null;
        }
        if (interfaces.isLocal(destination.high(), destination.low())) {
            IpAddress from = source == null ? destination : source;
            return make(from, destination, interfaces.get(0), destination);
        }
        RouteTable.Entry entry = entry(source, destination);
        IpInterface via = entry == null ? fallback(source, destination) : interfaces.get(entry.interfaceIndex());
        if (via == null) {
            return null;
        }
        IpAddress from = source == null ? SourceAddress.choose(destination, via, interfaces) : source;
        if (from == null || (!from.isIp4() && via.mtu() < PathMtuTable.MINIMUM_6)) {
            return null;
        }
        IpAddress gateway = entry == null || isGroup(destination, via) ? null : entry.gateway();
        return make(from, destination, via, gateway == null ? destination : gateway);
    }

    private IpRoute make(IpAddress source, IpAddress destination, IpInterface via, IpAddress next) {
        // RFC 6437 §3: one unpredictable label for each flow; transports look up a route for each connection.
        int label = source.isIp4() ? 0 : (int) labels.hash(source.low(), destination.low(), routesMade++) & 0xf_ffff;
        return new IpRoute(this, source, destination, via, next, label);
    }

    private RouteTable.@Nullable Entry entry(@Nullable IpAddress source, IpAddress destination) {
        int only = -1;
        if (source != null && isLinkScope(destination)) {
            // RFC 4007 §6: the zone of a link-local destination is that of the source's interface.
            IpInterface owner = interfaces.owner(source.high(), source.low());
            only = owner == null ? -1 : owner.index();
        }
        return table.find(destination.high(), destination.low(), interfaces, only);
    }

    private static boolean isLinkScope(IpAddress address) {
        return address.isLinkLocal() || address.isMulticast() || address.isBroadcast();
    }

    /// Groups need no route: they go to the interface of the source address, else to the first one that is up and
    /// has an address of the family.
    private @Nullable IpInterface fallback(@Nullable IpAddress source, IpAddress destination) {
        if (!destination.isMulticast() && !destination.isBroadcast()) {
            return null;
        }
        IpInterface owner = source == null ? null : interfaces.owner(source.high(), source.low());
        if (owner != null) {
            return owner;
        }
        for (int i = 1; i < interfaces.count(); i++) {
            IpInterface each = interfaces.get(i);
            if (each.isUp() && hasFamily(each, destination.isIp4())) {
                return each;
            }
        }
        return null;
    }

    private static boolean hasFamily(IpInterface owner, boolean ip4) {
        for (Prefix prefix : owner.addresses()) {
            if (prefix.address().isIp4() == ip4) {
                return true;
            }
        }
        return false;
    }

    private static boolean isGroup(IpAddress destination, IpInterface via) {
        return destination.isMulticast() || via.isBroadcast(destination.high(), destination.low());
    }
}
