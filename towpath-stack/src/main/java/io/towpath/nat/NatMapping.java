package io.towpath.nat;

import io.towpath.core.Time;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/// One line of what a NAT remembers at one moment: a mapping, or one connection through it.
///
/// @param protocol IP protocol number; for ICMP the "ports" are identifiers of queries
/// @param inside the inside endpoint
/// @param outside what others see of it
/// @param remote the other side as seen from inside, null for a mapping that is not bound to one; port 0
///     stands for all ports of an address
/// @param state how far the connection got
/// @param secondsLeft how long it lives without traffic, rounded up; -1 for ever
public record NatMapping(
        int protocol,
        Endpoint inside,
        Endpoint outside,
        @Nullable Endpoint remote,
        State state,
        long secondsLeft) {
    /// How far a connection got.
    public enum State {
        /// A forward: there whether it is used or not.
        FORWARD,
        /// A mapping of a protocol without connections.
        ACTIVE,
        /// A connection that is being opened.
        OPENING,
        /// A connection in which both sides were heard.
        ESTABLISHED,
        /// One side said that it is done.
        CLOSING,
        /// Both sides said so.
        CLOSED,
        /// One side broke it off.
        RESET
    }

    static NatMapping of(long now, Mapping mapping, @Nullable Session session) {
        Endpoint remote = null;
        State state = mapping.forward ? State.FORWARD : State.ACTIVE;
        long until = mapping.keepUntil;
        if (session != null) {
            remote = new Endpoint(IpAddress.of(session.remoteHigh, session.remoteLow), Math.max(0, session.remotePort));
            state = session.state();
            until = session.expiresAt;
        }
        long left = until == Time.NEVER ? -1 : Math.max(0, until - now + Time.SECOND - 1) / Time.SECOND;
        return new NatMapping(mapping.protocol, mapping.inside(), mapping.outside(), remote, state, left);
    }

    @Override
    public String toString() {
        return IpProtocol.name(protocol) + " " + inside + " = " + outside + " > " + (remote == null ? "any" : remote)
                + " " + state + (secondsLeft < 0 ? "" : " " + secondsLeft + "s");
    }
}
