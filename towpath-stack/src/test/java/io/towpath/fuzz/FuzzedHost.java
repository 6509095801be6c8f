package io.towpath.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.ip.IpConfig;
import io.towpath.stack.Interface;
import io.towpath.stack.Packets;
import io.towpath.stack.TestHost;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpTimer;
import io.towpath.udp.UdpConfig;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Malformed;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOptions;
import java.util.ArrayList;
import java.util.List;

/// One host at the mercy of a program of bytes: packets as they come, segments that hit the state of its
/// connections, the calls of a reckless user, and time. After it nothing may be left.
///
/// A program is a run of steps, each an [Op] and its operands; when the bytes end, the rest is zeros.
final class FuzzedHost {
    /// What a step does, by its first byte modulo their number.
    enum Op {
        /// Length (2), bytes: an IP packet as it is.
        RAW,
        /// Length (2), bytes: an Ethernet frame as it is.
        FRAME,
        /// Length (2), bytes: an IPv4 packet whose header checksum is made right.
        MENDED,
        /// Target (1), flags (2), seq - RCV.NXT (2), ack - SND.UNA (2), window (2), urgent (2), options (1 + n),
        /// text (1): a segment for one of the connections or for the listener.
        SEGMENT,
        /// Target (1), number (1), pairs of offsets from SND.UNA (2 + 2 each): an acknowledgment with SACK blocks.
        SACK,
        /// Type (1), code (1), rest (2), target (1), offset from SND.UNA (2): an ICMP error about a segment.
        ICMP,
        /// Offset (1), text (1): the third segment of the handshake whose SYN-ACK left last.
        HANDSHAKE,
        /// Exponent (1): time passes, up to hours.
        TIME,
        /// Target (1), call (1), amount (2): the user does something.
        CALL;

        static final Op[] ALL = values();
    }

    private static final int SERVER_PORT = 80;
    private static final int PEER_PORT = 1000;
    private static final int FIRST_PORT = 5000;
    private static final int CONNECTIONS_MAX = 16;
    private static final int SYN_QUEUE = 32;
    private static final int BACKLOG = 4;
    private static final int PACKET_MAX = 3000;
    private static final int REASSEMBLY_MAX = 4 << 20;

    private final TestHost host = new TestHost("fuzzed", 7, IpConfig.defaults().withForwarding(true));
    private final Interface raw = host.raw(1500, "10.0.0.1/24", "fd00::1/64");
    private final Interface ethernet = host.ethernet("02:00:00:00:00:01", "10.1.0.1/24", "fd01::1/64", "fe80::1/64");
    private final UdpEndpoint socket = bind();
    private final TcpConfig config = TcpConfig.defaults()
            .withSendBuffer(40_000)
            .withReceiveBuffer(40_000)
            .withSynQueueMax(SYN_QUEUE)
            .withKeepAlive(true)
            .withKeepAliveIdleNanos(100 * Time.SECOND);
    private final TcpListener listener = listen();
    private final List<TcpConnection> connections = new ArrayList<>();
    private final byte[] scratch = new byte[4096];
    private byte[] synAck = {};
    private long now = Time.SECOND;
    private byte[] program = {};
    private int at;

    FuzzedHost() {
        open(config.withTimestamps(false).withSack(false).withWindowScaling(false), new byte[] {2, 4, 2, 0});
        byte[] options = new byte[20];
        int end = TcpOptions.writeMss(options, 0, 1400);
        end = TcpOptions.writeSackPermitted(options, end);
        end = TcpOptions.writeTimestamps(options, end, 1, 0);
        TcpOptions.writeWindowScale(options, end, 5);
        open(config, options);
    }

    private UdpEndpoint bind() {
        var bound = host.stack.udp().bind(0, null, 7, UdpConfig.defaults().withReceive(20_000, 50));
        return ((UdpEndpoint.Bound) bound).endpoint();
    }

    private TcpListener listen() {
        var listening = host.stack.tcp().listen(now, null, SERVER_PORT, BACKLOG, config);
        return ((TcpListener.Listening) listening).listener();
    }

    /// An active open that the peer answers with these options.
    private void open(TcpConfig with, byte[] options) {
        connect(with);
        drain();
        TcpConnection c = connections.getLast();
        byte[] synAck = segment(c, TcpHeader.SYN | TcpHeader.ACK, 77_000, c.snd.nxt, 60_000, 0, options, 0);
        host.in(now, raw, synAck);
        drain();
        assertThat(c.state().isSynchronized()).isTrue();
    }

