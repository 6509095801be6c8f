package io.towpath.nat;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.ip.Hook.Verdict;

/// A way of packets through a NAT, and what it works with.
abstract sealed class Way permits Inbound, Outbound, Hairpin {
    /// What all ways of one NAT share.
    record Parts(
            Settings settings,
            Context context,
            Box box,
            OutsideAddresses addresses,
            Mappings mappings,
            Rewriter rewriter,
            IcmpRewriter icmp) {}

    final Settings settings;
    final Context context;
    final Box box;
    final OutsideAddresses addresses;
    final Mappings mappings;
    final Rewriter rewriter;
    final IcmpRewriter icmp;

    /// The packet in hand.
    final Tuple tuple = new Tuple();

    Way(Parts parts) {
        settings = parts.settings();
        context = parts.context();
        box = parts.box();
        addresses = parts.addresses();
        mappings = parts.mappings();
        rewriter = parts.rewriter();
        icmp = parts.icmp();
    }

    final Verdict drop(long now, Packet packet, Drop reason) {
        context.drop(now, packet, reason);
        return Verdict.TAKEN;
    }
}
