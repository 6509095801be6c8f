package io.towpath.nat;

import io.towpath.core.Drop;
import io.towpath.core.Event;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpProtocol;

/// What a NAT tells readers of its events. That a mapping was used again is none.
public sealed interface NatEvent extends Event {
    @Override
    default Kind kind() {
        return Kind.NAT_MAPPING;
    }

    /// An inside endpoint got an outside one.
    ///
    /// @param at when
    /// @param protocol IP protocol number
    /// @param inside the inside endpoint
    /// @param outside what others see of it
    /// @param remote to whom its first packet goes
    record MappingMade(long at, int protocol, Endpoint inside, Endpoint outside, Endpoint remote) implements NatEvent {
        @Override
        public String toString() {
            return "nat: " + IpProtocol.name(protocol) + " " + inside + " = " + outside + " > " + remote;
        }
    }

    /// A mapping was forgotten.
    ///
    /// @param at when
    /// @param protocol IP protocol number
    /// @param inside the inside endpoint
    /// @param outside what others saw of it
    record MappingExpired(long at, int protocol, Endpoint inside, Endpoint outside) implements NatEvent {
        @Override
        public String toString() {
            return "nat: " + IpProtocol.name(protocol) + " " + inside + " = " + outside + " forgotten";
        }
    }

    /// A packet from inside got no mapping, or no session.
    ///
    /// @param at when
    /// @param protocol IP protocol number
    /// @param inside its sender
    /// @param remote its receiver
    /// @param reason why
    record MappingRefused(long at, int protocol, Endpoint inside, Endpoint remote, Drop reason) implements NatEvent {
        @Override
        public String toString() {
            return "nat: " + IpProtocol.name(protocol) + " " + inside + " > " + remote + " refused: " + reason;
        }
    }
}
