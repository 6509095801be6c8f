package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Context;
import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.NetworkError;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.SignalSource;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.SecurityLabel;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpOptions;
import io.towpath.wire.TcpSegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One TCP host and its peer, who is the test: a test reads as a ladder of segments.
///
/// ```java
/// var t = new Ladder();
/// t.listen();
/// t.in("S 0:0(0) win 65535 <mss 1460>");
/// t.out("S. 0:0(0) ack 1 <mss 1460>");
/// t.in(". 1:1(0) ack 1 win 1000");
/// t.accept();
/// ```
///
/// Numbers are relative: the sender's SYN is 0. Window and options of an expected segment are compared when given.
/// Every byte of either stream is [#content] of its position, and every byte that passes is checked against it.
/// Time stands still between steps; [#after] lets it pass, firing timers on the way.
public final class Ladder {
    static final IpAddress HOST = IpAddress.parse("10.0.0.1");
    static final IpAddress PEER = IpAddress.parse("10.0.0.2");
    static final int HOST_PORT = 80;
    static final int PEER_PORT = 40_000;
    private static final long PEER_ISS = 0xffff_ff00L; // its sequence numbers wrap early

    final PacketPool pool = new PacketPool();
    final Context context = Context.of(pool, Entropy.seeded(42));
    final TestNetwork network = new TestNetwork(HOST);
    final List<TcpEvent> events = new ArrayList<>();
    /// [Packet#segmentBytes] of every packet that the host sent, in order.
    final List<Integer> segmentSizes = new ArrayList<>();
    final TcpLayer tcp;
    /// ECN field of the next segments of the peer.
    int ecn;
    /// ECN field of the segment that [#out] or [#next] took last.
    int ecnOut;
    long now = Time.SECOND;
    TcpConfig config;

    @Nullable
    TcpListener listener;

    /// What the peer's packets carry: a DS field and a security label.
    int trafficClass;

    @Nullable
    SecurityLabel label;

    /// When it is set, it hears the signals.
    @Nullable
    TcpUser user;

    private @Nullable TcpConnection connection;
    private final ArrayDeque<TcpSegment> sent = new ArrayDeque<>();
    private final ArrayDeque<Integer> codepoints = new ArrayDeque<>();
    private long iss = -1;
    private int hostPort = HOST_PORT;
    private int signals;
    private long written;
    private long consumed;
    private int hostTsVal;
    private int stampSent;

    Ladder() {
        this(TcpConfig.defaults().withTimestamps(false).withSack(false).withWindowScaling(false));
    }

    Ladder(TcpConfig config) {
        this.config = config;
        context.events().add(event -> {
            if (event instanceof TcpEvent of) {
                events.add(of);
            }
        });
        tcp = new TcpLayer(context, network, config);
    }

    /// A connection that is open in both directions, accepted from a listener: the peer offers `window` and MSS 1000.
    static Ladder established(TcpConfig config, int window) {
        var t = new Ladder(config);
        t.listen();
        t.in("S 0:0(0) win " + window + " <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win " + window);
        t.accept();
        return t;
    }

    /// The same with this file's plain configuration and a window of 65,535.
    static Ladder established() {
        return established(
                TcpConfig.defaults()
                        .withTimestamps(false)
                        .withSack(false)
                        .withWindowScaling(false)
                        .withNoDelay(true),
                65_535);
    }

    // ---- the user of the host ----------------------------------------------------------------------------------

    void listen() {
        listen(16);
    }

    void listen(int backlog) {
        var result = tcp.listen(now, null, HOST_PORT, backlog, config);
        listener = ((TcpListener.Listening) result).listener();
    }

    TcpConnection connect() {
        var result = tcp.connect(now, null, HOST_PORT, PEER, PEER_PORT, config);
        connection = ((TcpConnection.Opened) result).connection();
        return connection;
    }

