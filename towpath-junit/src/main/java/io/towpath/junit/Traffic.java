package io.towpath.junit;

import io.towpath.net.Host;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Packets that left hosts, before a wire could do anything to them, in their order; and what must be true of
/// them. Immutable: methods that choose give a smaller one, methods that assert give this one back.
///
/// ```java
/// net.capture().from(client).syns().atMost(3);
/// net.capture().from(client).retransmissions().noneBefore(ofSeconds(1));
/// net.capture().resets().none();
/// ```
public final class Traffic {
    /// Packets that the message of a failure shows.
    private static final int SHOWN_MAX = 20;

    private final Journal journal;
    private final List<Seen> packets;
    private final String what;

    Traffic(Journal journal) {
        this(journal, journal.seen(), "");
        if (journal.forgotten() > 0) {
            throw new IllegalStateException("so much was sent that its beginning was forgotten: look at shorter runs");
        }
    }

    private Traffic(Journal journal, List<Seen> packets, String what) {
        this.journal = journal;
        this.packets = packets;
        this.what = what;
    }

    // ---- choosing -------------------------------------------------------------------------------------------------

    /// Those of which `chosen` is true.
    ///
    /// @param what they are, for messages: "segments with data"
    public Traffic where(String what, Predicate<Seen> chosen) {
        return new Traffic(
                journal,
                packets.stream().filter(chosen).toList(),
                this.what.isEmpty() ? what : this.what + ", " + what);
    }

    /// Those that `host` put on a wire: its own, and what it passed on as a router.
    public Traffic from(Host host) {
        return where("from " + host.name(), packet -> packet.from().equals(host.name()));
    }

    /// Those on a wire that leads to `host`.
    public Traffic to(Host host) {
        return where("to " + host.name(), packet -> packet.to().equals(host.name()));
    }

    /// Those on `wire`.
    public Traffic on(Wire wire) {
        return where("on " + wire.name(), packet -> packet.wire().equals(wire.name()));
    }

    /// Those from or to this port of TCP or UDP.
    public Traffic port(int port) {
        return where("port " + port, packet -> packet.sourcePort() == port || packet.destinationPort() == port);
    }

    /// TCP segments.
    public Traffic tcp() {
        return where("TCP", packet -> packet.protocol() == IpProtocol.TCP);
    }

    /// UDP datagrams.
    public Traffic udp() {
        return where("UDP", packet -> packet.protocol() == IpProtocol.UDP);
    }

    /// TCP segments with SYN and without ACK: attempts to open, repeated ones included.
    public Traffic syns() {
        return where("SYN", packet -> packet.has(TcpHeader.SYN) && !packet.has(TcpHeader.ACK));
    }

    /// TCP segments with FIN.
    public Traffic fins() {
        return where("FIN", packet -> packet.has(TcpHeader.FIN));
    }

    /// TCP segments with RST.
    public Traffic resets() {
        return where("RST", packet -> packet.has(TcpHeader.RST));
    }

    /// Packets that carry data.
    public Traffic data() {
        return where("with data", packet -> packet.dataBytes() > 0);
    }

    /// TCP segments with sequence numbers that their wire carried before.
    public Traffic retransmissions() {
        return where("sent again", Seen::again);
    }

    /// Those that left at `begin` or later, but before `end`, counted from the beginning.
    public Traffic between(Duration begin, Duration end) {
        return where(
                "between " + begin + " and " + end,
                packet -> packet.at().compareTo(begin) >= 0 && packet.at().compareTo(end) < 0);
    }

    // ---- looking --------------------------------------------------------------------------------------------------

    /// How many.
    public int count() {
        return packets.size();
    }

    /// All of them, in their order.
    public List<Seen> packets() {
        return List.copyOf(packets);
    }

    /// Payload of all of them in bytes, what was sent again included.
    public long dataBytes() {
        return packets.stream().mapToLong(Seen::dataBytes).sum();
    }

    /// Everything that happened on all wires, whatever was chosen, as a pcapng file: two runs were the same
    /// when these bytes are.
    public byte[] pcapng() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            journal.write(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes [#pcapng] to a file, for Wireshark.
    ///
    /// @throws IOException when the file cannot be written
    public Traffic save(Path file) throws IOException {
        Files.write(file, pcapng());
        return this;
    }

    // ---- asserting ------------------------------------------------------------------------------------------------

    /// @throws AssertionError when there are more
    public Traffic atMost(int n) {
        return expect(packets.size() <= n, "at most " + n);
    }

    /// @throws AssertionError when there are fewer
    public Traffic atLeast(int n) {
        return expect(packets.size() >= n, "at least " + n);
    }

    /// @throws AssertionError when there are more or fewer
    public Traffic exactly(int n) {
        return expect(packets.size() == n, "exactly " + n);
    }

    /// @throws AssertionError when there is one
    public Traffic none() {
        return expect(packets.isEmpty(), "no packet");
    }

    /// @throws AssertionError when one left before this moment, counted from the beginning
    public Traffic noneBefore(Duration moment) {
        return expect(packets.stream().allMatch(packet -> packet.at().compareTo(moment) >= 0), "none before " + moment);
    }

    /// @throws AssertionError when one left after this moment, counted from the beginning
    public Traffic noneAfter(Duration moment) {
        return expect(packets.stream().allMatch(packet -> packet.at().compareTo(moment) <= 0), "none after " + moment);
    }

    /// @throws AssertionError when two in a row lie closer together: "no retransmission within 1 s of another"
    public Traffic atLeastApart(Duration gap) {
        boolean apart = true;
        for (int i = 1; i < packets.size(); i++) {
            apart &= packets.get(i).atNanos() - packets.get(i - 1).atNanos() >= gap.toNanos();
        }
        return expect(apart, "at least " + gap + " apart");
    }

    private Traffic expect(boolean holds, String wanted) {
        if (holds) {
            return this;
        }
        List<String> lines = new ArrayList<>();
        lines.add("expected " + wanted + " (" + (what.isEmpty() ? "all packets" : what) + "), saw " + packets.size()
                + ":");
        packets.stream().limit(SHOWN_MAX).forEach(packet -> lines.add("  " + packet));
        if (packets.size() > SHOWN_MAX) {
            lines.add("  … and " + (packets.size() - SHOWN_MAX) + " more");
        }
        throw new AssertionError(String.join(System.lineSeparator(), lines));
    }

    /// One line for each packet.
    @Override
    public String toString() {
        return String.join(
                System.lineSeparator(), packets.stream().map(Seen::toString).toList());
    }
}
