package io.towpath.tcp;

import io.towpath.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/// A snapshot of one connection: STATUS of RFC 9293 §3.9.1, and what `tcp_info` shows elsewhere. Sequence numbers are
/// relative to the initial ones.
///
/// @param id number of the connection within its host
/// @param local own socket
/// @param remote the peer's socket
/// @param state its state
/// @param error why it died, null while it lives
/// @param sndUna oldest unacknowledged sequence number
/// @param sndNxt next sequence number to be sent
/// @param sndWnd window offered by the peer, bytes
/// @param rcvNxt next sequence number expected
/// @param rcvWnd window offered to the peer, bytes
/// @param sendQueued bytes of the user not yet acknowledged (sent or not)
/// @param receiveQueued bytes that wait for the user
/// @param mss largest data in one segment, bytes
/// @param congestion name of the congestion control
/// @param cwnd congestion window, bytes
/// @param ssthresh slow-start threshold, bytes; [Long#MAX_VALUE] before the first loss
/// @param inFlight bytes estimated to be in the network
/// @param srttNanos smoothed round-trip time, 0 before the first sample
/// @param rttvarNanos its variation
/// @param minRttNanos smallest round-trip time seen, 0 before the first sample
/// @param rtoNanos retransmission timeout with backoff
/// @param backoffs consecutive timeouts
/// @param inRecovery true in loss recovery
/// @param details what more there is to know
/// @param timestamps true when both sides agreed on timestamps
/// @param sack true when the peer permits SACK
/// @param sendScale shift of windows offered by the peer
/// @param receiveScale shift of windows offered to the peer
/// @param bytesSent data bytes sent, retransmissions included
/// @param bytesAcked data bytes acknowledged
/// @param bytesReceived data bytes received in order
/// @param segmentsOut segments sent
/// @param segmentsIn segments received
/// @param retransmits segments sent again
/// @param timeouts retransmission timeouts
/// @param outOfOrder segments received out of order
/// @param ecn congestion marks
/// @param rates how fast it sends
/// @param synData true when data went with the SYN, ours or the peer's, and was acknowledged with it (RFC 7413)
public record TcpInfo(
        long id,
        Endpoint local,
        Endpoint remote,
        TcpState state,
        @Nullable TcpError error,
        long sndUna,
        long sndNxt,
        long sndWnd,
        long rcvNxt,
        long rcvWnd,
        int sendQueued,
        int receiveQueued,
        int mss,
        String congestion,
        long cwnd,
        long ssthresh,
        long inFlight,
        long srttNanos,
        long rttvarNanos,
        long minRttNanos,
        long rtoNanos,
        int backoffs,
        boolean inRecovery,
        TcpDetails details,
        boolean timestamps,
        boolean sack,
        int sendScale,
        int receiveScale,
        long bytesSent,
        long bytesAcked,
        long bytesReceived,
        long segmentsOut,
        long segmentsIn,
        long retransmits,
        long timeouts,
        long outOfOrder,
        EcnInfo ecn,
        RateInfo rates,
        boolean synData) {
    /// How fast a connection sends.
    ///
    /// @param phase what the congestion control is doing, in words
    /// @param deliveryRate rate at which the network delivered last, in bytes per second; 0 when it is not
    ///     known
    /// @param applicationLimited true when the application held that rate down
    /// @param pacingRate rate at which segments are spaced, in bytes per second; 0 for no pacing
    public record RateInfo(String phase, long deliveryRate, boolean applicationLimited, long pacingRate) {}

    /// How a connection began, and what grew by itself since.
    ///
    /// @param byCookie true when a SYN cookie made it (RFC 4987)
    /// @param fastOpen what happened last in Fast Open: `requested`, `used`, `accepted`, `refused`, `taken`; empty
    ///     for nothing
    /// @param pathMtu where the search for the path MTU stands, and what became of its probes; empty without
    /// @param receiveGrowths how often the receive buffer grew
    /// @param sendGrowths how often the send buffer grew
    public record OpeningInfo(
            boolean byCookie, String fastOpen, String pathMtu, long receiveGrowths, long sendGrowths) {
        /// For people: empty when there is nothing to tell.
        public String text() {
            return (byCookie ? " by-cookie" : "")
                    + (fastOpen.isEmpty() ? "" : " fast-open " + fastOpen)
                    + (pathMtu.isEmpty() ? "" : " mtu-search " + pathMtu)
                    + (receiveGrowths + sendGrowths == 0 ? "" : " grew " + sendGrowths + "/" + receiveGrowths);
        }
    }

    /// What its mechanisms do, or did.
    ///
    /// @param proportional true while the window shrinks by proportional rate reduction (RFC 6937)
    /// @param limitedTransmits segments that limited transmit sent (RFC 3042)
    /// @param lastResorts segments sent again that were not deemed lost (RFC 6675 §4, rules 3 and 4)
    /// @param idleRestarts how often the congestion window shrank after a silence (RFC 5681 §4.1)
    /// @param alternativeBackoff true when marks are answered by a smaller reduction than losses (RFC 8511)
    /// @param userTimeoutAgreed true when the peer's option changed the user timeout (RFC 5482)
    /// @param records ends of records that are not acknowledged
    /// @param unsentMax bound of what waits unsent, in bytes; [Integer#MAX_VALUE] for none
    /// @param orphan true when its user is gone
    public record MechanismInfo(
            boolean proportional,
            int limitedTransmits,
            int lastResorts,
            int idleRestarts,
            boolean alternativeBackoff,
            boolean userTimeoutAgreed,
            int records,
            int unsentMax,
            boolean orphan) {
        /// For people: empty when there is nothing to tell.
        public String text() {
            return (proportional ? " prr" : "")
                    + (limitedTransmits == 0 ? "" : " limited-transmits " + limitedTransmits)
                    + (lastResorts == 0 ? "" : " last-resorts " + lastResorts)
                    + (idleRestarts == 0 ? "" : " idle-restarts " + idleRestarts)
                    + (alternativeBackoff ? " abe" : "")
                    + (records == 0 ? "" : " records " + records)
                    + (unsentMax == Integer.MAX_VALUE ? "" : " unsent-max " + unsentMax)
                    + (orphan ? " orphan" : "");
        }
    }

    /// How segments are signed.
    ///
    /// @param algorithm `md5` (RFC 2385), or that of the authentication option (RFC 5925); empty for none
    /// @param keyId KeyID of what leaves; this and all below are of the authentication option
    /// @param nextKeyId KeyID that the peer is asked for (RNextKeyID)
    /// @param keyIdIn KeyID of the last segment that came, -1 for none
    /// @param nextKeyIdIn KeyID that it asks for, -1 for none
    /// @param signedOut segments signed
    /// @param signedIn segments received with the right signature
    /// @param wrong segments dropped because of theirs
    public record AuthInfo(
            String algorithm,
            int keyId,
            int nextKeyId,
            int keyIdIn,
            int nextKeyIdIn,
            long signedOut,
            long signedIn,
            long wrong) {
        /// Nothing is signed.
        public static final AuthInfo NONE = new AuthInfo("", 0, 0, -1, -1, 0, 0, 0);

        /// Signed by MD5, which has no key numbers.
        public static AuthInfo md5(long signedOut, long signedIn, long wrong) {
            return new AuthInfo("md5", 0, 0, -1, -1, signedOut, signedIn, wrong);
        }

        /// For people: empty when nothing is signed.
        public String text() {
            if (algorithm.isEmpty()) {
                return "";
            }
            String keys = algorithm.equals("md5")
                    ? ""
                    : " keys out " + keyId + " asked " + nextKeyId + " in " + keyIdIn + " wanted " + nextKeyIdIn;
            return algorithm + keys + " signed " + signedOut + "/" + signedIn + " wrong " + wrong;
        }
    }

    /// What became of congestion marks.
    ///
    /// @param feedback what both sides agreed on: `none`, `classic` (RFC 3168) or `accurate` (RFC 9768)
    /// @param marksIn segments received with the mark "congestion experienced"
    /// @param marksReported what the peer reported: acknowledgments with ECE, or marked segments when accurate
    /// @param reductions how often the window was reduced for it
    /// @param markedBytesIn data bytes received with the mark, when accurate
    /// @param markedBytesReported data bytes that the peer's options say arrived with it
    /// @param option true when the peer tells bytes in an option (RFC 9768 §3.2.3)
    public record EcnInfo(
            String feedback,
            long marksIn,
            long marksReported,
            long reductions,
            long markedBytesIn,
            long markedBytesReported,
            boolean option) {
        /// For people: what the counters of bytes say; empty when there are none.
        public String bytesText() {
            return markedBytesIn == 0 && !option
                    ? ""
                    : " marked bytes in " + markedBytesIn + " reported "
                            + (option ? Long.toString(markedBytesReported) : "never");
        }
    }
}