    /// ACTIVE-OPEN-WITH-DATA of `n` bytes.
    TcpConnection connectWith(int n) {
        byte[] data = content(0, n);
        var result = tcp.connect(now, null, 0, PEER, PEER_PORT, config, data, 0, n);
        connection = ((TcpConnection.Opened) result).connection();
        written = n;
        consumed = 0;
        return connection;
    }

    TcpConnection accept() {
        TcpConnection c = tcp.accept(now, java.util.Objects.requireNonNull(listener));
        assertThat(c).as("a connection to accept").isNotNull();
        connection = c;
        return java.util.Objects.requireNonNull(c);
    }

    TcpConnection connection() {
        return java.util.Objects.requireNonNull(connection, "no connection yet");
    }

    /// SEND of `n` bytes.
    void write(int n) {
        byte[] data = content(written, n);
        int taken = connection().sendRing().write(data, 0, n);
        assertThat(taken).as("bytes that the send ring took").isEqualTo(n);
        written += n;
        tcp.written(now, connection());
    }

    /// RECEIVE of exactly `n` bytes.
    void read(int n) {
        byte[] data = new byte[n];
        assertThat(connection().receiveRing().readable()).as("bytes to read").isGreaterThanOrEqualTo(n);
        connection().receiveRing().read(data, 0, n);
        assertThat(data).isEqualTo(content(consumed, n));
        consumed += n;
        tcp.consumed(now, connection());
    }

    void close() {
        tcp.close(now, connection());
    }

    void release() {
        tcp.release(now, connection());
    }

    void abort() {
        tcp.abort(now, connection());
    }

    // ---- the peer ----------------------------------------------------------------------------------------------

    /// The peer sends a segment.
    void in(String notation) {
        in(Notation.parse(notation));
    }

    private void in(Notation n) {
        inject(segment(n).emit(PEER, HOST), 0);
    }

    /// The peer sends these segments, and all of them arrive before the host is asked what it has to say.
    void together(String... notations) {
        for (String notation : notations) {
            arrive(segment(Notation.parse(notation)).emit(PEER, HOST), 0);
        }
        poll();
    }

    /// The segment of the peer that the notation tells, as a value: to be changed and injected.
    TcpSegment segment(String notation) {
        return segment(Notation.parse(notation));
    }

    private TcpSegment segment(Notation n) {
        List<TcpOption> options = new ArrayList<>();
        for (String option : n.options()) {
            options.add(option(option));
        }
        int first = (n.flags() & TcpHeader.SYN) != 0 ? 1 : 0; // the SYN itself has a number
        return new TcpSegment(
                        PEER_PORT,
                        hostPort,
                        PEER_ISS + n.from() & 0xffff_ffffL,
                        n.ack() == null ? 0 : iss() + n.ack() & 0xffff_ffffL,
                        n.flags(),
                        n.window() == null ? 65_535 : n.window(),
                        n.urgent() == null ? 0 : n.urgent(),
                        options,
                        Octets.EMPTY)
                .withPayload(content(n.from() - 1 + first, (int) (n.to() - n.from())));
    }

    /// The peer's bytes arrive as they are, from [#PEER] to [#HOST].
    void inject(byte[] bytes, int segmentBytes) {
        arrive(bytes, segmentBytes);
        poll();
    }

    private void arrive(byte[] bytes, int segmentBytes) {
        Packet packet = pool.take(bytes.length);
        System.arraycopy(bytes, 0, packet.bytes, packet.at, bytes.length);
        packet.end = packet.at + bytes.length;
        packet.transportAt = packet.at;
        packet.protocol = IpProtocol.TCP;
        packet.sourceHigh = PEER.high();
        packet.sourceLow = PEER.low();
        packet.destinationHigh = HOST.high();
        packet.destinationLow = HOST.low();
        packet.segmentBytes = segmentBytes;
        packet.trafficClass = trafficClass | ecn;
        if (label != null) {
            label.write(packet.bytes, packet.at - label.headerBytes());
            packet.networkAt = packet.at - label.headerBytes() - 20;
            packet.bytes[packet.networkAt] = (byte) (0x45 + label.headerBytes() / 4);
        }
        tcp.input(now, packet);
    }

