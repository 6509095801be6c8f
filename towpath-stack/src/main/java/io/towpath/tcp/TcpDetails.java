package io.towpath.tcp;

import io.towpath.core.Time;
import io.towpath.tcp.auth.KeyRing;
import io.towpath.tcp.ecn.EcnMode;
import io.towpath.tcp.listen.FastOpen;
import io.towpath.tcp.recovery.LossRecovery;
import io.towpath.tcp.segment.SegmentWriter;
import io.towpath.tcp.send.LimitClock;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What more there is to know of one connection: the part of `tcp_info` that [TcpInfo] itself does not show.
/// Amounts are bytes where nothing else is said; ages count back from the moment of the snapshot.
///
/// @param recoveryState how losses stand
/// @param windowProbes zero-window probes since the window shut
/// @param keepAliveProbes keep-alive probes since the peer was heard last
/// @param ackTimeoutNanos how long an acknowledgment may wait now
/// @param receiveMss the peer's segment size as far as seen
/// @param announcedMss the MSS that our SYN announced
/// @param pathMtu the MTU that the segment size follows from
/// @param unackedSegments segments sent and not cumulatively acknowledged
/// @param sackedSegments of them, reported by SACK; without SACK, counted by duplicate acknowledgments
/// @param lostSegments of them, deemed lost
/// @param resentSegments of the lost ones, in the network again
/// @param reorderingSegments DupThresh, raised by reordering
/// @param reorderingSeen how often reordering was seen
/// @param reorderingWindowNanos how much later than its successors a segment may come (RACK.reo_wnd)
/// @param reorderingWindowSteps quarters of the least round trip in it (RACK.reo_wnd_mult)
/// @param lossProbes tail loss probes sent
/// @param recoveriesUndone reductions taken back because nothing had been lost
/// @param openedAgoNanos age of the connection since it was established; -1 for never, here and below
/// @param dataSentAgoNanos age of the last data sent
/// @param ackSentAgoNanos age of the last ACK sent
/// @param dataReceivedAgoNanos age of the last data received
/// @param ackReceivedAgoNanos age of the last acknowledgment received
/// @param receiveRttNanos round-trip time as the receiver sees it, 0 when unknown
/// @param receiveSpace bytes that the user takes in one round trip, 0 when unknown
/// @param receiveBuffer bound of the receive buffer as it stands
/// @param receiveWindowMax largest window that may be offered at present
/// @param sendBuffer bound of the send buffer as it stands
/// @param unsent bytes of the user that never left
/// @param pacingRate bytes a second at which packets are spaced, 0 for no pacing
/// @param pacingRateMax its bound, [Long#MAX_VALUE] for none
/// @param deliveryRate bytes a second that arrived lately, 0 when unknown
/// @param deliveryRateApplicationLimited true when that was all the application had
/// @param dataSegmentsOut segments with data sent, those sent again too
/// @param dataSegmentsIn segments with data received
/// @param bytesRetransmitted data bytes sent again
/// @param deliveredSegments segments that arrived at the peer, SYN included
/// @param deliveredMarked of them, those that arrived with a congestion mark
/// @param duplicatesReported duplicates that the peer reported by D-SACK
/// @param busyNanos time in which something was sent or waited to be
/// @param peerWindowNanos of it, time in which the peer's window was the limit
/// @param sendBufferNanos of it, time in which the send buffer was the limit
/// @param limit what holds the sender back now
/// @param timeoutRecoveries recoveries that a timeout began
/// @param timeoutRecoveryNanos time spent in those that are over
/// @param userTimeoutNanos user timeout
/// @param authentication how its segments are signed
/// @param opening how it began and grew
/// @param mechanisms what its mechanisms do, or did
public record TcpDetails(
        RecoveryState recoveryState,
        int windowProbes,
        int keepAliveProbes,
        long ackTimeoutNanos,
        int receiveMss,
        int announcedMss,
        int pathMtu,
        int unackedSegments,
        int sackedSegments,
        int lostSegments,
        int resentSegments,
        int reorderingSegments,
        int reorderingSeen,
        long reorderingWindowNanos,
        int reorderingWindowSteps,
        long lossProbes,
        long recoveriesUndone,
        long openedAgoNanos,
        long dataSentAgoNanos,
        long ackSentAgoNanos,
        long dataReceivedAgoNanos,
        long ackReceivedAgoNanos,
        long receiveRttNanos,
        long receiveSpace,
        int receiveBuffer,
        long receiveWindowMax,
        int sendBuffer,
        long unsent,
        long pacingRate,
        long pacingRateMax,
        long deliveryRate,
        boolean deliveryRateApplicationLimited,
        long dataSegmentsOut,
        long dataSegmentsIn,
        long bytesRetransmitted,
        long deliveredSegments,
        long deliveredMarked,
        long duplicatesReported,
        long busyNanos,
        long peerWindowNanos,
        long sendBufferNanos,
        LimitClock.Limit limit,
        long timeoutRecoveries,
        long timeoutRecoveryNanos,
        long userTimeoutNanos,
        TcpInfo.AuthInfo authentication,
        TcpInfo.OpeningInfo opening,
        TcpInfo.MechanismInfo mechanisms) {
    /// How losses stand; in the order of Linux's `TCP_CA_` numbers.
    public enum RecoveryState {
        /// All is well.
        OPEN,
        /// Duplicate acknowledgments or SACK blocks came, and nothing is deemed lost yet.
        DISORDER,
        /// The window was reduced for a congestion mark.
        REDUCED,
        /// Lost data is being repaired after fast retransmit.
        RECOVERY,
        /// Lost data is being repaired after a timeout.
        LOSS
    }

    /// What is to be seen of `c` at `now`.
    static TcpDetails of(long now, TcpConnection c) {
        TcpAccounts accounts = c.accounts;
        LimitClock limits = accounts.limits;
        return new TcpDetails(
                recoveryState(c),
                c.probes.windowProbes(),
                c.probes.keepAlives(),
                c.config().delayedAckNanos(),
                c.rcv.mss(),
                SegmentWriter.announcedMss(c.config(), c.route),
                c.mssMtu == 0 ? c.route.mtu() : c.mssMtu,
                c.flight.size(),
                reported(c),
                c.flight.lostSegments(),
                c.flight.resentSegments(),
                c.recovery.reordering().threshold(),
                c.recovery.reordering().seen(),
                c.recovery.rack().reorderingWindow(),
                c.recovery.rack().windowSteps(),
                c.recovery.probesSent(),
                c.recovery.undone(),
                ago(now, accounts.openedAt),
                ago(now, accounts.dataSentAt),
                ago(now, accounts.ackSentAt),
                ago(now, accounts.dataReceivedAt),
                ago(now, accounts.ackReceivedAt),
                c.tuner().rtt(),
                c.tuner().space(),
                c.receiveRing().capacityMax(),
                Math.min(c.receiveRing().capacityMax(), 0xffffL << c.options.receiveScale),
                c.sendRing().capacityMax(),
                Math.max(0, c.finSequence() - Math.max(c.snd.nxt, c.snd.iss + 1)),
                c.congestion.pacingRate(),
                Long.MAX_VALUE,
                c.flight.rate().rate(),
                c.flight.rate().isRateApplicationLimited(),
                accounts.dataSegmentsOut,
                accounts.dataSegmentsIn,
                accounts.bytesRetransmitted,
                accounts.delivered + (c.snd.una > c.snd.iss ? 1 : 0),
                c.ecn.marksReported(),
                accounts.duplicatesReported,
                limits.busy(now),
                limits.peerWindow(now),
                limits.sendBuffer(now),
                limits.limit(),
                accounts.timeoutRecoveries,
                accounts.timeoutNanos,
                c.userTimeoutNanos,
                authentication(c),
                opening(c),
                mechanisms(c));
    }

    private static TcpInfo.MechanismInfo mechanisms(TcpConnection c) {
        return new TcpInfo.MechanismInfo(
                c.recovery.isProportionalNow(c.congestion),
                c.accounts.limitedTransmits,
                c.recovery.lastResorts(),
                c.accounts.idleRestarts,
                c.ecn.mode() != EcnMode.NONE && c.config().congestionTuning().alternativeBackoff(),
                c.userTimeoutNanos != c.config().userTimeoutNanos(),
                c.records == null ? 0 : c.records.waiting(),
                c.config().send().unsentMax(),
                c.userGone);
    }

    private static TcpInfo.AuthInfo authentication(TcpConnection c) {
        KeyRing keys = c.keys;
        if (keys != null) {
            return keys.info();
        }
        TcpAccounts accounts = c.accounts;
        return c.key() == null
                ? TcpInfo.AuthInfo.NONE
                : TcpInfo.AuthInfo.md5(accounts.signedOut, accounts.signedIn, accounts.signedWrong);
    }

    private static TcpInfo.OpeningInfo opening(TcpConnection c) {
        FastOpen fastOpen = c.fastOpen;
        TcpEvent.@Nullable FastOpenStep step = fastOpen == null ? null : fastOpen.last();
        return new TcpInfo.OpeningInfo(
                c.accounts.byCookie,
                step == null ? "" : step.name().toLowerCase(Locale.ROOT),
                c.mtuProbes.text(),
                c.accounts.receiveGrowths,
                c.accounts.sendGrowths);
    }

    /// For people: what a listing shows besides [TcpInfo].
    public String text() {
        return "unacked " + unackedSegments + " sacked " + sackedSegments + " lost " + lostSegments + " resent "
                + resentSegments + " reordering " + reorderingSegments + " pmtu " + pathMtu + " advmss " + announcedMss
                + " rcvmss " + receiveMss + " buffers " + sendBuffer + "/" + receiveBuffer + " unsent " + unsent
                + " probes " + lossProbes
                + " undone " + recoveriesUndone + " reo_wnd " + reorderingWindowNanos / 1000 + "us x"
                + reorderingWindowSteps + " delivered " + deliveredSegments + " resent-bytes " + bytesRetransmitted
                + (duplicatesReported == 0 ? "" : " dsacks " + duplicatesReported)
                + userTimeoutText()
                + mechanisms.text()
                + opening.text()
                + (authentication.text().isEmpty() ? "" : " " + authentication.text())
                + limitText();
    }

    private String userTimeoutText() {
        String time = userTimeoutNanos == Time.NEVER ? "never" : userTimeoutNanos / Time.MILLISECOND + "ms";
        return " user-timeout " + time + (mechanisms.userTimeoutAgreed() ? " (agreed)" : "");
    }

    private String limitText() {
        String now = switch (limit) {
            case IDLE -> "";
            case NETWORK -> " limited by the network";
            case PEER_WINDOW -> " limited by the peer's window";
            case SEND_BUFFER -> " limited by the send buffer";
        };
        return busyNanos == 0
                ? now
                : now + " window " + 100 * peerWindowNanos / busyNanos + "% buffer " + 100 * sendBufferNanos / busyNanos
                        + "% of the time";
    }

    private static RecoveryState recoveryState(TcpConnection c) {
        if (c.recovery.phase() == LossRecovery.Phase.TIMEOUT) {
            return RecoveryState.LOSS;
        }
        if (c.recovery.phase() == LossRecovery.Phase.FAST) {
            return RecoveryState.RECOVERY;
        }
        if (c.ecn.isReducing()) {
            return RecoveryState.REDUCED;
        }
        return reported(c) > 0 ? RecoveryState.DISORDER : RecoveryState.OPEN;
    }

    private static long ago(long now, long at) {
        return at == TcpAccounts.NEVER_YET ? -1 : now - at;
    }

    private static int reported(TcpConnection c) {
        return c.options.sack ? c.flight.sackedSegments() : Math.min(c.recovery.duplicates(), c.flight.size());
    }
}
