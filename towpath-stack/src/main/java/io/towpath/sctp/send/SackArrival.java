package io.towpath.sctp.send;

import io.towpath.core.Context;
import io.towpath.core.Event;
import io.towpath.core.Network;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathStates;
import io.towpath.sctp.path.PathTimer;
import io.towpath.sctp.send.OutstandingData.Chunk;
import io.towpath.sctp.send.OutstandingData.ChunkState;
import io.towpath.wire.SctpSackHeader;
import io.towpath.wire.Serial;

/// What a SACK, or the Cumulative TSN Ack of a SHUTDOWN, means to outstanding data (RFC 9260 §6.2.1, §6.3.2,
/// §7.2).
public final class SackArrival {
    private static final int MISSES = 3;
    private static final long NONE = -1;
    private static final Notification DRY = new Notification.SenderDry();

    private final Context context;
    private final Network network;

    /// Processes SACKs of any association.
    public SackArrival(Context context, Network network) {
        this.context = context;
        this.network = network;
    }

    /// Outcome of an acknowledgment.
    public enum Outcome {
        /// It was processed.
        TAKEN,
        /// It is older than one that came before.
        OLD,
        /// It is of before the TSNs were reset.
        BYGONE,
        /// It acknowledges what was never sent.
        VIOLATION
    }

    /// A SACK chunk at `at`, which passed its gate.
    public Outcome sack(long now, Association a, byte[] b, int at) {
        OutstandingData out = a.outstanding;
        long cumulative = Serial.unwrap(SctpSackHeader.cumulativeTsn(b, at), out.cumAcked());
        int gaps = SctpSackHeader.gaps(b, at);
        long highest = cumulative + (gaps == 0 ? 0 : SctpSackHeader.gapEnd(b, at, gaps - 1));
        // §6.2.1 D i: "If Cumulative TSN Ack is less than the Cumulative TSN Ack Point, then drop the SACK
        // chunk."
        if (cumulative < out.cumAcked()) {
            return Outcome.OLD;
        }
        if (a.reconfiguration.isBygone(cumulative, out.nextTsn())) {
            return Outcome.BYGONE;
        }
        if (cumulative >= out.nextTsn() || highest >= out.nextTsn()) {
            return Outcome.VIOLATION;
        }
        begin(a);
        boolean advanced = cumulative > out.cumAcked();
        cumulative(now, a, cumulative);
        if (gaps > 0 || out.acked() > 0) {
            gaps(now, a, b, at, gaps, advanced);
        }
        window(a, SctpSackHeader.rwnd(b, at));
        end(now, a, advanced);
        return Outcome.TAKEN;
    }

    /// The Cumulative TSN Ack of a SHUTDOWN: it tells nothing of gaps and of the window.
    public Outcome cumulativeOnly(long now, Association a, int tsn) {
        OutstandingData out = a.outstanding;
        long cumulative = Serial.unwrap(tsn, out.cumAcked());
        if (cumulative < out.cumAcked()) {
            return Outcome.OLD;
        }
        if (cumulative >= out.nextTsn()) {
            return Outcome.VIOLATION;
        }
        begin(a);
        boolean advanced = cumulative > out.cumAcked();
        // The window is taken to be what it was when it was told last.
        long window = a.peerRwnd + out.inFlight();
        cumulative(now, a, cumulative);
        a.peerRwnd = Math.max(0, window - out.inFlight());
        end(now, a, advanced);
        return Outcome.TAKEN;
    }

