package io.towpath.junit;

import io.towpath.core.Event;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.nat.NatEvent;
import io.towpath.observe.Glance;
import io.towpath.observe.Ladder;
import io.towpath.observe.LadderItem;
import io.towpath.observe.LadderText;
import io.towpath.observe.PcapngFile;
import io.towpath.observe.Quantities;
import io.towpath.observe.TextStyle;
import io.towpath.tcp.TcpEvent;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Serial;
import io.towpath.wire.TcpHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All packets at both ends of all wires, and what the hosts said of them, in the order in which it happened.
/// The oldest are forgotten when it grows beyond its bound.
final class Journal {
    /// Bytes of packets that are kept.
    private static final long BYTES_MAX = 64L << 20;

    /// What an entry costs beside its bytes.
    private static final int ENTRY_BYTES = 64;

    private sealed interface Entry {
        int bytes();
    }

    /// A packet at an end of a wire. `seen` is null for one that arrives.
    private record Frame(
            long at,
            WireEnd end,
            boolean outbound,
            byte[] packet,
            @Nullable Seen seen) implements Entry {
        @Override
        public int bytes() {
            return ENTRY_BYTES + packet.length;
        }
    }

    private record Said(String host, Event event) implements Entry {
        @Override
        public int bytes() {
            return ENTRY_BYTES;
        }
    }

    /// One direction of a TCP connection on a wire.
    private record Flow(
            int end,
            io.towpath.wire.IpAddress source,
            int sourcePort,
            io.towpath.wire.IpAddress destination,
            int destinationPort) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final List<WireEnd> ends = new ArrayList<>();
    private final Glance glance = new Glance();

    /// Sequence numbers that a flow used up, as the number after the last; looked up only.
    private final Map<Flow, Long> sent = new HashMap<>();

    private long bytes;
    private long forgotten;

    void add(WireEnd end) {
        ends.add(end);
    }

    synchronized void said(String host, Event event) {
        add(new Said(host, event));
    }

    synchronized void packet(long now, WireEnd end, boolean outbound, byte[] b, int at, int to) {
        byte[] copy = Arrays.copyOfRange(b, at, to);
        add(new Frame(now, end, outbound, copy, outbound ? look(now, end, copy) : null));
    }

    private void add(Entry entry) {
        entries.add(entry);
        bytes += entry.bytes();
        while (bytes > BYTES_MAX) {
            bytes -= entries.remove().bytes();
            forgotten++;
        }
    }

    private Seen look(long now, WireEnd end, byte[] b) {
        boolean whole = glance.read(b, 0, b.length);
        int at = glance.transportAt;
        boolean tcp = whole && !glance.fragment && glance.protocol == IpProtocol.TCP;
        boolean udp = whole && !glance.fragment && glance.protocol == IpProtocol.UDP;
        int header = tcp ? TcpHeader.dataOffset(b, at) : udp ? 8 : 0;
        int length = whole ? glance.end - at - header : b.length;
        int flags = tcp ? TcpHeader.flags(b, at) : 0;
        int sequence = tcp ? TcpHeader.sequence(b, at) : 0;
        return new Seen(
                now,
                end.host.name(),
                end.peer.name(),
                end.wireName(),
                glance.source,
                glance.destination,
                whole ? glance.protocol : 0,
                glance.sourcePort,
                glance.destinationPort,
                flags,
                Integer.toUnsignedLong(sequence),
                tcp ? Integer.toUnsignedLong(TcpHeader.acknowledgment(b, at)) : 0,
                length,
                tcp && isAgain(end, flags, sequence, length));
    }

    private boolean isAgain(WireEnd end, int flags, int sequence, int length) {
        Flow flow = new Flow(end.number, glance.source, glance.sourcePort, glance.destination, glance.destinationPort);
        boolean syn = (flags & TcpHeader.SYN) != 0;
        int taken = length + (syn ? 1 : 0) + ((flags & TcpHeader.FIN) != 0 ? 1 : 0);
        Long before = sent.get(flow);
        if (taken == 0 || (flags & TcpHeader.RST) != 0) {
            return false;
        }
        // A SYN with another number is a new connection of the same sockets.
        if (before == null || syn && before.intValue() != sequence + taken) {
            sent.put(flow, Integer.toUnsignedLong(sequence) + taken);
            return false;
        }
        long begin = Serial.unwrap(sequence, before);
        sent.put(flow, Math.max(before, begin + taken));
        return begin < before;
    }

