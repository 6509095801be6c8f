package io.towpath.sctp;

import io.towpath.core.Event;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpPacket;

/// What happens in the SCTP engine.
public sealed interface SctpEvent extends Event {
    /// Number of the association within its host; the same as [Association#id()].
    long association();

    /// An association changed its state.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param from state before
    /// @param to state after
    /// @param reason a few words for people
    record StateChanged(long at, long association, AssociationState.Name from, AssociationState.Name to, String reason)
            implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_STATE;
        }
    }

    /// A packet was taken in by an association.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param source the peer's address
    /// @param packet its chunks
    record PacketIn(long at, long association, IpAddress source, SctpPacket packet) implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_PACKET_IN;
        }
    }

    /// An association wrote a packet.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param destination the peer's address
    /// @param packet its chunks
    record PacketOut(long at, long association, IpAddress destination, SctpPacket packet) implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_PACKET_OUT;
        }
    }

    /// A SACK was processed: the variables of one path after it.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param path the peer's address
    /// @param cumulativeTsn Cumulative TSN Ack Point, relative to the initial TSN
    /// @param cwnd congestion window in bytes
    /// @param ssthresh slow-start threshold in bytes
    /// @param flight bytes outstanding on the path
    /// @param srttNanos smoothed round-trip time
    /// @param rtoNanos retransmission timeout
    record Acked(
            long at,
            long association,
            IpAddress path,
            long cumulativeTsn,
            long cwnd,
            long ssthresh,
            long flight,
            long srttNanos,
            long rtoNanos)
            implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_ACK;
        }
    }

    /// A chunk was marked for retransmission.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param tsn relative to the initial TSN
    /// @param path where it was sent last
    /// @param timeout true after a timeout, false for fast retransmit
    record Lost(long at, long association, long tsn, IpAddress path, boolean timeout) implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_RETRANSMIT;
        }
    }

    /// A timer fired.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param timer its name
    record TimerFired(long at, long association, String timer) implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_TIMER;
        }
    }

    /// A path changed.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param path the peer's address
    /// @param change what happened
    /// @param state its state now
    record PathChanged(
            long at, long association, IpAddress path, Notification.PathChanged.Change change, PathState state)
            implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_PATH;
        }
    }
}
