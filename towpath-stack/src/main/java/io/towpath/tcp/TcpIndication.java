package io.towpath.tcp;

import io.towpath.tcp.config.TimeoutAction;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.SecurityLabel;
import org.jspecify.annotations.Nullable;

/// What TCP says to its user: the response primitives, by their names. [TcpUser#next] gives them in order.
public sealed interface TcpIndication {
    /// The local connection name that the open gave.
    long connection();

    /// OPEN-ID: the answer to every open. From here on the name stands for the connection.
    ///
    /// @param connection its name
    /// @param local own socket, with the port that was chosen; a null address takes every own address
    /// @param remote the peer's socket, null for an unspecified passive open
    record OpenId(
            long connection, LocalSocket local, @Nullable Endpoint remote) implements TcpIndication {}

    /// OPEN-FAILURE: the connection could not be opened. The name means nothing any more.
    ///
    /// @param connection its name
    /// @param reason why
    record OpenFailure(long connection, TcpError reason) implements TcpIndication {}

    /// OPEN-SUCCESS: the connection is established.
    ///
    /// @param connection its name
    /// @param local own socket
    /// @param remote the peer's socket, now known also to an unspecified passive open
    record OpenSuccess(long connection, Endpoint local, Endpoint remote) implements TcpIndication {}

    /// DELIVER: data from the peer, in order. Urgent data and what follows it never share one DELIVER.
    ///
    /// @param connection its name
    /// @param data at least one byte
    /// @param urgent true when the data is urgent: it ends at or before the urgent mark (RFC 6093 §4: the mark
    ///     is one past the last urgent byte)
    /// @param urgentLeft bytes of urgent data that follow; RFC 9293 §3.9.1.3 calls "URGENT flag" that there are
    ///     any
    record Deliver(long connection, Octets data, boolean urgent, long urgentLeft) implements TcpIndication {}

    /// CLOSING: the peer will send no more than what has arrived. What is not delivered yet can still be
    /// received, and this side may go on sending until it closes too.
    ///
    /// @param connection its name
    record Closing(long connection) implements TcpIndication {}

    /// TERMINATE: the connection is no more, and its name neither.
    ///
    /// @param connection its name
    /// @param reason why it was aborted, null when both sides closed in order
    record Terminate(long connection, @Nullable TcpError reason) implements TcpIndication {}

    /// STATUS RESPONSE.
    ///
    /// @param connection its name
    /// @param source own socket
    /// @param remote the peer's socket, null while nobody is named
    /// @param state of the connection; [TcpState#LISTEN] for a passive open that waits
    /// @param receiveWindow RCV.WND: what the peer may still send, bytes
    /// @param sendWindow SND.WND: what the peer offers, bytes
    /// @param awaitingAck bytes of the user that the peer has not acknowledged, sent or not
    /// @param awaitingReceipt bytes that wait for the user
    /// @param urgent true while urgent data waits for the user or for the peer's acknowledgment
    /// @param precedence of what is sent, 0 to 7: the upper three bits of the DS field
    /// @param security the label of the connection, null for none
    /// @param timeoutNanos user timeout; [io.towpath.core.Time#NEVER] for none
    /// @param timeoutAction what becomes of the connection when it passes
    record StatusResponse(
            long connection,
            LocalSocket source,
            @Nullable Endpoint remote,
            TcpState state,
            long receiveWindow,
            long sendWindow,
            long awaitingAck,
            long awaitingReceipt,
            boolean urgent,
            int precedence,
            @Nullable SecurityLabel security,
            long timeoutNanos,
            TimeoutAction timeoutAction)
            implements TcpIndication {}

    /// ERROR: a request that cannot be served, or something that the user should know while the connection
    /// lives on (RFC 9293 §3.9.1.8, asynchronous reports).
    ///
    /// @param connection the name that the request gave
    /// @param fault what is wrong
    /// @param cause more about it, null when there is no more to say
    record Error(long connection, Fault fault, @Nullable TcpError cause) implements TcpIndication {
        /// In the words of the RFC: `error: connection closing`.
        public String text() {
            return "error: " + fault.text + (cause == null ? "" : " (" + cause.name() + ")");
        }
    }

    /// Own socket as far as it is named.
    ///
    /// @param address null while any own address will do
    /// @param port 1 to 65535; 0 when the open failed before one was chosen
    record LocalSocket(@Nullable IpAddress address, int port) {
        @Override
        public String toString() {
            return address == null ? "*:" + port : new Endpoint(address, port).toString();
        }
    }

    /// What an [Error] is about.
    enum Fault {
        /// The name means nothing (any more).
        DOES_NOT_EXIST("connection does not exist"),
        /// The connection was opened already.
        ALREADY_EXISTS("connection already exists"),
        /// SEND or OPEN on a passive open that names no peer.
        REMOTE_UNSPECIFIED("remote socket unspecified"),
        /// The send buffer has no room for all of the data; nothing of it was taken.
        INSUFFICIENT_RESOURCES("insufficient resources"),
        /// The user has closed, or the peer has and all was delivered.
        CLOSING("connection closing"),
        /// Report: data is unacknowledged for longer than the user timeout, whose action is to report.
        USER_TIMEOUT("user timeout"),
        /// Report: retransmissions reached R1, or an ICMP message came; the cause tells.
        DELIVERY_PROBLEM("delivery problem"),
        /// Report: the peer's urgent pointer moved on.
        URGENT_DATA("urgent data");

        private final String text;

        Fault(String text) {
            this.text = text;
        }

        /// The RFC's words.
        public String text() {
            return text;
        }
    }
}