    /// Packets that left a host, in their order.
    synchronized List<Seen> seen() {
        List<Seen> all = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Frame frame && frame.seen() != null) {
                all.add(frame.seen());
            }
        }
        return all;
    }

    /// Entries that were too old to be kept.
    synchronized long forgotten() {
        return forgotten;
    }

    /// Writes everything as a capture file: one interface for each end of a wire.
    synchronized void write(OutputStream to) throws IOException {
        Packet meta = new PacketPool().take(0);
        try (PcapngFile file = PcapngFile.to(to, "towpath-junit", 0)) {
            List<PcapngFile.Tap> taps = new ArrayList<>();
            ends.forEach(end -> taps.add(file.tap(end.link.info())));
            for (Entry entry : entries) {
                switch (entry) {
                    case Frame frame ->
                        taps.get(frame.end().number)
                                .packet(frame.at(), frame.outbound(), frame.packet(), 0, frame.packet().length, meta);
                    case Said said -> {
                        for (WireEnd end : ends) {
                            if (end.host.name().equals(said.host())) {
                                taps.get(end.number).on(said.event());
                            }
                        }
                    }
                }
            }
        }
    }

    /// What NAT boxes said last.
    ///
    /// @param lines at most
    synchronized List<String> natLines(int lines) {
        List<String> all = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry instanceof Said said && said.event() instanceof NatEvent event) {
                all.add(Quantities.moment(event.at()) + " " + said.host() + " " + event);
            }
        }
        return List.copyOf(all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    // ---- ladders --------------------------------------------------------------------------------------------------

    /// Both directions of a TCP connection on a wire, whoever speaks.
    private record Talk(String wire, String oneSide, String otherSide) {
        static Talk of(Seen seen) {
            String source = seen.source() + " " + seen.sourcePort();
            String destination = seen.destination() + " " + seen.destinationPort();
            boolean inOrder = source.compareTo(destination) < 0;
            return new Talk(seen.wire(), inOrder ? source : destination, inOrder ? destination : source);
        }
    }

    /// Ladders of the connections that spoke last, their last lines, with ICMP on their wires.
    ///
    /// @param talks how many
    /// @param lines of each
    synchronized List<String> ladders(int talks, int lines) {
        LinkedHashMap<Talk, Boolean> latest = new LinkedHashMap<>(16, 0.75f, true);
        for (Entry entry : entries) {
            if (entry instanceof Frame frame
                    && frame.seen() != null
                    && frame.seen().protocol() == IpProtocol.TCP) {
                latest.put(Talk.of(frame.seen()), true);
            }
        }
        List<Talk> all = new ArrayList<>(latest.keySet());
        List<String> text = new ArrayList<>();
        for (Talk talk : all.subList(Math.max(0, all.size() - talks), all.size())) {
            text.addAll(ladder(talk, lines));
            text.add("");
        }
        if (all.size() > talks) {
            int before = all.size() - talks;
            text.add(before + (before == 1 ? " connection" : " connections")
                    + " that spoke before: see the capture file");
        }
        return text;
    }

    private List<String> ladder(Talk talk, int lines) {
        WireEnd left = null;
        Ladder ladder = new Ladder("", "");
        Packet meta = new PacketPool().take(0);
        for (Entry entry : entries) {
            switch (entry) {
                case Frame frame
                when frame.end().wireName().equals(talk.wire()) -> {
                    if (left == null) {
                        if (frame.seen() == null || !talk.equals(Talk.of(frame.seen()))) {
                            continue;
                        }
                        left = frame.end();
                        ladder = new Ladder(left.host.name(), left.peer.name());
                        tellStatesBefore(ladder, left, entry);
                    }
                    if (frame.seen() != null && !talk.equals(Talk.of(frame.seen())) && !isIcmp(frame.seen())) {
                        continue;
                    }
                    (frame.end() == left ? ladder.leftPackets() : ladder.rightPackets())
                            .packet(frame.at(), frame.outbound(), frame.packet(), 0, frame.packet().length, meta);
                }
                case Frame elsewhere -> {}
                case Said said -> {
                    if (left != null) {
                        tell(ladder, left, said);
                    }
                }
            }
        }
        LadderText pen = new LadderText(ladder, TextStyle.PLAIN);
        List<String> text = new ArrayList<>(pen.heading());
        List<LadderItem> items = ladder.since(0);
        int from = Math.max(0, items.size() - lines);
        if (from > 0) {
            text.add("    … " + from + " lines before");
        }
        text.addAll(pen.lines(items.subList(from, items.size())));
        return text;
    }

    /// Pings and errors on the wire are shown with what they may be about.
    private static boolean isIcmp(Seen seen) {
        return seen.protocol() == IpProtocol.ICMP || seen.protocol() == IpProtocol.ICMPV6;
    }

    private void tellStatesBefore(Ladder ladder, WireEnd left, Entry end) {
        for (Entry entry : entries) {
            if (entry == end) {
                return;
            }
            if (entry instanceof Said said) {
                tell(ladder, left, said);
            }
        }
    }

    private static void tell(Ladder ladder, WireEnd left, Said said) {
        if (said.event() instanceof TcpEvent.StateChanged) {
            if (said.host().equals(left.host.name())) {
                ladder.leftStates().on(said.event());
            } else if (said.host().equals(left.peer.name())) {
                ladder.rightStates().on(said.event());
            }
        }
    }
}
