package io.towpath.nat;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.ip.Hook;
import io.towpath.ip.Hooks;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpProtocol;
import java.util.List;

/// A NAT on a host that forwards packets. Install it by the host's stack, which also runs its timers.
///
/// Belongs to the owner of the stack. Nothing is allocated for a packet of a mapping that is known.
public final class Nat implements Hook {
    /// The interface by which a host sends to itself.
    static final int LOOPBACK = 0;

    private final Settings settings;
    private final Mappings mappings;
    private final HeldSyns held;
    private final Inbound inbound;
    private final Outbound outbound;
    private final Hairpin hairpin;
    private final OutsideAddresses addresses;
    private boolean begun;

    /// A NAT of the host `box`, without any mapping yet.
    ///
    /// @param context of the host's engines; chance is split from its entropy by the name "nat"
    public Nat(NatConfig config, Context context, Box box) {
        settings = new Settings(config);
        Entropy entropy = context.entropy().split("nat");
        addresses = new OutsideAddresses(settings, box);
        mappings = new Mappings(settings, context, box, addresses, entropy);
        held = new HeldSyns(settings, context, box);
        var rewriter = new Rewriter();
        var icmp = new IcmpRewriter(mappings, rewriter);
        var parts = new Way.Parts(settings, context, box, addresses, mappings, rewriter, icmp);
        inbound = new Inbound(parts, held);
        outbound = new Outbound(parts, held);
        hairpin = new Hairpin(parts, outbound);
    }

    /// Puts it into the way of the packets.
    public void install(Hooks hooks) {
        hooks.add(Point.PREROUTING, this);
        hooks.add(Point.POSTROUTING, this);
    }

    /// Takes over other settings. Mappings stay as far as they fit them, and what belongs to them; timeouts count
    /// from the last packet of each, bounds for what comes.
    ///
    /// - With another behaviour of mapping or filtering, or other treatment of IPv6, all mappings are forgotten but
    ///   forwards: they are others then, or nobody knows whom they sent to.
    /// - A mapping goes whose outside address is none any more, or whose inside host is outside now.
    /// - A mapping gives way to a new forward with its inside endpoint, or its outside one.
    /// - A forward moves when another outside address is the first now; its connections are over then.
    public void change(long now, NatConfig config) {
        NatConfig before = settings.get();
        settings.set(config);
        addresses.begin();
        boolean ignored = addresses.refresh();
        mappings.change(now, before);
        if (config.wantsOtherMappingsThan(before)) {
            held.discard(now);
        }
        begun = false;
        begin();
    }

    @Override
    public Verdict apply(long now, Point point, Packet packet) {
        NatConfig config = settings.get();
        if (config.ip6() == NatConfig.Ip6.FORWARDED && isIp6(packet)) {
            return Verdict.ACCEPT;
        }
        attend(now);
        if (packet.interfaceIndex == LOOPBACK) {
            return point == Point.PREROUTING && isIcmp(packet) ? own(now, packet) : Verdict.ACCEPT;
        }
        boolean outside = config.isOutside(packet.interfaceIndex);
        if (point == Point.POSTROUTING) {
            return outside ? outbound.leave(now, packet) : Verdict.ACCEPT;
        }
        return outside ? inbound.enter(now, packet) : hairpin.enter(now, packet);
    }

    /// Forgets what is too old, for a packet may come before the timers had their turn. Looks whether the
    /// outside addresses changed: mappings at those that are gone are forgotten, and forwards begin at those
    /// that are there.
    private void attend(long now) {
        if (mappings.deadline() <= now) {
            mappings.tick(now);
        }
        if (addresses.refresh()) {
            mappings.readdress(now);
            begun = false;
        }
        begin();
    }

    private void begin() {
        if (!begun) {
            begun = true;
            mappings.forward(settings.get().forwards());
        }
    }

    /// What this box sends to itself is its own affair, but for errors about packets that it rewrote for
    /// others: those go to an outside address.
    private Verdict own(long now, Packet packet) {
        if (!addresses.contains(packet.destinationHigh, packet.destinationLow) || hairpin.takesOwnError(packet)) {
            return Verdict.ACCEPT;
        }
        return inbound.enter(now, packet);
    }

    static boolean isIcmp(Packet packet) {
        return packet.protocol == (isIp6(packet) ? IpProtocol.ICMPV6 : IpProtocol.ICMP);
    }

    static boolean isIp6(Packet packet) {
        return Ip4Header.version(packet.bytes, packet.networkAt) == 6;
    }

    /// When [#tick] wants to be called next.
    public long deadline() {
        return Math.min(mappings.deadline(), held.deadline());
    }

    /// Forgets what was not used for too long, and refuses connection requests that waited long enough.
    public void tick(long now) {
        attend(now);
        held.tick(now);
    }

    /// The settings.
    public NatConfig config() {
        return settings.get();
    }

    /// Whether an outside endpoint has this port, so that no socket of the host may take it: of the address,
    /// or of any when `high` and `low` are 0.
    ///
    /// @param protocol IP protocol number; for ICMP and ICMPv6 ports are identifiers
    public boolean isMapped(int protocol, long high, long low, int port) {
        if (!begun) {
            // No packet came yet, but the ports of forwards are taken from the beginning.
            addresses.refresh();
            begin();
        }
        return mappings.isMapped(protocol, high, low, port);
    }

    /// Forgets every mapping but forwards, as a box does that is switched off and on again.
    public void forgetAll(long now) {
        mappings.clear(now);
        held.discard(now);
    }

    /// Mappings, forwards included.
    public int mappingCount() {
        return mappings.count();
    }

    /// Remote endpoints that are kept for mappings.
    public int sessionCount() {
        return mappings.sessions().size();
    }

    /// Packets that it holds: connection requests that wait to be refused.
    public int packetsHeld() {
        return held.size();
    }

    /// What it remembers, from the oldest mapping to the newest: values only.
    public List<NatMapping> mappings(long now) {
        attend(now);
        return mappings.list(now);
    }
}
