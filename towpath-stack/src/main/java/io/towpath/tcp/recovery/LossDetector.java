package io.towpath.tcp.recovery;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent.Cause;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.tcp.recovery.LossRecovery.Phase;
import io.towpath.tcp.send.Delivery;
import org.jspecify.annotations.Nullable;

/// What is lost: by time with [Rack], by number without it ([LossBoundary]), by [DuplicateAcks] without SACK.
/// It marks entries of the flight and sets the reordering timer.
final class LossDetector {
    private final RecoveryConfig config;
    private final Rack rack = new Rack();
    private final DuplicateAcks duplicates = new DuplicateAcks();
    private final Reordering reordering;

    LossDetector(RecoveryConfig config) {
        this.config = config;
        reordering = new Reordering(config.reordering());
    }

    Rack rack() {
        return rack;
    }

    Reordering reordering() {
        return reordering;
    }

    /// Consecutive duplicate acknowledgments.
    int duplicates() {
        return duplicates.count();
    }

    /// Bytes that duplicate acknowledgments without SACK say have left the network.
    long countedOut() {
        return duplicates.countedOut();
    }

    /// When the latest of the retransmissions had left that were found lost last; -1 when there were none.
    long lostAgainSentAt() {
        return rack.lostAgainSentAt();
    }

    /// Takes what an acknowledgment delivered.
    ///
    /// @param takesOut true when a duplicate acknowledgment without SACK says that a segment arrived which is not
    ///     deemed lost: not after a timeout, unless new data went first
    /// @return what reached the peer, in bytes (DeliveredData of RFC 6937 §2)
    long onDelivery(TcpConnection c, boolean takesOut, long acked, Delivery delivery, boolean duplicate) {
        if (!c.options.sack) {
            return count(c, takesOut, acked, duplicate);
        }
        if (acked > 0) {
            duplicates.clear();
        }
        if (delivery.sackedBytes > 0) {
            duplicates.add(c.flight, c.mss, false);
        }
        reordering.onDelivery(delivery, c.mss);
        rack.onDelivery(delivery);
        rack.onAcknowledgment(c.snd.una, c.snd.nxt, delivery.isDuplicateReported());
        return delivery.bytes;
    }

    /// RFC 6937 §2: without SACK "DeliveredData is 1 SMSS on receiving a duplicate acknowledgment", and what an
    /// advance of SND.UNA brings beyond those.
    private long count(TcpConnection c, boolean takesOut, long acked, boolean duplicate) {
        if (duplicate) {
            duplicates.add(c.flight, c.mss, takesOut);
            return c.mss;
        }
        return acked > 0 ? duplicates.onAdvance(c.flight, acked, c.mss) : 0;
    }

    /// Nothing is deemed lost any more.
    void onEnd() {
        duplicates.clear();
    }

    /// Marks what is lost.
    ///
    /// @param point the recovery point
    /// @return by what the first sign of a loss was found, null when there is nothing new
    @Nullable
    Cause detect(long now, TcpConnection c, Phase phase, long point) {
        if (!c.options.sack) {
            return byDuplicates(c, phase, point);
        }
        return config.rack() ? byTime(now, c, phase) : byNumber(c, phase, point);
    }

    private @Nullable Cause byTime(long now, TcpConnection c, Phase phase) {
        boolean enough = c.flight.sackedSegments() >= reordering.threshold();
        rack.updateWindow(phase != Phase.OPEN, enough, c.rtt.minRttOrZero(), c.rtt.srtt());
        long again = rack.detect(now, c.flight);
        if (again > 0) {
            c.timers.set(TcpTimer.REORDER, Time.after(now, again));
        } else {
            c.timers.stop(TcpTimer.REORDER);
        }
        return rack.foundLoss() ? Cause.RACK : null;
    }

    /// RFC 6675 §5 (1) and (2): DupAcks >= DupThresh, or IsLost(HighACK + 1).
    private @Nullable Cause byNumber(TcpConnection c, Phase phase, long point) {
        if (phase == Phase.TIMEOUT) {
            return null;
        }
        int threshold = reordering.threshold();
        long boundary = LossBoundary.of(c.flight, threshold, c.mss);
        if (phase == Phase.FAST) {
            c.flight.markLostBelow(boundary);
            return null;
        }
        boolean first = boundary > c.snd.una || duplicates.count() >= threshold;
        if (!first || c.snd.una <= point) {
            return null;
        }
        c.flight.beginMarking();
        c.flight.markFirstLost();
        c.flight.markLostBelow(boundary);
        return Cause.DUPLICATES;
    }

    /// Duplicate acknowledgments without SACK (RFC 5681 §3.2).
    private @Nullable Cause byDuplicates(TcpConnection c, Phase phase, long point) {
        // RFC 6582 §3.2 step 2: enter only if "the Cumulative Acknowledgment field covers more than recover". One that
        // covers just that much may be an answer to something that was sent again needlessly (§4).
        if (phase != Phase.OPEN || duplicates.count() < config.reordering() || c.snd.una - 1 <= point) {
            return null;
        }
        c.flight.markFirstLost();
        return Cause.DUPLICATES;
    }

    /// A retransmission timeout.
    ///
    /// @param fresh true when nothing was deemed lost before it
    void onTimeout(long now, TcpConnection c, boolean fresh) {
        reordering.onTimeout(fresh, c.flight.sackedSegments());
        duplicates.clear();
        if (c.flight.isReneged()) {
            // RFC 2018 §8: after a timeout SACK information is not relied on when the oldest segment has it.
            c.flight.forgetSacks();
            c.flight.markAllLost();
        } else if (config.rack() && c.options.sack) {
            rack.markLossesOnTimeout(now, c.flight);
        } else {
            c.flight.markAllLost();
        }
    }
}