    private static void begin(Association a) {
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            path.sackFlight = path.flight;
            path.sackAcked = 0;
            path.sackSeen = false;
            path.sackEarliest = false;
            path.sackNewestAt = NONE;
            path.sackHighest = NONE;
            path.sackLoss = false;
        }
    }

    private void cumulative(long now, Association a, long cumulative) {
        OutstandingData out = a.outstanding;
        while (out.cumAcked() < cumulative) {
            Chunk chunk = out.get(out.cumAcked() + 1);
            newlyAcked(now, a, chunk);
            out.advance();
            release(a, chunk);
        }
    }

    /// The chunk is out of the ring: its message goes with the last one.
    static void release(Association a, Chunk chunk) {
        OutgoingMessage message = chunk.message();
        a.tally.bytesAcked += chunk.length;
        if (--message.outstanding == 0 && (message.isSent() || message.abandoned)) {
            a.sendQueue.release(message);
        }
        chunk.message = null;
    }

    private void newlyAcked(long now, Association a, Chunk chunk) {
        Path path = chunk.path();
        boolean wasInFlight = chunk.state == ChunkState.IN_FLIGHT;
        if (wasInFlight && !path.sackSeen) {
            path.sackSeen = true;
            path.sackEarliest = true;
        }
        if (!a.outstanding.acknowledge(chunk)) {
            return;
        }
        path.sackAcked += chunk.length;
        path.sackHighest = Math.max(path.sackHighest, chunk.tsn);
        path.sackNewestAt = Math.max(path.sackNewestAt, chunk.sentAt);
        // §6.3.1 C5: "RTT measurements MUST NOT be made using chunks that were retransmitted".
        if (path.timedTsn == chunk.tsn) {
            path.timedTsn = NONE;
            if (chunk.transmissions == 1) {
                path.rtt.sample(now - chunk.sentAt);
            }
        }
        // §8.2: "When an outstanding TSN is acknowledged […] the endpoint SHOULD clear the error counter of the
        // destination transport address to which the DATA chunk was last sent"; §8.1: the association's, too. A
        // chunk marked lost meanwhile may have been acknowledged from an earlier sending to anywhere: no
        // credit.
        if (wasInFlight) {
            PathStates.onSuccess(a, context, path);
            a.errors = 0;
        }
    }

    /// Gap ack blocks: what they acknowledge, what the peer dropped again, what is missing.
    private void gaps(long now, Association a, byte[] b, int at, int gaps, boolean advanced) {
        OutstandingData out = a.outstanding;
        long base = out.cumAcked();
        long tsn = base + 1;
        for (int i = 0; i < gaps; i++) {
            long start = Math.max(tsn, base + SctpSackHeader.gapStart(b, at, i));
            long end = Math.min(out.nextTsn() - 1, base + SctpSackHeader.gapEnd(b, at, i));
            for (; tsn < start && tsn < out.nextTsn(); tsn++) {
                missing(a, out.get(tsn));
            }
            for (; tsn <= end; tsn++) {
                newlyAcked(now, a, out.get(tsn));
            }
        }
        long reported = tsn;
        for (; tsn < out.nextTsn() && out.acked() > 0; tsn++) {
            missing(a, out.get(tsn));
        }
        strike(now, a, base, reported, advanced);
    }

    /// §6.2.1 D iii: "If the SACK chunk is missing a TSN that was previously acknowledged via a Gap Ack Block
    /// (e.g., the data receiver reneged on the data), then consider the corresponding DATA that might be
    /// possibly missing".
    private static void missing(Association a, Chunk chunk) {
        if (chunk.state == ChunkState.ACKED) {
            a.outstanding.renege(chunk);
        }
        if (chunk.state == ChunkState.IN_FLIGHT) {
            chunk.path().sackSeen = true;
        }
    }

    /// §7.2.4: "Miss indications SHOULD follow the HTNA (Highest TSN Newly Acknowledged) algorithm. For each
    /// incoming SACK chunk, miss indications are incremented only for missing TSNs prior to the HTNA in the
    /// SACK chunk. […] If an endpoint is in Fast Recovery and a SACK chunk arrives that advances the Cumulative
    /// TSN Ack Point, the miss indications are incremented for all TSNs reported missing in the SACK chunk."
    /// What went another way, or was sent again later than the chunk that arrived, may be on its way still:
    /// paths and sendings are not mixed.
    private void strike(long now, Association a, long base, long reported, boolean advanced) {
        OutstandingData out = a.outstanding;
        boolean all = a.fastRecoveryExit >= 0 && advanced;
        for (long tsn = base + 1; tsn < reported; tsn++) {
            Chunk chunk = out.get(tsn);
            if (chunk.state != ChunkState.IN_FLIGHT || chunk.fastRetransmitted) {
                continue;
            }
            Path path = chunk.path();
            boolean passed = tsn < path.sackHighest && chunk.sentAt <= path.sackNewestAt;
            if ((passed || all) && ++chunk.missing >= MISSES) {
                lose(now, a, chunk, path);
            }
        }
    }

    private void lose(long now, Association a, Chunk chunk, Path path) {
        path.sackLoss = true;
        a.peerRwnd += chunk.length;
        chunk.fastRetransmitted = true;
        a.outstanding.markLost(chunk, path, false);
        if (context.events().wants(Event.Kind.SCTP_RETRANSMIT)) {
            context.events()
                    .emit(new SctpEvent.Lost(
                            now, a.id(), chunk.tsn - (a.localInitialTsn & 0xffff_ffffL), path.address(), false));
        }
    }

    /// §6.2.1 D ii: "Set rwnd equal to the newly received a_rwnd minus the number of bytes still outstanding
    /// after processing the Cumulative TSN Ack and the Gap Ack Blocks."
    private static void window(Association a, long advertised) {
        a.peerAdvertised = advertised;
        a.peerRwndMax = Math.max(a.peerRwndMax, advertised);
        a.peerRwnd = Math.max(0, advertised - a.outstanding.inFlight());
        if (a.peerRwnd > 0) {
            a.windowClosedAt = NONE;
            a.probes = 0;
        }
    }

    private void end(long now, Association a, boolean advanced) {
        OutstandingData out = a.outstanding;
        boolean inFastRecovery = a.fastRecoveryExit >= 0;
        boolean loss = false;
        for (int i = 0; i < a.paths.size(); i++) {
            Path path = a.paths.get(i);
            if (path.sackAcked > 0) {
                acked(now, a, path, advanced, inFastRecovery);
            }
            loss |= path.sackLoss;
        }
        // §7.2.4: "When a SACK chunk acknowledges all TSNs up to and including this exit point, Fast Recovery
        // is exited."
        if (inFastRecovery && out.cumAcked() >= a.fastRecoveryExit) {
            a.fastRecoveryExit = NONE;
        }
        if (loss) {
            recover(a);
        }
        if (advanced && out.isEmpty()) {
            out.onEmpty();
        }
        PartialReliability.advance(a);
        Authentication.tellFree(context, a);
        if (out.isEmpty()) {
            stopTimers(a);
        }
        if (a.blocked && a.hasRoomAgain()) {
            a.blocked = false;
            a.tell(context, Signals.WRITABLE);
        }
        if (out.isEmpty() && a.sendQueue.isEmpty() && !a.dry) {
            a.dry = true;
            a.notify(context, DRY);
        }
        a.burst = Math.min(a.burst + Math.max(1, a.config().limits().maxBurst()), BURST_MAX);
    }

    /// Nothing is outstanding, not even a FORWARD-TSN.
    private static void stopTimers(Association a) {
        for (int i = 0; i < a.paths.size(); i++) {
            a.paths.get(i).timers.stop(PathTimer.T3_RTX);
        }
    }

    private static final int BURST_MAX = 1 << 16;

    private void acked(long now, Association a, Path path, boolean advanced, boolean inFastRecovery) {
        path.window.onAcknowledged();
        // §7.2.1: "if the received SACK chunk does not advance the Cumulative TSN Ack Point, the endpoint MUST
        // NOT adjust the cwnd of any of the destination addresses."
        if (advanced) {
            path.window.onAdvance(path.sackAcked, path.sackFlight, inFastRecovery);
        }
        if (path.flight == 0 && !PartialReliability.isWaiting(a)) {
            path.window.onAllAcknowledged();
            // §6.3.2 R2: "Whenever all outstanding data sent to an address have been acknowledged, turn off the
            // T3-rtx timer of that address."
            path.timers.stop(PathTimer.T3_RTX);
        } else if (path.sackEarliest) {
            // R3: "Whenever a SACK chunk is received that acknowledges the DATA chunk with the earliest
            // outstanding TSN for that address, restart the T3-rtx timer for that address with its current
            // RTO".
            path.timers.set(PathTimer.T3_RTX, Time.after(now, path.rto()));
        }
        Route route = path.route;
        if (route != null) {
            network.confirmReachable(now, route);
        }
        if (context.events().wants(Event.Kind.SCTP_ACK)) {
            context.events()
                    .emit(new SctpEvent.Acked(
                            now,
                            a.id(),
                            path.address(),
                            a.outstanding.cumAcked() - (a.localInitialTsn & 0xffff_ffffL),
                            path.window.cwnd(),
                            path.window.ssthresh(),
                            path.flight,
                            path.rtt.srtt(),
                            path.rto()));
        }
    }

    /// §7.2.4, 2 and 6: windows shrink and Fast Recovery begins, once until it ends; 3: the first packet of
    /// what is lost ignores cwnd.
    private static void recover(Association a) {
        if (a.fastRecoveryExit < 0) {
            for (int i = 0; i < a.paths.size(); i++) {
                Path path = a.paths.get(i);
                if (path.sackLoss) {
                    path.window.onFastRetransmit();
                }
            }
            a.fastRecoveryExit = a.outstanding.nextTsn() - 1;
        }
        a.freeRetransmission = true;
    }
}
