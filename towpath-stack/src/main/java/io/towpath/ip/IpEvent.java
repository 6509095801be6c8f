package io.towpath.ip;

import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.wire.IpAddress;

/// What the Internet layer tells readers of its events.
public sealed interface IpEvent extends Event {
    /// A packet came in from a link.
    ///
    /// @param at when
    /// @param interfaceIndex the interface
    /// @param packet the frame, `[at..end)`; to be looked at during the call only
    record PacketIn(long at, int interfaceIndex, Packet packet) implements IpEvent {
        @Override
        public Kind kind() {
            return Kind.PACKET_IN;
        }
    }

    /// A packet goes out to a link.
    ///
    /// @param at when
    /// @param interfaceIndex the interface
    /// @param packet the frame, `[at..end)`; to be looked at during the call only
    record PacketOut(long at, int interfaceIndex, Packet packet) implements IpEvent {
        @Override
        public Kind kind() {
            return Kind.PACKET_OUT;
        }
    }

    /// The path MTU to a destination was lowered by ICMP.
    ///
    /// @param at when
    /// @param destination where to
    /// @param mtu in bytes
    record PathMtuChanged(long at, IpAddress destination, int mtu) implements IpEvent {
        @Override
        public Kind kind() {
            return Kind.PATH_MTU;
        }
    }

    /// A neighbour's reachability state changed.
    ///
    /// @param at when
    /// @param interfaceIndex the link
    /// @param neighbor who
    /// @param state the new state
    record NeighborChanged(long at, int interfaceIndex, IpAddress neighbor, NeighborState state) implements IpEvent {
        @Override
        public Kind kind() {
            return Kind.IP_CHANGED;
        }
    }
}