    /// An ICMP error about the segment of the host that begins at relative `seq` arrives.
    void icmp(NetworkError.Kind kind, int mtu, long seq) {
        byte[] quoted = TcpSegment.of(hostPort, PEER_PORT, TcpHeader.ACK, iss() + seq & 0xffff_ffffL, 0, 0)
                .emit(HOST, PEER);
        tcp.onNetworkError(now, new NetworkError(kind, HOST, PEER, mtu, PEER), quoted, 0, 8);
        poll();
    }

    private TcpOption option(String text) {
        String[] word = text.split(" ");
        return switch (word[0]) {
            case "mss" -> new TcpOption.Mss(Integer.parseInt(word[1]));
            case "wscale" -> new TcpOption.WindowScale(Integer.parseInt(word[1]));
            case "sackOK" -> new TcpOption.SackPermitted();
            case "nop" -> new TcpOption.Nop();
            case "TS" ->
                new TcpOption.Timestamps(
                        Integer.parseInt(word[2]) & 0xffff_ffffL,
                        word[4].equals("*") ? hostTsVal & 0xffff_ffffL : Integer.parseInt(word[4]));
            case "uto" ->
                new TcpOption.UserTimeout(word[1].endsWith("min"), Integer.parseInt(word[1].replaceAll("\\D", "")));
            case "sack" -> sack(word);
            case "AccECN" -> counters(word);
            case "md5" -> new TcpOption.Opaque(TcpOptions.MD5, Octets.ofHex(word[1]));
            case "FO" -> new TcpOption.Opaque(TcpOptions.FAST_OPEN, cookie("", word));
            case "FOEXP" -> new TcpOption.Opaque(TcpOptions.EXPERIMENT_2, cookie("f989", word));
            default -> throw new IllegalArgumentException("option: " + text);
        };
    }

    private static Octets cookie(String before, String[] word) {
        return Octets.ofHex(before + (word.length > 1 ? word[1] : ""));
    }

    private static TcpOption counters(String[] word) {
        List<Integer> counters = new ArrayList<>();
        for (int i = 2; i < word.length; i += 2) {
            counters.add(Integer.parseInt(word[i]));
        }
        boolean order1 = word.length > 1 && word[1].equals("e1b");
        return new TcpOption.AccEcn(order1 ? TcpOptions.ACC_ECN_1 : TcpOptions.ACC_ECN_0, counters);
    }

    private TcpOption sack(String[] word) {
        List<TcpOption.Sack.Block> blocks = new ArrayList<>();
        for (int i = 1; i < word.length; i++) {
            String[] edge = word[i].split(":");
            blocks.add(new TcpOption.Sack.Block(
                    iss() + Long.parseLong(edge[0]) & 0xffff_ffffL, iss() + Long.parseLong(edge[1]) & 0xffff_ffffL));
        }
        return new TcpOption.Sack(blocks);
    }

    /// The host must have sent exactly this segment next.
    void out(String notation) {
        poll();
        TcpSegment segment = sent.poll();
        ecnOut = segment == null ? 0 : codepoints.remove();
        assertThat(segment).as("expected %s, but nothing was sent", notation).isNotNull();
        matches(java.util.Objects.requireNonNull(segment), notation);
    }

    /// The host must have sent nothing more.
    void nothing() {
        poll();
        assertThat(sent.stream().map(this::text)).as("nothing to be sent").isEmpty();
    }

    /// The next segment that the host sent, whatever it is.
    TcpSegment next() {
        poll();
        ecnOut = codepoints.remove();
        return sent.remove();
    }

    /// Segments that the host sent and nobody looked at.
    int pendingSegments() {
        poll();
        return sent.size();
    }

