package io.towpath.tcp;

/// The states of a connection (RFC 9293 §3.3.2) and which may follow which (figure 5 of the RFC, with the
/// corrections of its notes and the abort transitions that the figure leaves out).
///
/// [#LISTEN] is a [TcpListener]. [#SYN_RECEIVED] of a passive open and [#TIME_WAIT] are small rows of a table; all
/// other states, and SYN-RECEIVED of a simultaneous open, are a [TcpConnection].
public enum TcpState {
    /// Waits for a connection request from any remote peer and port.
    LISTEN,
    /// Waits for a matching connection request after having sent one.
    SYN_SENT,
    /// Waits for the acknowledgment of its own request after having received and sent one.
    SYN_RECEIVED,
    /// Open: data received can be delivered to the user.
    ESTABLISHED,
    /// Closed by the user; waits for the peer's FIN or for the acknowledgment of its own.
    FIN_WAIT_1,
    /// Own FIN acknowledged; waits for the peer's.
    FIN_WAIT_2,
    /// The peer sent FIN; waits for the user to close.
    CLOSE_WAIT,
    /// Both sent FIN before either was acknowledged; waits for the acknowledgment of its own.
    CLOSING,
    /// The peer's FIN was acknowledged and the own one sent; waits for its acknowledgment.
    LAST_ACK,
    /// Waits until the peer surely got the acknowledgment of its FIN and old segments are gone.
    TIME_WAIT,
    /// No connection.
    CLOSED;

    private static final int[] FOLLOWERS = new int[values().length];

    static {
        allow(LISTEN, SYN_RECEIVED, SYN_SENT, CLOSED);
        allow(SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSED);
        // Figure 5 also lets CLOSE lead from here to FIN-WAIT-1 with a FIN at once; a CLOSE waits for ESTABLISHED
        // instead, as §3.10.4 allows, so that a lost SYN-ACK is still sent again.
        allow(SYN_RECEIVED, ESTABLISHED, LISTEN, CLOSED);
        allow(ESTABLISHED, FIN_WAIT_1, CLOSE_WAIT, CLOSED);
        allow(FIN_WAIT_1, FIN_WAIT_2, CLOSING, TIME_WAIT, CLOSED);
        allow(FIN_WAIT_2, TIME_WAIT, CLOSED);
        allow(CLOSE_WAIT, LAST_ACK, CLOSED);
        allow(CLOSING, TIME_WAIT, CLOSED);
        allow(LAST_ACK, CLOSED);
        allow(TIME_WAIT, CLOSED, SYN_RECEIVED);
        allow(CLOSED, LISTEN, SYN_SENT);
    }

    private static void allow(TcpState from, TcpState... to) {
        for (TcpState next : to) {
            FOLLOWERS[from.ordinal()] |= 1 << next.ordinal();
        }
    }

    /// True when a connection in this state may become `next`.
    public boolean mayBecome(TcpState next) {
        return (FOLLOWERS[ordinal()] & 1 << next.ordinal()) != 0;
    }

    /// True from ESTABLISHED on: both initial sequence numbers are known and acknowledged.
    public boolean isSynchronized() {
        return this != LISTEN && this != SYN_SENT && this != SYN_RECEIVED && this != CLOSED;
    }

    /// True when the user may still hand over data to be sent.
    public boolean maySend() {
        return this == SYN_SENT || this == SYN_RECEIVED || this == ESTABLISHED || this == CLOSE_WAIT;
    }

    /// True when the peer may still send data that has not been announced as its last.
    public boolean mayReceive() {
        return this == SYN_RECEIVED || this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
    }

    /// The name as the RFC prints it: `FIN-WAIT-1`.
    public String rfcName() {
        return name().replace('_', '-');
    }
}