    private void connect(TcpConfig with) {
        int port = FIRST_PORT + connections.size();
        var result = host.stack.tcp().connect(now, null, port, Packets.PEER4, PEER_PORT, with);
        if (result instanceof TcpConnection.Opened opened) {
            connections.add(opened.connection());
        }
    }

    /// Runs a whole program and checks what must hold whatever it is.
    void run(byte[] bytes) {
        program = bytes;
        at = 0;
        while (at < program.length) {
            int code = u8();
            step(Op.ALL[code % Op.ALL.length]);
            if (code < 0xc0) {
                drain();
            }
        }
        drain();
        end();
    }

    private void step(Op op) {
        switch (op) {
            case RAW -> host.in(now, raw, bytes(u16() % PACKET_MAX));
            case FRAME -> host.in(now, ethernet, bytes(u16() % PACKET_MAX));
            case MENDED -> mended();
            case SEGMENT -> segment();
            case SACK -> sack();
            case ICMP -> icmp();
            case HANDSHAKE -> handshake();
            case TIME -> pass(Time.MICROSECOND << u8() % 34);
            case CALL -> call();
        }
    }

    private void mended() {
        byte[] packet = bytes(u16() % PACKET_MAX);
        int header = packet.length == 0 ? 0 : (packet[0] & 0xf) * 4;
        if (header >= Ip4Header.LENGTH && header <= packet.length) {
            Ip4Header.writeChecksum(packet, 0);
        }
        host.in(now, raw, packet);
    }

    private void segment() {
        TcpConnection c = target();
        int flags = u8() | u8() << 8 & 0x100;
        int seq = (int) c.rcv.nxt + (short) u16();
        int ack = (int) c.snd.una + (short) u16();
        int window = u16();
        int urgent = u16();
        byte[] options = bytes(u8() % 41);
        int text = u8() * 8;
        if (options.length == 0 && c.options.timestamps) {
            options = stamps(c);
        }
        host.in(now, raw, segment(c, flags, seq, ack, window, urgent, options, text));
    }

    private void sack() {
        TcpConnection c = target();
        int blocks = 1 + u8() % 3;
        byte[] stamps = c.options.timestamps ? stamps(c) : new byte[0];
        byte[] options = java.util.Arrays.copyOf(stamps, stamps.length + 2 + 8 * blocks);
        int end = TcpOptions.writeSackHead(options, stamps.length, blocks);
        for (int i = 0; i < blocks; i++) {
            int left = (int) c.snd.una + (short) u16();
            end = TcpOptions.writeSackBlock(options, end, left, (int) c.snd.una + (short) u16());
        }
        host.in(now, raw, segment(c, TcpHeader.ACK, (int) c.rcv.nxt, c.snd.una, 60_000, 0, options, 0));
    }

    private void handshake() {
        int offset = (byte) u8();
        int text = u8();
        if (synAck.length > 0) {
            int header = TcpHeader.LENGTH + 12;
            byte[] b = new byte[header + text];
            int seq = TcpHeader.acknowledgment(synAck, 0);
            int ack = TcpHeader.sequence(synAck, 0) + 1 + offset;
            int peer = TcpHeader.destinationPort(synAck, 0);
            TcpHeader.write(b, 0, peer, SERVER_PORT, seq, ack, header, TcpHeader.ACK, 1000, 0);
            byte[] stamps = stamps((int) (now / Time.MILLISECOND), 0);
            System.arraycopy(stamps, 0, b, TcpHeader.LENGTH, stamps.length);
            host.in(now, raw, fromPeer(b));
        }
    }

    private void icmp() {
        int type = u8();
        int code = u8();
        int rest = u16();
        TcpConnection c = target();
        int seq = (int) c.snd.una + (short) u16();
        byte[] quoted = new byte[TcpHeader.LENGTH];
        TcpHeader.write(quoted, 0, c.localPort(), c.remotePort(), seq, 0, TcpHeader.LENGTH, TcpHeader.ACK, 0, 0);
        byte[] about = Packets.ip(Packets.HOST4, Packets.PEER4, IpProtocol.TCP, quoted);
        host.in(now, raw, Packets.error(Packets.PEER4, Packets.HOST4, type, code, rest, about));
    }

    private void call() {
        int which = u8();
        int call = u8();
        int amount = u16();
        TcpConnection c = connections.get(which % connections.size());
        var tcp = host.stack.tcp();
        switch (call % 10) {
            case 0, 1 -> {
                if (!c.isClosedForSending()) {
                    c.sendRing().write(scratch, 0, amount % scratch.length);
                    tcp.written(now, c);
                }
            }
            case 2 -> {
                c.receiveRing().read(scratch, 0, amount % scratch.length);
                tcp.consumed(now, c);
            }
            case 3 -> tcp.close(now, c);
            case 4 -> tcp.release(now, c);
            case 5 -> tcp.abort(now, c);
            case 6 -> tcp.sendUrgent(now, c);
            case 7 -> accept();
            case 8 -> {
                if (connections.size() < CONNECTIONS_MAX) {
                    connect(config);
                }
            }
            default -> host.stack.udp().send(now, socket, Packets.PEER4, 7, scratch, 0, amount % 2000);
        }
    }

