package io.towpath.tcp.config;

import io.towpath.core.Time;
import java.util.function.Consumer;

/// How a connection finds out what is lost and what it does about it. All that the RFCs recommend is on by
/// default.
///
/// @param rack find losses by time (RFC 8985 §6); with it off, or without SACK, duplicate acknowledgments count (RFC
///     6675, RFC 6582)
/// @param tailLossProbe probe the end of a flight before the retransmission timeout (RFC 8985 §7)
/// @param prr spread the reduction over the recovery (RFC 6937)
/// @param frto find out after a timeout whether it was spurious (RFC 5682)
/// @param eifel find out by timestamps whether a retransmission was needless (RFC 3522)
/// @param dsackUndo take a reduction back when every retransmission turns out to be needless (RFC 2883)
/// @param twiceForLostAgain reduce once more when a retransmission is lost. RFC 5681 §4.3: "the loss of a
///     retransmission, should be taken as two indications of congestion"; Linux does not
/// @param lastResort with SACK but without RACK: send again, when nothing else may be sent, what is below the
///     highest SACKed segment though not deemed lost, and once in a recovery the last segment that was not
///     SACKed (rules 3 and 4 of NextSeg, RFC 6675 §4)
/// @param reordering DupThresh: segments reported above a hole that mean loss, 1 to [#REORDERING_MAX]; observed
///     reordering raises it
/// @param maxAckDelayNanos how long the peer may delay an acknowledgment, the TLP.max_ack_delay of RFC 8985 §7.2
public record RecoveryConfig(
        boolean rack,
        boolean tailLossProbe,
        boolean prr,
        boolean frto,
        boolean eifel,
        boolean dsackUndo,
        boolean twiceForLostAgain,
        boolean lastResort,
        int reordering,
        long maxAckDelayNanos) {
    /// The most segments that observed reordering may raise DupThresh to.
    public static final int REORDERING_MAX = 300;

    private static final RecoveryConfig DEFAULTS =
            new RecoveryConfig(true, true, true, true, true, true, true, true, 3, 200 * Time.MILLISECOND);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException when a value is out of range
    public RecoveryConfig {
        if (reordering < 1 || reordering > REORDERING_MAX) {
            throw new IllegalArgumentException("reordering out of range: " + reordering);
        }
        if (maxAckDelayNanos < 0) {
            throw new IllegalArgumentException("maxAckDelayNanos out of range: " + maxAckDelayNanos);
        }
    }

    /// What the RFCs recommend.
    public static RecoveryConfig defaults() {
        return DEFAULTS;
    }

    /// A copy with another [#rack()].
    public RecoveryConfig withRack(boolean value) {
        return with(draft -> draft.rack = value);
    }

    /// A copy with another [#tailLossProbe()].
    public RecoveryConfig withTailLossProbe(boolean value) {
        return with(draft -> draft.tailLossProbe = value);
    }

    /// A copy with another [#prr()].
    public RecoveryConfig withPrr(boolean value) {
        return with(draft -> draft.prr = value);
    }

    /// A copy with another [#frto()].
    public RecoveryConfig withFrto(boolean value) {
        return with(draft -> draft.frto = value);
    }

    /// A copy with another [#eifel()].
    public RecoveryConfig withEifel(boolean value) {
        return with(draft -> draft.eifel = value);
    }

    /// A copy with another [#dsackUndo()].
    public RecoveryConfig withDsackUndo(boolean value) {
        return with(draft -> draft.dsackUndo = value);
    }

    /// A copy with another [#twiceForLostAgain()].
    public RecoveryConfig withTwiceForLostAgain(boolean value) {
        return with(draft -> draft.twiceForLostAgain = value);
    }

    /// A copy with another [#lastResort()].
    public RecoveryConfig withLastResort(boolean value) {
        return with(draft -> draft.lastResort = value);
    }

    /// A copy with another [#reordering()].
    public RecoveryConfig withReordering(int value) {
        return with(draft -> draft.reordering = value);
    }

    /// A copy with another [#maxAckDelayNanos()].
    public RecoveryConfig withMaxAckDelayNanos(long value) {
        return with(draft -> draft.maxAckDelayNanos = value);
    }

    private RecoveryConfig with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /// The components while some of them get another value.
    private static final class Draft {
        boolean rack;
        boolean tailLossProbe;
        boolean prr;
        boolean frto;
        boolean eifel;
        boolean dsackUndo;
        boolean twiceForLostAgain;
        boolean lastResort;
        int reordering;
        long maxAckDelayNanos;

        Draft(RecoveryConfig from) {
            rack = from.rack;
            tailLossProbe = from.tailLossProbe;
            prr = from.prr;
            frto = from.frto;
            eifel = from.eifel;
            dsackUndo = from.dsackUndo;
            twiceForLostAgain = from.twiceForLostAgain;
            lastResort = from.lastResort;
            reordering = from.reordering;
            maxAckDelayNanos = from.maxAckDelayNanos;
        }

        RecoveryConfig done() {
            return new RecoveryConfig(
                    rack,
                    tailLossProbe,
                    prr,
                    frto,
                    eifel,
                    dsackUndo,
                    twiceForLostAgain,
                    lastResort,
                    reordering,
                    maxAckDelayNanos);
        }
    }
}
