package io.towpath.tcp.ecn;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Event;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.segment.Segment;

/// What the sender does when an acknowledgment reports congestion marks: one reduction of the window per round
/// trip (RFC 3168 §6.1.2).
public final class EcnFeedback {
    private EcnFeedback() {}

    /// Takes the marks that an acknowledgment reports. To be called before the window grows by it, and after
    /// loss detection: a loss in the same round trip reduces the window already. (A lost probe of the path MTU
    /// does not: then the marks do.)
    ///
    /// @param pipe bytes in flight before it came: without any, it reports nothing new
    /// @param segments newly acknowledged by it
    public static void onAck(long now, TcpConnection c, Segment seg, long pipe, long segments, Context context) {
        Ecn ecn = c.ecn;
        if (seg.options.accEcnAt >= 0 && ecn.mode() == EcnMode.ACCURATE) {
            context.counters().count(Counter.TCP_ECN_OPTIONS_IN);
        }
        if (ecn.endReduction(c.snd.una) && !c.recovery.isReducing()) {
            c.congestion.onRecoveryEnd(now);
        }
        if (!ecn.isCongested(seg, c.snd.una, segments, c.mss) || pipe == 0 || c.recovery.isReducing()) {
            return;
        }
        long before = c.congestion.cwnd();
        if (before <= c.mss) {
            ecn.hold();
        }
        c.congestion.onCongestionMarks(now, pipe);
        ecn.onMarksObeyed(c.snd.nxt);
        c.recovery.onMarksObeyed();
        context.counters().count(Counter.TCP_ECN_REDUCTIONS);
        if (context.events().wants(Event.Kind.TCP_ECN)) {
            context.events()
                    .emit(new TcpEvent.MarksObeyed(now, c.id(), ecn.marksReported(), before, c.congestion.cwnd()));
        }
    }

    /// To be called when the timers were set anew: at the smallest window only the retransmission timer lets
    /// go on.
    public static void rearm(long now, TcpConnection c) {
        if (c.ecn.isHeld()) {
            c.timers.set(TcpTimer.RETRANSMIT, Time.after(now, c.rtt.rto()));
        }
    }
}