    private void accept() {
        TcpConnection c = host.stack.tcp().accept(now, listener);
        if (c != null && connections.size() < CONNECTIONS_MAX) {
            connections.add(c);
        } else if (c != null) {
            host.stack.tcp().abort(now, c);
        }
    }

    /// One of the connections; some of them may be dead, and then the segment is for nobody or for the next one.
    private TcpConnection target() {
        return connections.get(u8() % connections.size());
    }

    private byte[] stamps(TcpConnection c) {
        return stamps((int) (now / Time.MILLISECOND), c.stamps.value(now));
    }

    private static byte[] stamps(int value, int echo) {
        byte[] options = new byte[12];
        options[0] = TcpOptions.NOP;
        options[1] = TcpOptions.NOP;
        TcpOptions.writeTimestamps(options, 2, value, echo);
        return options;
    }

    /// A segment of the peer; with SYN alone it goes to the listener.
    private static byte[] segment(
            TcpConnection c, int flags, int seq, long ack, int window, int urgent, byte[] options, int text) {
        int header = TcpHeader.LENGTH + (options.length + 3 & ~3);
        byte[] b = new byte[header + text];
        boolean open = (flags & (TcpHeader.SYN | TcpHeader.ACK)) == TcpHeader.SYN;
        int port = open ? SERVER_PORT : c.localPort();
        TcpHeader.write(
                b, 0, c.remotePort() + (open ? seq & 15 : 0), port, seq, (int) ack, header, flags, window, urgent);
        System.arraycopy(options, 0, b, TcpHeader.LENGTH, options.length);
        return fromPeer(b);
    }

    private static byte[] fromPeer(byte[] b) {
        long pseudo = InternetChecksum.pseudo(
                Packets.PEER4.high(),
                Packets.PEER4.low(),
                Packets.HOST4.high(),
                Packets.HOST4.low(),
                IpProtocol.TCP,
                b.length);
        TcpHeader.writeChecksum(b, 0, b.length, pseudo);
        return Packets.ip(Packets.PEER4, Packets.HOST4, IpProtocol.TCP, b);
    }

    private void pass(long nanos) {
        long until = now + nanos;
        for (int i = 0; i < 50 && host.stack.deadline() <= until; i++) {
            now = Math.max(now, host.stack.deadline());
            host.stack.tick(now);
            drain();
        }
        now = until;
        host.stack.tick(now);
    }

    /// Lets the host say what it has to say, and checks that it makes sense.
    private void drain() {
        boolean more = true;
        for (int round = 0; more; round++) {
            require(round < 1000, "the host comes to rest");
            more = host.stack.poll(now);
            more |= take(raw);
            more |= take(ethernet);
        }
        for (Packet packet = socket.receive(); packet != null; packet = socket.receive()) {
            packet.release();
        }
        host.context.signals().discard();
        require(host.pool.outstanding() == host.stack.ip().packetsHeld(), "packets held are known");
        connections.forEach(FuzzedHost::check);
        require(listener.halfOpen() >= 0 && listener.halfOpen() <= SYN_QUEUE, "half-open rows are bounded");
        require(listener.waiting() <= BACKLOG, "connections to be accepted are bounded");
        require(host.stack.ip().reassemblyBytes() <= REASSEMBLY_MAX, "fragments are bounded");
    }

    /// The sums of a connection agree, and as long as it waits for something a timer runs.
    private static void check(TcpConnection c) {
        if (c.isDead()) {
            return;
        }
        boolean opening = !c.state().isSynchronized();
        boolean probed = c.timers.isSet(TcpTimer.PERSIST);
        boolean watched = c.timers.isSet(TcpTimer.RETRANSMIT) || probed;
        var snd = c.snd;
        check(snd.una <= snd.nxt && snd.nxt <= c.finSequence() + 1, c, "SND.UNA and SND.NXT");
        check(opening || c.flight.outstanding() == snd.nxt - snd.una, c, "the flight is what is unacknowledged");
        // RFC 6675 §4, SetPipe: what is not lost counts, and what was sent again counts once more.
        long most = c.flight.outstanding() + c.flight.resent();
        check(c.pipe() >= 0 && c.pipe() <= most, c, "the pipe is a part of what was sent");
        check(
                opening
                        || c.sendRing().head()
                                == Math.min(snd.position(snd.una), c.sendRing().tail()),
                c,
                "ring");
        check(c.rcv.wnd() >= 0 && c.rcv.wnd() <= c.config().receiveBuffer(), c, "the window fits the buffer");
        check(watched || !opening && c.flight.isEmpty(), c, "what is unacknowledged is watched");
        boolean waits = c.sendRing().tail() > snd.position(snd.nxt) || snd.closing && !c.isFinSent();
        boolean held = probed || c.timers.isSet(TcpTimer.OVERRIDE);
        check(opening || !waits || !c.flight.isEmpty() || held, c, "what is unsent waits for something");
    }

