package io.towpath.tcp;

import io.towpath.core.Event;
import io.towpath.wire.Endpoint;

/// What happens in the TCP engine. Sequence numbers are relative to the initial ones: a SYN is 0, the first byte 1.
public sealed interface TcpEvent extends Event {
    /// Number of the connection within its host; the same as [TcpConnection#id()].
    long connection();

    /// A connection (or half-open or TIME-WAIT row) changed state.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection its number
    /// @param local own socket
    /// @param remote the peer's socket
    /// @param from state before
    /// @param to state after
    /// @param reason a few words for people
    record StateChanged(
            long at, long connection, Endpoint local, Endpoint remote, TcpState from, TcpState to, String reason)
            implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_STATE;
        }
    }

    /// A segment was taken in by a connection.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param seq relative sequence number
    /// @param ack relative acknowledgment number, -1 without ACK
    /// @param flags flag bits as on the wire
    /// @param length data bytes
    /// @param window offered window in bytes, scaled
    /// @param state of the connection before the segment was processed
    record SegmentIn(long at, long connection, long seq, long ack, int flags, int length, long window, TcpState state)
            implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_SEGMENT_IN;
        }
    }

    /// A segment was written.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param seq relative sequence number
    /// @param ack relative acknowledgment number, -1 without ACK
    /// @param flags flag bits as on the wire
    /// @param length data bytes
    /// @param window offered window in bytes, scaled
    /// @param state of the connection
    /// @param why why it was sent
    record SegmentOut(
            long at, long connection, long seq, long ack, int flags, int length, long window, TcpState state, Why why)
            implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_SEGMENT_OUT;
        }
    }

    /// An acknowledgment was processed: the variables after it.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param una relative SND.UNA
    /// @param cwnd congestion window in bytes
    /// @param ssthresh slow-start threshold in bytes
    /// @param srttNanos smoothed round-trip time
    /// @param rtoNanos retransmission timeout
    /// @param inFlight bytes estimated to be in the network
    record Acked(
            long at, long connection, long una, long cwnd, long ssthresh, long srttNanos, long rtoNanos, long inFlight)
            implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_ACK;
        }
    }

    /// Something was sent again.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param seq relative sequence number
    /// @param length sequence numbers covered
    /// @param cause why
    record Retransmitted(long at, long connection, long seq, int length, Why cause) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_RETRANSMIT;
        }
    }

    /// A timer fired.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param timer its name
    record TimerFired(long at, long connection, TcpTimer timer) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_TIMER;
        }
    }

    /// Recovery began or ended.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param began true when it began
    /// @param cause what began or ended it
    /// @param point relative sequence number whose acknowledgment ends it
    record Recovery(long at, long connection, boolean began, Cause cause, long point) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_RECOVERY;
        }
    }

    /// What begins or ends a recovery.
    enum Cause {
        /// Duplicate acknowledgments, or SACKed segments above a hole.
        DUPLICATES,
        /// A segment sent later has arrived (RACK).
        RACK,
        /// A tail loss probe repaired the only loss.
        LOSS_PROBE,
        /// The retransmission timer expired.
        TIMEOUT,
        /// All that was outstanding when it began is acknowledged.
        ACKNOWLEDGED,
        /// Taken back: data from before the timeout arrived late (F-RTO).
        SPURIOUS_TIMEOUT,
        /// Taken back: the acknowledgment echoes a moment before the retransmission (Eifel).
        OLDER_ECHO,
        /// Taken back: all that was sent again arrived twice (DSACK).
        DUPLICATE_REPORT
    }

    /// An acknowledgment made the congestion control go on to another phase.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param from phase before, as [io.towpath.congestion.CongestionControl#phase()] names it
    /// @param to phase after
    /// @param cwnd congestion window, in bytes
    record CongestionPhase(long at, long connection, String from, String to, long cwnd) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_CONGESTION;
        }
    }

    /// The peer reported congestion marks, and the window was reduced.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param reported what the peer reported so far
    /// @param before congestion window before, in bytes
    /// @param after congestion window after, in bytes
    record MarksObeyed(long at, long connection, long reported, long before, long after) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_ECN;
        }
    }

    /// Another key signs what leaves: the peer asked for it, or the user (RFC 5925 §7.5).
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param keyId KeyID of what leaves from now on
    /// @param nextKeyId KeyID that the peer is asked for
    record KeyChanged(long at, long connection, int keyId, int nextKeyId) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_KEY;
        }
    }

    /// A listener that answers SYNs with cookies (RFC 4987 §3.6).
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection number of the connection that a good cookie makes; 0 for all else
    /// @param local own socket
    /// @param remote the peer's socket
    /// @param step what happened
    record SynCookie(long at, long connection, Endpoint local, Endpoint remote, CookieStep step) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_SYN_COOKIE;
        }
    }

    /// What happens to SYN cookies.
    enum CookieStep {
        /// A SYN is answered with one.
        SENT,
        /// One came back, and makes a connection.
        ACCEPTED,
        /// An acknowledgment that might have brought one did not.
        FAILED
    }

    /// Fast Open (RFC 7413).
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param step what happened
    /// @param bytes of data that go or went with the SYN
    record FastOpened(long at, long connection, FastOpenStep step, int bytes) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_FAST_OPEN;
        }
    }

    /// What happens in Fast Open, at the client first.
    enum FastOpenStep {
        /// A SYN asks for a cookie.
        REQUESTED,
        /// A SYN leaves with data.
        USED,
        /// The server took all data that went with the SYN.
        ACCEPTED,
        /// The server did not: it goes again.
        REFUSED,
        /// At the server: the SYN-ACK tells a cookie.
        GRANTED,
        /// At the server: a SYN made a connection.
        TAKEN
    }

    /// The search for the path MTU without ICMP (RFC 8899, RFC 4821).
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param step what happened
    /// @param bytes the size of packets that it is about: of the probe, or from now on
    record PathMtuProbed(long at, long connection, ProbeStep step, int bytes) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_PATH_MTU;
        }
    }

    /// What happens in the search for the path MTU.
    enum ProbeStep {
        /// A larger packet leaves.
        SENT,
        /// It arrived: packets are that large from now on.
        RAISED,
        /// It was lost, or nobody can tell.
        LOST,
        /// Packets of the size that was good vanish: they are smaller from now on.
        BLACK_HOLE
    }

    /// A buffer grew by itself.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection the connection's number
    /// @param receiving true for the receive buffer, false for the send buffer
    /// @param before its bound before, in bytes
    /// @param after its bound from now on
    record BufferGrown(long at, long connection, boolean receiving, int before, int after) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_BUFFER;
        }
    }

    /// A mechanism did something that no other event tells.
    ///
    /// @param at when, in nanoseconds of the run
    /// @param connection number of the connection or row; 0 when there is none
    /// @param note what
    /// @param value a number that goes with it, as [Note] says; 0 where that says nothing
    record Noted(long at, long connection, Note note, long value) implements TcpEvent {
        @Override
        public Kind kind() {
            return Kind.TCP_NOTE;
        }
    }

    /// What mechanisms do now and then.
    enum Note {
        /// The SYNs agreed on no ECN.
        ECN_NONE,
        /// The SYNs agreed on ECN (RFC 3168).
        ECN_CLASSIC,
        /// The SYNs agreed on Accurate ECN (RFC 9768); value: 1 when this side tells bytes in the option.
        ECN_ACCURATE,
        /// Somebody mangles the marks or what reports them: nothing is sent that may be marked (RFC 9768 §3.2.2).
        ECN_DISTRUSTED,
        /// The congestion window shrank after a silence (RFC 5681 §4.1); value: bytes from now on.
        IDLE_RESTART,
        /// A segment was refused: it is not signed, and its peer signs (RFC 2385, RFC 5925).
        SIGNATURE_MISSING,
        /// A segment was refused: its signature is wrong.
        SIGNATURE_WRONG,
        /// A segment was refused: it is signed, and there is no key for that.
        SIGNATURE_UNKNOWN,
        /// The peer told its user timeout (RFC 5482); value: the timeout in force after that, in nanoseconds.
        USER_TIMEOUT_TOLD,
        /// Segments are spaced from now on, for as long as the connection lasts; value: bytes a second.
        PACING_BEGAN,
        /// A reset was ignored in TIME-WAIT (RFC 1337).
        RESET_IGNORED,
        /// The peer completed the handshake, and the listener waits for its data.
        ACCEPT_DEFERRED
    }

    /// Why a segment was sent.
    enum Why {
        /// Part of the opening handshake.
        HANDSHAKE,
        /// New data, or a FIN.
        DATA,
        /// An acknowledgment.
        ACK,
        /// A window update.
        WINDOW,
        /// Retransmission after a timeout.
        TIMEOUT,
        /// Fast retransmission or recovery.
        FAST,
        /// Tail loss probe.
        LOSS_PROBE,
        /// New data beyond the congestion window, for segments that duplicate acknowledgments say have arrived
        /// (RFC 3042).
        LIMITED_TRANSMIT,
        /// Sent again though not deemed lost, since there is nothing else to send in a recovery (RFC 6675 §4).
        LAST_RESORT,
        /// Retransmission of a SYN or SYN-ACK.
        SYN_AGAIN,
        /// Zero-window probe.
        PROBE,
        /// Keep-alive probe.
        KEEPALIVE,
        /// Challenge ACK (RFC 5961).
        CHALLENGE,
        /// Reset.
        RESET
    }
}