    /// Remembers the timestamp of what was sent last, for [#stampSent].
    void rememberStamp() {
        stampSent = hostTsVal;
    }

    /// The timestamp at the last [#rememberStamp].
    int stampSent() {
        return stampSent;
    }

    /// Forgets what was sent.
    void ignore() {
        poll();
        sent.clear();
        codepoints.clear();
    }

    /// Lets time pass, in milliseconds, ticking and polling at each deadline on the way.
    void after(double millis) {
        long until = now + (long) (millis * Time.MILLISECOND);
        while (tcp.deadline() <= until) {
            now = Math.max(now, tcp.deadline());
            tcp.tick(now);
            poll();
        }
        now = until;
    }

    /// Signals raised since the last call.
    int signals() {
        poll();
        int raised = signals;
        signals = 0;
        return raised;
    }

    TcpState state() {
        return connection().state();
    }

    long dropped(Drop reason) {
        return context.counters().get(reason);
    }

    Counters counters() {
        return context.counters();
    }

    TcpInfo info() {
        return tcp.info(now, connection());
    }

    /// Bytes of either stream from `position` on.
    static byte[] content(long position, int n) {
        byte[] data = new byte[Math.max(0, n)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) ((position + i) * 31 + 7 >>> 1);
        }
        return data;
    }

    private long iss() {
        return Math.max(0, iss);
    }

    private void poll() {
        var out = new TxBatch(64);
        boolean more;
        do {
            more = tcp.poll(now, out);
            for (int i = 0; i < out.size(); i++) {
                take(out.get(i));
            }
            out.releaseAll();
        } while (more);
        for (SignalSource source = context.signals().next();
                source != null;
                source = context.signals().next()) {
            int raised = source.takeSignals();
            signals |= raised;
            if (user != null) {
                user.signalled(now, source, raised);
            }
        }
        assertThat(pool.outstanding()).as("packets held").isZero();
    }

    private void take(Packet packet) {
        if (packet.checksumAt == 0) {
            long pseudo = InternetChecksum.pseudo(
                    HOST.high(), HOST.low(), PEER.high(), PEER.low(), IpProtocol.TCP, packet.length());
            assertThat(TcpHeader.checksumOk(packet.bytes, packet.at, packet.end, pseudo))
                    .as("checksum")
                    .isTrue();
        }
        TcpSegment segment = TcpSegment.parse(packet.bytes, packet.at, packet.end);
        if (segment.has(TcpHeader.SYN)) {
            iss = segment.sequence();
            hostPort = segment.sourcePort();
        }
        for (TcpOption option : segment.options()) {
            if (option instanceof TcpOption.Timestamps stamps) {
                hostTsVal = (int) stamps.value();
            }
        }
        if (segment.payload().length() > 0) {
            long first = segment.has(TcpHeader.SYN) ? segment.sequence() + 1 : segment.sequence();
            long position = first - iss() - 1 & 0xffff_ffffL;
            assertThat(segment.payload().toArray())
                    .as("text of %s", text(segment))
                    .isEqualTo(content(position, segment.payload().length()));
        }
        sent.add(segment);
        codepoints.add(packet.trafficClass & 3);
        segmentSizes.add(packet.segmentBytes);
    }

    private String text(TcpSegment segment) {
        boolean bare = segment.has(TcpHeader.RST) && !segment.has(TcpHeader.ACK) && iss < 0;
        return segment.text(bare ? 0 : iss(), PEER_ISS);
    }

    private void matches(TcpSegment segment, String notation) {
        String actual = text(segment);
        Notation wanted = Notation.parse(notation);
        Notation found = Notation.parse(actual);
        assertThat(found.matches(wanted))
                .as("expected: %s%n  actual: %s", notation, actual)
                .isTrue();
    }

    /// What the network of the host offers for super-segments, from now on.
    void offloads(Offloads offloads) {
        network.offloads = offloads;
    }
}
