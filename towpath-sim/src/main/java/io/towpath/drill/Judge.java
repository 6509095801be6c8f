package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.drill.sctp.SctpSession;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a packet that the host sent is the one that the script expects.
final class Judge {
    private final long toleranceNanos;
    private final long tickNanos;
    private final SctpSession sctp;

    /// @param toleranceNanos by how much moments may differ
    /// @param tickNanos the tick of the timestamp clock that the script counts in; 0 when it does not say,
    ///     which leaves the clock's values out of account
    /// @param sctp knows SCTP's half of the language
    Judge(long toleranceNanos, long tickNanos, SctpSession sctp) {
        this.toleranceNanos = toleranceNanos;
        this.tickNanos = tickNanos;
        this.sctp = sctp;
    }

    /// What differs; empty when nothing does. Notes in `flow` what a packet that is right teaches.
    List<String> differences(PacketSpec expected, SentPacket actual, Flow flow) {
        var found = new ArrayList<String>();
        PacketSpec.IpSpec ip = expected.ip();
        compare(found, "ECN", ip.ecn(), actual.trafficClass() & 3);
        compare(found, "hop limit", ip.hopLimit(), actual.hopLimit());
        compare(found, "traffic class", ip.trafficClass(), actual.trafficClass());
        switch (expected) {
            case PacketSpec.Tcp tcp -> segment(found, tcp, actual.tcp(), flow);
            case PacketSpec.Udp udp ->
                compare(
                        found,
                        "length",
                        udp.length(),
                        actual.udp() == null ? -1 : actual.udp().payload().length());
            case PacketSpec.Sctp packet -> found.addAll(sctp.differences(packet.packet(), actual.sctp(), actual.udp()));
            case PacketSpec.Icmp icmp -> found.add("no " + icmp.type().notation());
        }
        return found;
    }

    private void segment(List<String> found, PacketSpec.Tcp expected, @Nullable TcpSegment actual, Flow flow) {
        if (actual == null) {
            found.add("no TCP segment");
            return;
        }
        if (expected.flags() != actual.flags()) {
            found.add("flags");
        }
        boolean syn = actual.has(TcpHeader.SYN);
        if (syn && expected.has(TcpHeader.SYN)) {
            flow.onOutboundSyn(actual, expected);
        }
        long sequence = expected.absolute()
                ? actual.sequence()
                : syn ? flow.scriptSynSequence(actual.sequence()) : actual.sequence() - flow.localBase() & 0xffff_ffffL;
        compare(found, "sequence number", expected.sequence(), sequence);
        compare(found, "length", expected.length(), actual.payload().length());
        if (actual.has(TcpHeader.ACK)) {
            long acknowledgment = actual.acknowledgment() - flow.acknowledgmentBase(actual) & 0xffff_ffffL;
            compare(found, "acknowledgment number", expected.acknowledgment(), acknowledgment);
        } else if (expected.acknowledgment() != null) {
            compare(found, "acknowledgment number", expected.acknowledgment(), actual.acknowledgment());
        }
        compare(found, "window", expected.window(), actual.window());
        compare(found, "urgent pointer", expected.urgent(), actual.urgentPointer());
        options(found, expected.options(), actual, flow);
    }

    private void options(List<String> found, @Nullable List<TcpOption> expected, TcpSegment actual, Flow flow) {
        if (expected == null) {
            return;
        }
        List<TcpOption> live = SentPacket.options(flow, actual);
        boolean same = expected.size() == live.size();
        for (int i = 0; same && i < live.size(); i++) {
            same = isRight(expected.get(i), live.get(i), flow);
        }
        if (!same) {
            found.add("options");
        }
    }

    private boolean isRight(TcpOption expected, TcpOption actual, Flow flow) {
        return expected instanceof TcpOption.Timestamps clock && actual instanceof TcpOption.Timestamps seen
                ? isClockRight(clock, seen, flow)
                : expected.equals(actual);
    }

    private boolean isClockRight(TcpOption.Timestamps expected, TcpOption.Timestamps actual, Flow flow) {
        if (tickNanos > 0) {
            // The host's clock ticks once a millisecond.
            double value = flow.scriptClock(actual.value(), (double) tickNanos / Time.MILLISECOND);
            double allowed = Math.max(1, (double) toleranceNanos / tickNanos);
            if (value >= 0 && Math.abs(value - expected.value()) > allowed) {
                return false;
            }
        }
        flow.onClock(expected.value(), actual.value());
        return expected.echo() == actual.echo();
    }

    private static void compare(List<String> found, String name, @Nullable Number expected, long actual) {
        if (expected != null && expected.longValue() != actual) {
            found.add(name);
        }
    }
}
