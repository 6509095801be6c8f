package io.towpath.cli;

import io.towpath.observe.Totals;
import io.towpath.tcp.TcpError;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// How a demo came out.
///
/// @param options what was asked for
/// @param transfer the TCP connection
/// @param datagrams the UDP exchange
/// @param pings the pings
/// @param messages the SCTP association
/// @param totals what both hosts and the wire counted
/// @param cwnd the client's congestion window
/// @param virtualNanos how long all of it took in virtual time
/// @param realNanos how long it took on the wall
/// @param hash fingerprint of every packet: equal for equal seed and options
record DemoReport(
        DemoOptions options,
        Transfer transfer,
        Datagrams datagrams,
        Pings pings,
        Messages messages,
        Totals totals,
        CwndHistory cwnd,
        long virtualNanos,
        long realNanos,
        long hash) {
    /// The TCP connection.
    ///
    /// @param received bytes of the file that arrived
    /// @param sent digest of the file; empty when it was not read to its end
    /// @param arrived digest of what the server received, null when it did not get all
    /// @param answer what the client was told, null when it was not
    /// @param closed true when both sides closed in order
    /// @param error why the connection died
    /// @param nanos virtual time from the first byte to the last acknowledgment
    @SuppressWarnings("ArrayRecordComponent") // compared by isIntact only
    record Transfer(
            long received,
            byte[] sent,
            byte @Nullable [] arrived,
            byte @Nullable [] answer,
            boolean closed,
            @Nullable TcpError error,
            long nanos) {
        boolean isIntact() {
            return sent.length > 0 && Arrays.equals(sent, arrived) && Arrays.equals(sent, answer);
        }

        String sentHex() {
            return HexFormat.of().formatHex(sent);
        }

        String arrivedHex() {
            return arrived == null ? "" : HexFormat.of().formatHex(arrived);
        }
    }

    /// The UDP exchange.
    ///
    /// @param wanted datagrams to be echoed
    /// @param echoed that were
    /// @param sent sent, repetitions included
    /// @param rttNanos the shortest time to an echo
    /// @param intact true when all came back as they were
    record Datagrams(int wanted, int echoed, int sent, long rttNanos, boolean intact) {}

    /// The pings.
    ///
    /// @param sent requests
    /// @param answered replies
    /// @param minNanos shortest round trip
    /// @param meanNanos mean round trip
    /// @param maxNanos longest round trip
    /// @param intact true when enough were answered, each with what was asked
    record Pings(int sent, int answered, long minNanos, long meanNanos, long maxNanos, boolean intact) {}

    /// The SCTP association.
    ///
    /// @param sent messages to be delivered
    /// @param delivered that were
    /// @param streams streams
    /// @param bytes bytes delivered
    /// @param equal whether every stream brought what was sent on it, in its order
    /// @param pathsLost how often the client gave a path up
    /// @param pauseNanos from the cut of the first path to the next message delivered
    /// @param closed whether both sides ended in order
    /// @param error why the association died
    record Messages(
            int sent,
            int delivered,
            int streams,
            long bytes,
            boolean equal,
            int pathsLost,
            long pauseNanos,
            boolean closed,
            @Nullable String error) {
        boolean isIntact() {
            return delivered == sent && equal && closed && error == null;
        }
    }

    /// True when everything arrived as it was sent and the connection closed in order.
    boolean isIntact() {
        return transfer.isIntact()
                && transfer.closed()
                && transfer.received() == options.size()
                && datagrams.intact()
                && pings.intact()
                && messages.isIntact();
    }

    /// Bytes of the file per second of virtual time.
    double goodput() {
        return transfer.nanos() == 0 ? 0 : transfer.received() * 1e9 / transfer.nanos();
    }
}
