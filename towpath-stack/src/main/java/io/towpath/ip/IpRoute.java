package io.towpath.ip;

import io.towpath.core.Offloads;
import io.towpath.core.Route;
import io.towpath.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// A route that a transport holds: next hop, neighbour and path MTU are cached in it and checked by comparing
/// numbers.
final class IpRoute implements Route {
    final long sourceHigh;
    final long sourceLow;
    final long destinationHigh;
    final long destinationLow;
    final IpInterface via;
    final long nextHigh;
    final long nextLow;
    final int flowLabel;

    @Nullable
    Neighbor neighbor;

    private final Routing routing;
    private final IpAddress source;
    private final IpAddress destination;
    private final boolean broadcast;
    private final int generation;
    private int pathMtuGeneration;
    private int mtu;
    private boolean belowFloor;

    IpRoute(Routing routing, IpAddress source, IpAddress destination, IpInterface via, IpAddress next, int flowLabel) {
        this.routing = routing;
        this.source = source;
        this.destination = destination;
        this.via = via;
        this.flowLabel = flowLabel;
        this.sourceHigh = source.high();
        this.sourceLow = source.low();
        this.destinationHigh = destination.high();
        this.destinationLow = destination.low();
        this.nextHigh = next.high();
        this.nextLow = next.low();
        this.broadcast = via.isBroadcast(destinationHigh, destinationLow);
        this.generation = routing.generation();
        lookUpMtu();
    }

    @Override
    public IpAddress source() {
        return source;
    }

    @Override
    public IpAddress destination() {
        return destination;
    }

    @Override
    public int interfaceIndex() {
        return via.index();
    }

    @Override
    public int mtu() {
        refresh();
        return mtu;
    }

    @Override
    public int linkMtu() {
        return via.mtu();
    }

    /// True when routers must be allowed to fragment, because the path is narrower than what we are ready to
    /// believe.
    boolean belowFloor() {
        refresh();
        return belowFloor;
    }

    private void refresh() {
        if (pathMtuGeneration != routing.pathMtus().generation()) {
            lookUpMtu();
        }
    }

    private void lookUpMtu() {
        pathMtuGeneration = routing.pathMtus().generation();
        PathMtuTable.PathMtu learnt = routing.pathMtus().find(destinationHigh, destinationLow);
        mtu = learnt == null ? via.mtu() : Math.min(via.mtu(), learnt.mtu);
        belowFloor = learnt != null && learnt.belowFloor;
    }

    @Override
    public Offloads offloads() {
        return via.offloads();
    }

    @Override
    public boolean isStale() {
        return generation != routing.generation();
    }

    /// True when it is as good as a new one with these parts.
    boolean isFor(IpAddress source, IpAddress destination, IpInterface via, IpAddress next) {
        return !isStale()
                && sourceLow == source.low()
                && destinationLow == destination.low()
                && this.via == via
                && nextLow == next.low();
    }

    @Override
    public boolean isBroadcast() {
        return broadcast;
    }

    boolean isIp4() {
        return IpAddress.isIp4(destinationHigh, destinationLow);
    }

    @Override
    public String toString() {
        return source + " > " + destination + " dev " + via.name() + " mtu " + mtu();
    }
}
