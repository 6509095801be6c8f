package io.towpath.sctp.stream;

import io.towpath.sctp.Association;
import io.towpath.sctp.ecn.CongestionEcho;
import io.towpath.sctp.send.PartialReliability;

/// All streams of both directions begin anew, with other TSNs (RFC 6525 §5.1.4, §5.2.4). The two sides do it one
/// after the other: in between they do not agree on what a number means.
///
/// Nothing may be lost by that, so both see to it that nothing is on its way: the side that asks waits until all is
/// acknowledged, and the other one puts it off ("in progress") until the same holds for it. What overtakes the
/// response is told by its TSN, which is far from those of before.
final class AssociationReset {
    /// How far TSNs move: late copies of chunks of before must be behind them, not ahead, in the circle of 2^32.
    /// *Deviation* from §5.2.4, which suggests twice as much for the peer's TSNs: from there most of them would
    /// look new. The own ones move as far, where it suggests the next one.
    private static final int FAR = 1 << 30;

    private AssociationReset() {}

    /// Whether nothing is on its way in either direction, as far as this side knows.
    static boolean isQuiet(Association a) {
        return a.outstanding.isEmpty()
                && !a.receiver().tracker.hasGaps()
                && !a.receiver().hasIncomplete()
                && !a.sendQueue.isPartlySent();
    }

    /// Does what the peer asked for.
    ///
    /// @return the next TSN of this side, and the next one of the peer
    static int[] accept(Association a) {
        int ownNext = (int) a.outstanding.nextTsn() + FAR;
        int peersNext = (int) a.receiver().tracker.cumulative() + 1 + FAR;
        perform(a, ownNext, peersNext);
        return new int[] {ownNext, peersNext};
    }

    /// Goes on with these TSNs, which are always ahead of those of before.
    static void perform(Association a, int ownNext, int peersNext) {
        a.outstanding.start(ahead(a.outstanding.nextTsn(), ownNext));
        PartialReliability.start(a);
        a.fastRecoveryExit = -1;
        for (int i = 0; i < a.paths.size(); i++) {
            a.paths.get(i).timedTsn = -1;
        }
        CongestionEcho ecn = a.ecn;
        if (ecn != null) {
            ecn.start(a.outstanding.cumAcked());
        }
        a.reconfiguration.tsnsWereReset = true;
        a.sendQueue.restartNumbers();
        a.receiver().restart(ahead(a.receiver().tracker.cumulative() + 1, peersNext));
    }

    private static long ahead(long from, int tsn) {
        return from + (tsn - (int) from & 0xffff_ffffL);
    }
}
