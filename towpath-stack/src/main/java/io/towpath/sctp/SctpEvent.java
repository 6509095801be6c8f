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

    /// The handshake is over, or the peer restarted: what both sides can do.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param features extensions that both agreed on
    /// @param outboundStreams streams that may be sent on
    /// @param inboundStreams streams that the peer may send on
    record Agreed(long at, long association, SctpFeatures features, int outboundStreams, int inboundStreams)
            implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_NOTE;
        }
    }

    /// An extension did something that no other event tells.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param association its number
    /// @param note what
    /// @param value a number that goes with it, as [Note] says; 0 where that says nothing
    record Noted(long at, long association, Note note, long value) implements SctpEvent {
        @Override
        public Kind kind() {
            return Kind.SCTP_NOTE;
        }
    }

    /// What extensions do now and then.
    enum Note {
        /// A message was given up by its policy (RFC 3758); value: its bytes.
        ABANDONED,
        /// The peer gave messages up; value: TSNs that are not waited for any more.
        FORWARDED,
        /// The peer asked for other streams, and it was done (RFC 6525); value: the type of its request.
        RECONFIGURED,
        /// The peer answered a request for other streams; value: its result.
        RECONFIGURATION_ANSWERED,
        /// The peer changed its addresses (RFC 5061); value: the serial number.
        ADDRESSES_CHANGED,
        /// The peer answered a change of addresses; value: 1 when it refused.
        ADDRESS_CHANGE_ANSWERED,
        /// The peer uses another key (RFC 4895); value: its identifier.
        KEY_CHANGED,
        /// A chunk was refused that must be authenticated and is not; value: its type.
        NOT_AUTHENTICATED,
        /// A chunk was passed over whose TSNs are of before they were reset (RFC 6525); value: its type.
        BYGONE_TSN,
        /// A packet with data came marked (ECN).
        MARKED,
        /// The peer echoed marks, and a window was reduced (ECN).
        REDUCED_FOR_MARKS,
        /// Packets to an address of the peer go to another UDP port (RFC 6951); value: it, 0 for IP alone.
        ENCAPSULATION_CHANGED
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
