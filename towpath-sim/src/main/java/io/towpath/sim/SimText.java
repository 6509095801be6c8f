package io.towpath.sim;

import io.towpath.core.Dropped;
import io.towpath.core.Event;
import io.towpath.tcp.TcpEvent;
import java.util.Locale;

/// How the simulator writes moments and events.
final class SimText {
    private static final String FLAG_LETTERS = "FSRPAUEC";

    private SimText() {}

    /// A moment as seconds with microseconds: `12.034567 s`.
    static String time(long nanos) {
        long micros = nanos / 1000;
        String fraction = Long.toString(1_000_000 + micros % 1_000_000);
        return micros / 1_000_000 + "." + fraction.substring(1) + " s";
    }

    /// An event in one line, without its moment.
    static String event(Event event) {
        return switch (event) {
            case TcpEvent tcp -> "#" + tcp.connection() + " " + tcp(tcp);
            case Dropped dropped -> "drops " + dropped.length() + " bytes: " + dropped.reason();
            default -> event.toString();
        };
    }

    private static String tcp(TcpEvent event) {
        return switch (event) {
            case TcpEvent.StateChanged e ->
                e.local() + " - " + e.remote() + " " + e.from().rfcName() + " -> " + e.to().rfcName() + ": "
                        + e.reason();
            case TcpEvent.SegmentIn e ->
                "<- " + segment(e.seq(), e.ack(), e.flags(), e.length(), e.window()) + " in "
                        + e.state().rfcName();
            case TcpEvent.SegmentOut e ->
                "-> " + segment(e.seq(), e.ack(), e.flags(), e.length(), e.window()) + " in "
                        + e.state().rfcName() + ", "
                        + e.why().name().toLowerCase(Locale.ROOT);
            case TcpEvent.Acked e ->
                "una " + e.una() + " cwnd " + e.cwnd() + " ssthresh " + threshold(e.ssthresh()) + " srtt "
                        + time(e.srttNanos()) + " rto " + time(e.rtoNanos()) + " in flight " + e.inFlight();
            case TcpEvent.Retransmitted e -> "sends " + e.seq() + " +" + e.length() + " again: " + e.cause();
            case TcpEvent.CongestionPhase e -> e.from() + " becomes " + e.to() + ", cwnd " + e.cwnd();
            case TcpEvent.MarksObeyed e ->
                "marks obeyed: " + e.reported() + " reported, cwnd " + e.before() + " to " + e.after();
            case TcpEvent.SynCookie e -> e.remote() + " cookie " + word(e.step());
            case TcpEvent.FastOpened e -> "fast open " + word(e.step()) + ", " + e.bytes() + " bytes";
            case TcpEvent.PathMtuProbed e -> "path MTU probe " + word(e.step()) + ", " + e.bytes() + " bytes";
            case TcpEvent.BufferGrown e ->
                (e.receiving() ? "receive" : "send") + " buffer grows from " + e.before() + " to " + e.after();
            case TcpEvent.Noted e -> word(e.note()).replace('_', ' ') + (e.value() == 0 ? "" : " " + e.value());
            case TcpEvent.KeyChanged e -> "signs under key " + e.keyId() + ", asks for " + e.nextKeyId();
            case TcpEvent.TimerFired e -> "timer " + e.timer();
            case TcpEvent.Recovery e ->
                "recovery " + (e.began() ? "begins" : "ends") + " ("
                        + e.cause().name().toLowerCase(Locale.ROOT) + ") up to " + e.point();
        };
    }

    private static String word(Enum<?> step) {
        return step.name().toLowerCase(Locale.ROOT);
    }

    private static String threshold(long ssthresh) {
        return ssthresh == Long.MAX_VALUE ? "infinite" : Long.toString(ssthresh);
    }

    private static String segment(long seq, long ack, int flags, int length, long window) {
        var text = new StringBuilder();
        for (int i = 0; i < FLAG_LETTERS.length(); i++) {
            if ((flags & 1 << i) != 0) {
                text.append(FLAG_LETTERS.charAt(i));
            }
        }
        text.append(' ').append(seq).append(" +").append(length);
        if (ack >= 0) {
            text.append(" ack ").append(ack);
        }
        return text.append(" win ").append(window).toString();
    }
}
