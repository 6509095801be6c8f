package io.towpath.sctp;

import io.towpath.core.Network;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.TxBatch;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The smallest network for associations of several paths: some own addresses, the n-th of which goes to the
/// peer's n-th; an MTU per destination.
final class SctpNetwork implements Network {
    /// Who is to get a packet.
    ///
    /// @param packet it
    /// @param source own address
    /// @param destination the peer's
    /// @param trafficClass as asked for
    /// @param dontFragment as asked for
    /// @param protocol SCTP, or UDP around it
    record Sent(
            Packet packet,
            IpAddress source,
            IpAddress destination,
            int trafficClass,
            boolean dontFragment,
            int protocol) {}

    private final List<IpAddress> own;
    private final Map<IpAddress, Integer> mtus = new TreeMap<>();
    private final List<IpAddress> unreachable = new ArrayList<>();
    final List<Sent> sent = new ArrayList<>();
    int confirmed;
    int suspected;

    @Nullable
    IpAddress lastSource;

    SctpNetwork(List<IpAddress> own) {
        this.own = own;
    }

    void mtu(IpAddress destination, int mtu) {
        mtus.put(destination, mtu);
    }

    void unreachable(IpAddress destination) {
        unreachable.add(destination);
    }

    @Override
    public @Nullable Route route(@Nullable IpAddress source, IpAddress destination) {
        if (unreachable.contains(destination) || source != null && !own.contains(source)) {
            return null;
        }
        int index = (int) (destination.low() >>> 8 & 0xff);
        IpAddress chosen = source != null ? source : own.get(Math.min(index, own.size() - 1));
        return new Route() {
            @Override
            public IpAddress source() {
                return chosen;
            }

            @Override
            public IpAddress destination() {
                return destination;
            }

            @Override
            public int interfaceIndex() {
                return own.indexOf(chosen);
            }

            @Override
            public int mtu() {
                return mtus.getOrDefault(destination, 1500);
            }

            @Override
            public Offloads offloads() {
                return Offloads.NONE;
            }

            @Override
            public boolean isBroadcast() {
                return false;
            }

            @Override
            public boolean isStale() {
                return unreachable.contains(destination) || !own.contains(chosen);
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
        lastSource = route.source();
        sent.add(new Sent(packet, route.source(), route.destination(), trafficClass, dontFragment, protocol));
        out.add(packet);
    }

    @Override
    public List<IpAddress> localAddresses() {
        return own;
    }

    @Override
    public boolean isLocal(long high, long low) {
        return own.stream().anyMatch(a -> a.high() == high && a.low() == low);
    }

    @Override
    public void rejectPort(long now, Packet packet) {
        packet.release();
    }

    @Override
    public void acceptPathMtu(long now, IpAddress destination, int newMtu) {
        mtu(destination, newMtu);
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
