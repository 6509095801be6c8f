package io.towpath.ip;

import io.towpath.core.Packet;

/// A filter or rewriter at one of the five places of [Hooks].
@FunctionalInterface
public interface Hook {
    /// Where in a packet's life a hook sits.
    enum Point {
        /// Every packet from a link, before it is known whether it is for this host.
        PREROUTING,
        /// A packet for this host, whole.
        INPUT,
        /// A packet that is passed on to another host.
        FORWARD,
        /// A packet that this host made.
        OUTPUT,
        /// Every packet that leaves, before it is fragmented; [Packet#interfaceIndex] says by which interface.
        POSTROUTING
    }

    /// What becomes of the packet.
    enum Verdict {
        /// Goes on to the next hook.
        ACCEPT,
        /// Is dropped and counted.
        DROP,
        /// The hook took ownership: it released the packet, or will send it by itself.
        TAKEN
    }

    /// Looks at `packet`, whose parsed fields are filled in; `at == networkAt`, the IP header. It may rewrite the
    /// packet in place (and must then keep its checksums right; the parsed fields are read again afterwards).
    ///
    /// @param now the moment
    /// @param point where it is called
    /// @param packet the packet; owned by the caller unless the verdict is [Verdict#TAKEN]
    Verdict apply(long now, Point point, Packet packet);
}
