package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.drill.script.Mismatch;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Waits for the packet that the script expects next.
final class Expectation {
    /// How long a packet may take that may come at any time.
    private static final long PATIENCE = 3600 * Time.SECOND;

    private final Session session;
    private final VirtualHost host;
    private final long tolerance;
    private final LongConsumer advance;
    private final Judge judge;

    /// @param tolerance by how much a packet may miss its time
    /// @param tick of the timestamp clock that the script counts in, 0 when it does not say
    /// @param advance lets time pass up to a moment
    Expectation(Session session, long tolerance, long tick, LongConsumer advance) {
        this.session = session;
        this.host = session.host;
        this.tolerance = tolerance;
        this.advance = advance;
        this.judge = new Judge(tolerance, tick, session.sctp);
    }

    /// Takes the next packet of the flow, which must be `expected`.
    ///
    /// @return the time from which the next step counts
    long meet(int line, PacketSpec expected, When when) {
        boolean any = when.kind() == When.Kind.ANY;
        long latest = any ? host.now() + PATIENCE : when.until() + tolerance;
        Flow flow = session.flow();
        SentPacket actual = next(flow, latest);
        if (actual == null) {
            throw new Mismatch(line, "no packet came", expected.toString(), "nothing until " + seconds(latest));
        }
        actual = whole(expected, actual, flow, latest);
        if (actual.tcp() != null) {
            flow.onOutbound(actual.tcp());
        }
        List<String> differences = judge.differences(expected, actual, flow);
        if (!differences.isEmpty()) {
            throw new Mismatch(line, String.join(", ", differences), expected.toString(), text(expected, actual, flow));
        }
        if (!any) {
            requireInTime(line, expected, actual, flow, when);
        }
        return when.kind() == When.Kind.EXACT ? when.at() : actual.at();
    }

    private void requireInTime(int line, PacketSpec expected, SentPacket actual, Flow flow, When when) {
        boolean early = actual.at() < when.at() - tolerance;
        boolean late = actual.at() > when.until() + tolerance;
        if (early || late) {
            String moment =
                    when.until() == when.at() ? seconds(when.at()) : seconds(when.at()) + "~" + seconds(when.until());
            throw new Mismatch(
                    line,
                    early ? "too early" : "too late",
                    moment + " " + expected,
                    seconds(actual.at()) + " " + plain(actual, flow));
        }
    }

    private String plain(SentPacket actual, Flow flow) {
        return actual.sctp() == null ? actual.text(flow) : session.sctp.text(actual.sctp());
    }

    /// The packet, with the fields of the IP header that the script names.
    private String text(PacketSpec expected, SentPacket actual, Flow flow) {
        PacketSpec.IpSpec ip = expected.ip();
        var shown = new PacketSpec.IpSpec(
                ip.ecn() == null ? null : Integer.valueOf(actual.trafficClass() & 3),
                ip.hopLimit() == null ? null : Integer.valueOf(actual.hopLimit()),
                ip.trafficClass() == null ? null : Integer.valueOf(actual.trafficClass()));
        return shown + plain(actual, flow);
    }

    private static String seconds(long moment) {
        return String.format(Locale.ROOT, "%.6f", (moment - VirtualHost.BEGIN) / (double) Time.SECOND);
    }

    /// The next packet of `flow`, null when none comes until `latest`.
    private @Nullable SentPacket next(Flow flow, long latest) {
        while (true) {
            VirtualHost.Sent sent = host.sent().poll();
            if (sent == null) {
                long deadline = host.stack().deadline();
                if (deadline > latest) {
                    return null;
                }
                advance.accept(Math.max(deadline, host.now()));
            } else {
                SentPacket packet = SentPacket.read(sent);
                // Probes of other addresses that the peer named are not what the script speaks of.
                if (packet.isOf(flow)
                        && (packet.sctp() == null || packet.destination().equals(session.remote))) {
                    return packet;
                }
            }
        }
    }

    /// A script may write several segments as one, as a host would hand them to a link that cuts them.
    private SentPacket whole(PacketSpec expected, SentPacket first, Flow flow, long latest) {
        if (!(expected instanceof PacketSpec.Tcp tcp) || session.setUp.strictSegments()) {
            return first;
        }
        SentPacket whole = first;
        while (length(whole.tcp()) > 0 && length(whole.tcp()) < tcp.length()) {
            SentPacket more = next(flow, latest);
            SentPacket joined = more == null ? null : whole.joined(more);
            if (joined == null) {
                return whole;
            }
            whole = joined;
        }
        // Linux pushes whatever it hands its link as more than one segment; what it sends again goes one by one.
        boolean pushed = whole != first
                && session.setUp.profile() == DrillProfile.LINUX
                && whole.tcp() != null
                && flow.isNew(whole.tcp());
        return pushed ? whole.with(TcpHeader.PSH) : whole;
    }

    private static int length(@Nullable TcpSegment segment) {
        return segment == null ? 0 : segment.payload().length();
    }
}
