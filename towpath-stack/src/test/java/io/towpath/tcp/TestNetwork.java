package io.towpath.tcp;

import io.towpath.core.Network;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.TxBatch;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SecurityLabel;
import org.jspecify.annotations.Nullable;

/// The smallest network: one own address, everybody reachable, a path MTU that the test sets.
final class TestNetwork implements Network {
    private final IpAddress own;
    int mtu = 1500;
    int acceptedMtu;
    int confirmed;
    int suspected;
    int trafficClass;
    int hopLimit;

    @Nullable
    SecurityLabel label;

    boolean unreachable;
    boolean broadcast;
    Offloads offloads = Offloads.NONE;

    TestNetwork(IpAddress own) {
        this.own = own;
    }

    @Override
    public @Nullable Route route(@Nullable IpAddress source, IpAddress destination) {
        if (unreachable || source != null && !source.equals(own)) {
            return null;
        }
        return new Route() {
            @Override
            public IpAddress source() {
                return own;
            }

            @Override
            public IpAddress destination() {
                return destination;
            }

            @Override
            public int interfaceIndex() {
                return 0;
            }

            @Override
            public int mtu() {
                return mtu;
            }

            @Override
            public Offloads offloads() {
                return offloads;
            }

            @Override
            public boolean isBroadcast() {
                return broadcast;
            }

            @Override
            public boolean isStale() {
                return false;
            }
        };
    }

    @Override
    public void output(
            long now,
            Packet packet,
            Route route,
            int protocol,
            int trafficClass,
            int hopLimit,
            boolean dontFragment,
            TxBatch out) {
        this.trafficClass = trafficClass;
        this.hopLimit = hopLimit;
        this.label = packet.label;
        packet.trafficClass = trafficClass;
        out.add(packet);
    }

    @Override
    public boolean isLocal(long high, long low) {
        return high == own.high() && low == own.low();
    }

    @Override
    public void rejectPort(long now, Packet packet) {
        packet.release();
    }

    @Override
    public void acceptPathMtu(long now, IpAddress destination, int newMtu) {
        acceptedMtu = newMtu;
        mtu = newMtu;
    }

    @Override
    public void confirmReachable(long now, Route route) {
        confirmed++;
    }

    @Override
    public void suspectUnreachable(long now, Route route) {
        suspected++;
    }
}