    private static void check(boolean right, TcpConnection c, String what) {
        if (!right) {
            throw new AssertionError(what + ": " + c + " una " + (c.snd.una - c.snd.iss) + " nxt "
                    + (c.snd.nxt - c.snd.iss) + " wnd " + c.snd.wnd + " queued "
                    + c.sendRing().readable() + " pipe " + c.pipe() + " of " + c.flight.outstanding());
        }
    }

    /// Plain, for it runs millions of times.
    private static void require(boolean right, String what) {
        if (!right) {
            throw new AssertionError("not so: " + what);
        }
    }

    private boolean take(Interface from) {
        var outbox = from.outbox();
        int n = outbox.size();
        for (int i = 0; i < n; i++) {
            Packet packet = outbox.get(i);
            if (from == raw) {
                lint(packet.bytes, packet.at, packet.end);
            }
            packet.release();
        }
        outbox.clear();
        return n > 0;
    }

    /// What leaves is a whole IP packet, and a TCP segment in it has a right header and checksum.
    private void lint(byte[] b, int at, int end) {
        require(end - at >= 20 && end - at <= 1500, "a packet fits the link");
        if (Bytes.u8(b, at) >>> 4 != 4) {
            return;
        }
        require(Ip4Header.check(b, at, end) == Malformed.NONE, "an IPv4 header is right");
        int tcp = at + Ip4Header.headerLength(b, at);
        boolean whole = (Bytes.u16(b, at + 6) & 0x3fff) == 0;
        if (whole && Ip4Header.protocol(b, at) == IpProtocol.TCP && isOurs(b, at)) {
            require(TcpHeader.check(b, tcp, end) == Malformed.NONE, "a TCP header is right");
            long to = 0xffff_0000_0000L | Bytes.i32(b, at + 16) & 0xffff_ffffL;
            long pseudo = InternetChecksum.pseudo(0, Packets.HOST4.low(), 0, to, IpProtocol.TCP, end - tcp);
            require(TcpHeader.checksumOk(b, tcp, end, pseudo), "a TCP checksum is right");
            if ((TcpHeader.flags(b, tcp) & TcpHeader.SYN) != 0 && TcpHeader.sourcePort(b, tcp) == SERVER_PORT) {
                synAck = java.util.Arrays.copyOfRange(b, tcp, end);
            }
        }
    }

    private static boolean isOurs(byte[] b, int at) {
        return Bytes.i32(b, at + 12) == (int) Packets.HOST4.low();
    }

    /// Everything is given up; in time nothing is left.
    private void end() {
        for (TcpConnection c : connections) {
            assertThat(c.sendRing().allocated() + c.receiveRing().allocated()).isLessThanOrEqualTo(2 * 65_536);
            host.stack.tcp().abort(now, c);
        }
        host.stack.tcp().close(now, listener);
        for (int i = 0;
                i < 100 && (host.stack.tcp().rowCount() > 0 || host.stack.ip().packetsHeld() > 0);
                i++) {
            drain();
            long deadline = host.stack.deadline();
            now = deadline == Time.NEVER ? now : Math.max(now, deadline);
            host.stack.tick(now);
        }
        drain();
        assertThat(host.stack.tcp().rowCount()).as("rows left").isZero();
        assertThat(host.pool.outstanding()).as("packets left").isZero();
    }

    private byte[] bytes(int n) {
        byte[] taken = new byte[n];
        int here = Math.max(0, Math.min(n, program.length - at));
        System.arraycopy(program, Math.min(at, program.length), taken, 0, here);
        at += n;
        return taken;
    }

    private int u8() {
        return at < program.length ? program[at++] & 0xff : zero();
    }

    private int zero() {
        at++;
        return 0;
    }

    private int u16() {
        return u8() << 8 | u8();
    }

    /// The host under the hood, for tests that ask what a program did.
    TestHost host() {
        return host;
    }
}
