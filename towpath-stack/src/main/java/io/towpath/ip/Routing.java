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
    private final @Nullable IpRoute[] recent = new IpRoute[256];

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

    private void table(RouteTable changed) {
        table = changed;
        changed();
    }

    /// An interface, an address or a route changed.
    void changed() {
        generation++;
    }

    /// See [IpLayer#addAddress].
    void addAddress(IpInterface owner, Prefix address) {
        IpAddress own = address.address();
        if (own.isMulticast() || own.isBroadcast() || own.isUnspecified()) {
            throw new IllegalArgumentException("not an address for an interface: " + own);
        }
        if (interfaces.isLocal(own.high(), own.low())) {
            throw new IllegalArgumentException("this host has the address already: " + own);
        }
        interfaces.addAddress(owner, address);
        if (address.length() < own.bitLength() && !table.entries().contains(onLink(owner, address))) {
            table(table.with(onLink(owner, address)));
        }
        changed();
    }

    /// See [IpLayer#removeAddress].
    boolean removeAddress(IpInterface owner, IpAddress address) {
        Prefix removed = null;
        for (Prefix each : owner.addresses()) {
            removed = each.address().equals(address) ? each : removed;
        }
        if (removed == null) {
            return false;
        }
        interfaces.removeAddress(owner, address);
        Prefix network = removed.network();
        boolean needed =
                owner.addresses().stream().anyMatch(each -> each.network().equals(network));
        if (!needed) {
            table(table.without(onLink(owner, removed)));
        }
        changed();
        return true;
    }

    private static RouteTable.Entry onLink(IpInterface owner, Prefix address) {
        return new RouteTable.Entry(address.network(), owner.index(), null, 0);
    }

    /// See [IpLayer#addRoute].
    void addRoute(Prefix destination, IpInterface via, @Nullable IpAddress gateway, int metric) {
        if (gateway != null && gateway.isIp4() != destination.address().isIp4()) {
            throw new IllegalArgumentException(
                    "the gateway " + gateway + " is of another IP version than " + destination);
        }
        table(table.with(new RouteTable.Entry(destination.network(), via.index(), gateway, metric)));
    }

    void removeRoute(RouteTable.Entry route) {
        table(table.without(route));
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
        if (source != null && source.isLoopback()) {
            return null; // RFC 1122 §3.2.1.3 (g): such an address must not appear outside a host.
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
        if (!source.isIp4()) {
            // RFC 6437 §3: one unpredictable label for each flow; transports look up a route for each connection.
            int label = (int) labels.hash(source.low(), destination.low(), routesMade++) & 0xf_ffff;
            return new IpRoute(this, source, destination, via, next, label);
        }
        // Without a label of its own a route serves every connection between the two addresses.
        int place = (int) (destination.low() * 31 + source.low()) & (recent.length - 1);
        IpRoute known = recent[place];
        if (known == null || !known.isFor(source, destination, via, next)) {
            known = new IpRoute(this, source, destination, via, next, 0);
            recent[place] = known;
        }
        return known;
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
