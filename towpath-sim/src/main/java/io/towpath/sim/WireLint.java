package io.towpath.sim;

import io.towpath.core.Packet;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Stands at one host's side of its wires and judges every packet that the host sends: is it legal, given what the
/// host sent and received before? Knows nothing of the host's inside.
///
/// Single owner.
public final class WireLint {
    private static final int INCARNATIONS_MAX = 4;
    private static final int ACKS_KEPT = 64;
    private static final int FLOWS_MAX = 8;

    /// Both ends of a connection, seen from the host.
    private record Pair(IpAddress local, int localPort, IpAddress remote, int remotePort) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int order = Integer.compare(localPort, other.localPort);
            order = order != 0 ? order : Integer.compare(remotePort, other.remotePort);
            order = order != 0 ? order : local.compareTo(other.local);
            return order != 0 ? order : remote.compareTo(other.remote);
        }
    }

    /// What is known of one socket pair.
    private static final class Row {
        final List<HalfFlow> candidates = new ArrayList<>(INCARNATIONS_MAX);
        // What the last segments from the peer acknowledged: what a RST may be numbered with (RFC 9293 §3.10.7.1).
        final int[] acks = new int[ACKS_KEPT];
        int ackCount;

        /// Every SYN or SYN-ACK of this host that may yet be acknowledged: who answers with cookies
        /// (RFC 4987 §3.6) remembers none of them, and may answer the same SYN with another number when time or
        /// the SYN's flags are others. What follows tells which of them became the connection.
        final List<FlowLint> flows = new ArrayList<>(1);

        /// The one of them that sent last.
        @Nullable
        FlowLint flow;

        void over() {
            flows.forEach(each -> each.timing().over());
        }

        void disturbed() {
            flows.forEach(each -> each.timing().disturbed());
        }

        /// The incarnation to which a segment belongs that this host sends.
        @Nullable
        FlowLint flowOf(Sighting s, long slopNanos) {
            boolean syn = s.has(Sighting.SYN);
            FlowLint present = flow;
            if (present == null || !(syn ? present.isSame(s) : present.fits(s))) {
                for (FlowLint each : flows) {
                    if (syn ? each.isSame(s) : each.fits(s)) {
                        flow = each;
                        return each;
                    }
                }
                if (syn) {
                    return begin(s, slopNanos);
                }
            }
            return present;
        }

        private FlowLint begin(Sighting syn, long slopNanos) {
            flows.removeIf(FlowLint::isOpen); // the connection before this one
            if (flows.size() == FLOWS_MAX) {
                flows.removeFirst();
            }
            var begun = new FlowLint(syn, slopNanos);
            flows.add(begun);
            flow = begun;
            return begun;
        }
    }

    /// Tells the host's own addresses.
    @FunctionalInterface
    public interface Own {
        /// True when the address, as two longs, is the host's.
        boolean isOwn(long high, long low);
    }

    private final String host;
    private final Own own;
    private final boolean forwarding;
    private final Findings findings;
    private final Sighting seen = new Sighting();
    private final TreeMap<Pair, Row> rows = new TreeMap<>();
    private long sent;
    private long slopNanos;
    private int signature;

    /// Judges what `host` sends. Of what a host passes on for others only its size is judged: the rest is
    /// not its work.
    ///
    /// @param host its name, for messages
    /// @param own its addresses
    /// @param forwarding true when it passes on packets of others
    /// @param findings where to complain
    public WireLint(String host, Own own, boolean forwarding, Findings findings) {
        this.host = host;
        this.own = own;
        this.forwarding = forwarding;
        this.findings = findings;
    }

    /// The host adds so much to every timeout ([io.towpath.tcp.TcpConfig#rtoSlopNanos()]).
    public void slop(long nanos) {
        slopNanos = nanos;
    }

    /// The host shares keys with all its peers: every segment carries the option of this kind, 19 (RFC 2385) or
    /// 29 (RFC 5925); 0 for none.
    public void signedBy(int kind) {
        signature = kind;
    }

    /// Packets judged.
    public long sent() {
        return sent;
    }

    /// The host lost its memory: what it sent before binds it no more.
    public void restart() {
        rows.clear();
    }

    /// The host is about to receive a packet. Damaged ones teach it nothing.
    public void in(long now, byte[] b, int at, int end) {
        if (seen.read(b, at, end) != null || seen.isFragment()) {
            return;
        }
        if (seen.protocol != Sighting.TCP) {
            rows.values().forEach(Row::disturbed); // an ICMP message may tell of a smaller path MTU
            return;
        }
        Row row = row(new Pair(seen.destination(), seen.destinationPort, seen.source(), seen.sourcePort));
        if (seen.has(Sighting.ACK)) {
            row.acks[row.ackCount++ % ACKS_KEPT] = seen.ack;
        }
        if (seen.has(Sighting.RST)) {
            row.over();
            return;
        }
        FlowLint flow = row.flow;
        if (seen.has(Sighting.SYN)) {
            learnSyn(row);
        } else if (flow == null || flow.peer() == null) {
            row.candidates.forEach(candidate -> candidate.on(seen));
        }
        row.flows.forEach(FlowLint::beforeArrival);
        for (FlowLint each : row.flows) {
            HalfFlow peer = each.peer();
            if (peer != null && (!seen.has(Sighting.SYN) || peer.irs == seen.seq)) {
                peer.on(seen); // the same twice, when two flows have one peer, teaches it nothing more
            }
        }
        row.flows.forEach(each -> arrived(now, each, row.candidates));
    }

    private void arrived(long now, FlowLint flow, List<HalfFlow> candidates) {
        HalfFlow peer = flow.peer();
        boolean extended = flow.isExtended();
        flow.received(seen, peer == null ? candidates : List.of(peer), extended);
        String late = flow.timing().received(now, flow.isOpen() && extended);
        if (!late.isEmpty()) {
            findings.add(now, "wire", host + " received " + seen + ": before it, " + late);
        }
    }

    private void learnSyn(Row row) {
        for (HalfFlow candidate : row.candidates) {
            if (candidate.irs == seen.seq) {
                candidate.on(seen);
                return;
            }
        }
        if (row.candidates.size() == INCARNATIONS_MAX) {
            row.candidates.removeFirst();
        }
        var candidate = new HalfFlow(seen);
        candidate.on(seen);
        row.candidates.add(candidate);
    }

    /// The host sends a packet.
    ///
    /// @param segmentBytes [Packet#segmentBytes]
    /// @param mtu of the interface it leaves by
    public void out(long now, byte[] b, int at, int end, int segmentBytes, int mtu) {
        sent++;
        String fault = seen.read(b, at, end);
        if (seen.addressed && !own.isOwn(seen.sourceHigh, seen.sourceLow)) {
            if (!forwarding) {
                complain(now, "not from an address of this host");
            } else if (end - at > mtu && segmentBytes == 0) {
                complain(now, "passed on " + (end - at) + " bytes, but the MTU is " + mtu);
            }
            return;
        }
        if (fault == null) {
            fault = packetFault(segmentBytes, mtu);
        }
        if (fault == null && seen.protocol == Sighting.TCP && !seen.isFragment()) {
            fault = segmentFault(now, segmentBytes);
        }
        if (fault != null && !fault.isEmpty()) {
            complain(now, fault);
        }
    }

    private void complain(long now, String fault) {
        findings.add(now, "wire", host + " sent " + seen + ": " + fault);
    }

    private @Nullable String packetFault(int segmentBytes, int mtu) {
        IpAddress source = seen.source();
        IpAddress destination = seen.destination();
        int length = seen.end - seen.at;
        if (source.isMulticast() || source.isBroadcast() || source.isLoopback()) {
            return "illegal source address";
        }
        if (destination.isUnspecified() || destination.isLoopback()) {
            return "illegal destination address";
        }
        if (seen.hopLimit == 0) {
            return "hop limit 0";
        }
        if (length > mtu && segmentBytes == 0) {
            return length + " bytes, but the MTU is " + mtu;
        }
        if (seen.isFragment()) {
            int payload = seen.end - seen.transportAt;
            return payload == 0 || seen.moreFragments && payload % 8 != 0
                    ? "fragment of " + payload + " bytes"
                    : seen.version == 4 && seen.dontFragment ? "fragment with DF" : null;
        }
        return null;
    }

    private String segmentFault(long now, int segmentBytes) {
        String fault = formFault();
        if (!fault.isEmpty()) {
            return fault;
        }
        if (seen.signature != signature) {
            return "signed by option " + seen.signature + " and not by " + signature;
        }
        if (signature != 0 && segmentBytes > 0) {
            return "signed as a whole, but the link will cut it";
        }
        Row row = row(new Pair(seen.source(), seen.sourcePort, seen.destination(), seen.destinationPort));
        if (seen.has(Sighting.RST)) {
            return resetFault(row);
        }
        FlowLint flow = row.flowOf(seen, slopNanos);
        if (flow == null) {
            return "no SYN of this host went before";
        }
        if (!flow.isBound() && seen.has(Sighting.ACK)) {
            flow.bind(row.candidates, seen);
            HalfFlow peer = flow.peer();
            if (peer == null) {
                return "acknowledges a sequence number that never came";
            }
            if (seen.has(Sighting.SYN)) {
                keepOnly(row, peer);
            }
        }
        return flow.sent(now, seen, segmentBytes);
    }

    private static void keepOnly(Row row, HalfFlow peer) {
        row.candidates.removeIf(candidate -> candidate != peer);
    }

    private String formFault() {
        if (seen.destination().isMulticast() || seen.destination().isBroadcast()) {
            return "TCP to a group address";
        }
        if (seen.sourcePort == 0 || seen.destinationPort == 0) {
            return "TCP port 0";
        }
        if (seen.version == 4 && !seen.dontFragment) {
            return "TCP without DF";
        }
        boolean syn = seen.has(Sighting.SYN);
        boolean fin = seen.has(Sighting.FIN);
        boolean rst = seen.has(Sighting.RST);
        if ((syn ? 1 : 0) + (fin ? 1 : 0) + (rst ? 1 : 0) > 1) {
            return "contradictory flags";
        }
        if (!syn && !rst && !seen.has(Sighting.ACK)) {
            return "neither SYN nor RST nor ACK";
        }
        if (seen.reserved != 0) {
            return "reserved bits set";
        }
        if (seen.has(Sighting.URG) ? seen.urgent == 0 && seen.dataLength() == 0 : seen.urgent != 0) {
            return "urgent pointer " + seen.urgent + (seen.has(Sighting.URG) ? " with URG" : " without URG");
        }
        return rst && seen.dataLength() > 0 ? "RST with data" : "";
    }

    /// RFC 9293 §3.10.7.1: a RST takes its number from the acknowledgment that it answers, or is 0 and
    /// acknowledges; a live connection resets with its own next number.
    private String resetFault(Row row) {
        for (FlowLint flow : row.flows) {
            if (flow.mayReset(seen)) {
                flow.reset(seen);
                return "";
            }
        }
        if (seen.has(Sighting.ACK)) {
            return seen.seq == 0 ? "" : "RST with ACK whose number is neither 0 nor the connection's own";
        }
        for (int i = 0; i < Math.min(row.ackCount, ACKS_KEPT); i++) {
            if (row.acks[i] == seen.seq) {
                row.over(); // there is no connection, or none any more, that could acknowledge anything
                return "";
            }
        }
        return "RST whose number answers no acknowledgment";
    }

    private Row row(Pair pair) {
        return rows.computeIfAbsent(pair, ignored -> new Row());
    }
}
