package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.SignalSource;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.wire.Crc32c;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpCause;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpDataHeader;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.UdpHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One SCTP host and its peer, who is the test: a test reads as a ladder of packets.
///
/// ```java
/// var t = new SctpLadder();
/// t.listen();
/// t.in(t.init());
/// t.out("INIT_ACK[..., tsn=1, ...]");
/// t.in(t.cookieEcho());
/// t.out("COOKIE_ACK[flgs=0]");
/// ```
///
/// TSNs are relative: the first of each side is 1. What is expected is the one-line notation, where `...`
/// stands for anything. Time stands still between steps; [#after] lets it pass, firing timers on the way.
/// Addresses come in pairs: the n-th of the host and the n-th of the peer make the n-th path.
final class SctpLadder {
    static final int HOST_PORT = 5001;
    static final int PEER_PORT = 6001;
    static final int OWN_UDP_PORT = 9900;
    static final long PEER_TAG = 0x7e57;
    private static final long PEER_BASE = 0xffff_fff0L; // the peer's TSNs wrap early

    final PacketPool pool = new PacketPool();
    final Context context = Context.of(pool, Entropy.seeded(7));
    final List<IpAddress> own = new ArrayList<>();
    final List<IpAddress> peers = new ArrayList<>();
    final SctpNetwork network;
    final List<SctpEvent> events = new ArrayList<>();
    final SctpLayer sctp;
    long now = Time.SECOND;
    SctpConfig config;

    @Nullable
    SctpEndpoint endpoint;

    @Nullable
    Association association;

    long peerTag = PEER_TAG;
    long hostTag;
    long hostTsn;
    byte[] cookie = {};
    int signals;
    int withoutChecksum;
    int arrivingTrafficClass;

    /// The UDP port that the peer's packets come from, 0 while they come in IP alone.
    int peerUdpPort;

    private final ArrayDeque<Departed> sent = new ArrayDeque<>();

    /// A packet that the host sent.
    ///
    /// @param packet its chunks
    /// @param path index of the destination among the peer's addresses, -1 if it is another
    /// @param trafficClass as asked for
    /// @param dontFragment as asked for
    /// @param udpPort destination port of the UDP datagram that it went in, 0 for none
    record Departed(SctpPacket packet, int path, int trafficClass, boolean dontFragment, int udpPort) {}

    SctpLadder() {
        this(plain(), 1);
    }

    SctpLadder(SctpConfig config) {
        this(config, 1);
    }

    /// @param paths how many addresses each side has
    SctpLadder(SctpConfig config, int paths) {
        this.config = config;
        for (int i = 0; i < paths; i++) {
            own.add(IpAddress.parse("10.0." + i + ".1"));
            peers.add(IpAddress.parse("10.0." + i + ".2"));
        }
        network = new SctpNetwork(own);
        context.events().add(event -> {
            if (event instanceof SctpEvent of) {
                events.add(of);
            }
        });
        sctp = new SctpLayer(context, network);
    }

    /// No extensions, no heartbeats, no Nagle: every number follows from RFC 9260.
    static SctpConfig plain() {
        return SctpConfig.defaults()
                .withFeatures(SctpFeatures.none())
                .withTimes(SctpTimes.defaults().withHeartbeatInterval(0))
                .withNoDelay(true);
    }

    /// An association that the peer began; its window is `rwnd`, it has 10 streams each way.
    static SctpLadder established(SctpConfig config, long rwnd) {
        return established(config, rwnd, 1);
    }

    static SctpLadder established() {
        return established(plain(), 100_000);
    }

    /// The same with several paths, which the peer lists; the second and later ones are confirmed by
    /// heartbeats.
    static SctpLadder established(SctpConfig config, long rwnd, int paths) {
        var t = new SctpLadder(config, paths);
        t.listen();
        t.in(t.init(t.peerTag, rwnd, 10, 10, t.peerAddresses()));
        t.out("INIT_ACK[...]");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.accept();
        t.confirmPaths();
        t.notifications();
        return t;
    }

    /// Answers the heartbeats that prove addresses.
    void confirmPaths() {
        for (int i = 1; i < peers.size(); i++) {
            Departed heartbeat = next();
            assertThat(heartbeat.packet().chunks().getFirst().type()).isEqualTo(SctpChunks.HEARTBEAT);
            inFrom(heartbeat.path(), heartbeatAck(heartbeat));
        }
    }

    // ---- the user of the host
    // ----------------------------------------------------------------------------------

    void listen() {
        listen(16);
    }

    void listen(int backlog) {
        var result = sctp.bind(now, List.of(), HOST_PORT, config);
        endpoint = ((SctpEndpoint.Bound) result).endpoint();
        sctp.listen(now, endpoint, backlog);
    }

    Association connect() {
        return connect(peers);
    }

    /// ASSOCIATE with these of the peer's addresses.
    Association connect(List<IpAddress> names) {
        var result = sctp.connect(now, List.of(), HOST_PORT, names, PEER_PORT, config);
        association = ((Association.Opened) result).association();
        return association;
    }

    Association accept() {
        Association a = sctp.accept(now, Objects.requireNonNull(endpoint));
        assertThat(a).as("an association to accept").isNotNull();
        association = a;
        return Objects.requireNonNull(a);
    }

    Association association() {
        return Objects.requireNonNull(association, "no association yet");
    }

    /// SEND of `n` bytes on a stream.
    void send(int streamId, int n) {
        send(SendOptions.stream(streamId), n);
    }

    void send(SendOptions options, int n) {
        assertThat(trySend(options, n)).isNull();
    }

    @Nullable
    SctpError trySend(SendOptions options, int n) {
        return sctp.send(now, association(), content(n), 0, n, options);
    }

    /// RECEIVE of a message.
    Message receive() {
        Received received = sctp.receive(now, association());
        while (received instanceof Notification) {
            received = sctp.receive(now, association());
        }
        assertThat(received).as("a message to receive").isInstanceOf(Message.class);
        return (Message) Objects.requireNonNull(received);
    }

    /// Messages that wait, by `stream:length`.
    List<String> messages() {
        List<String> texts = new ArrayList<>();
        for (Received next = sctp.receive(now, association()); next != null; next = sctp.receive(now, association())) {
            if (next instanceof Message m) {
                texts.add(m.streamId() + ":" + m.length() + (m.last() ? "" : "+"));
            }
        }
        return texts;
    }

    /// Notifications that wait; messages among them are lost.
    List<Notification> notifications() {
        List<Notification> all = new ArrayList<>();
        for (Received next = sctp.receive(now, association()); next != null; next = sctp.receive(now, association())) {
            if (next instanceof Notification n) {
                all.add(n);
            }
        }
        return all;
    }

    void shutdown() {
        sctp.shutdown(now, association());
    }

    void abort() {
        sctp.abort(now, association());
    }

    // ---- what the peer sends
    // -----------------------------------------------------------------------------------

    SctpChunk.Init init() {
        return init(peerAddresses());
    }

    /// The same with other parameters.
    SctpChunk.Init init(List<SctpParameter> parameters) {
        return init(peerTag, 100_000, 10, 10, parameters);
    }

    SctpChunk.Init init(long tag, long rwnd, int out, int in, List<SctpParameter> parameters) {
        return new SctpChunk.Init(SctpChunks.INIT, 0, tag, rwnd, out, in, PEER_BASE + 1 & 0xffff_ffffL, parameters);
    }

    SctpChunk.Init initAck(SctpParameter... parameters) {
        List<SctpParameter> all = new ArrayList<>(peerAddresses());
        all.add(SctpParameter.stateCookie(new byte[8]));
        all.addAll(Arrays.asList(parameters));
        return initAck(100_000, 10, 10, all);
    }

    SctpChunk.Init initAck(long rwnd, int out, int in, List<SctpParameter> parameters) {
        return new SctpChunk.Init(
                SctpChunks.INIT_ACK, 0, peerTag, rwnd, out, in, PEER_BASE + 1 & 0xffff_ffffL, parameters);
    }

    /// The peer's addresses as parameters, if it has several.
    List<SctpParameter> peerAddresses() {
        return peers.size() < 2
                ? List.of()
                : peers.stream()
                        .map(a -> (SctpParameter) new SctpParameter.Address(a))
                        .collect(Collectors.toList());
    }

    SctpChunk cookieEcho() {
        return new SctpChunk.Opaque(SctpChunks.COOKIE_ECHO, 0, Octets.of(cookie));
    }

    static SctpChunk cookieAck() {
        return new SctpChunk.Bare(SctpChunks.COOKIE_ACK, 0);
    }

    /// A whole message of `n` bytes.
    SctpChunk data(long tsn, int streamId, int ssn, int n) {
        return data("BE", tsn, streamId, ssn, n);
    }

    /// @param flags letters of I, U, B, E
    SctpChunk data(String flags, long tsn, int streamId, int ssn, int n) {
        int bits = (flags.contains("B") ? SctpDataHeader.B : 0)
                | (flags.contains("E") ? SctpDataHeader.E : 0)
                | (flags.contains("U") ? SctpDataHeader.U : 0)
                | (flags.contains("I") ? SctpDataHeader.I : 0);
        return new SctpChunk.Data(bits, peerTsn(tsn), streamId, ssn, 0, Octets.of(content(n)));
    }

    /// A SACK: `sack(1, 100_000, 2, 3)` acknowledges TSN 1, and 3 to 4 in a gap ack block.
    SctpChunk sack(long cumulative, long rwnd, int... gaps) {
        List<SctpChunk.Sack.Gap> blocks = new ArrayList<>();
        for (int i = 0; i < gaps.length; i += 2) {
            blocks.add(new SctpChunk.Sack.Gap(gaps[i], gaps[i + 1]));
        }
        return new SctpChunk.Sack(0, ownTsn(cumulative), rwnd, blocks, List.of());
    }

    SctpChunk shutdownChunk(long cumulative) {
        return new SctpChunk.Tsn(SctpChunks.SHUTDOWN, 0, ownTsn(cumulative));
    }

    static SctpChunk bare(int type) {
        return new SctpChunk.Bare(type, 0);
    }

    static SctpChunk abortChunk(SctpCause... causes) {
        return new SctpChunk.Failure(SctpChunks.ABORT, 0, List.of(causes));
    }

    static SctpChunk error(SctpCause... causes) {
        return new SctpChunk.Failure(SctpChunks.ERROR, 0, List.of(causes));
    }

    /// The answer to a HEARTBEAT of the host.
    static SctpChunk heartbeatAck(Departed heartbeat) {
        var chunk = (SctpChunk.Parameters) heartbeat.packet().chunks().getFirst();
        return new SctpChunk.Parameters(SctpChunks.HEARTBEAT_ACK, 0, chunk.parameters());
    }

    long peerTsn(long relative) {
        return PEER_BASE + relative & 0xffff_ffffL;
    }

    long ownTsn(long relative) {
        return hostTsn - 1 + relative & 0xffff_ffffL;
    }

    /// The peer sends a packet with these chunks, by the first path.
    void in(SctpChunk... chunks) {
        inFrom(0, chunks);
    }

    /// The same by another path.
    void inFrom(int path, SctpChunk... chunks) {
        boolean init = chunks[0].type() == SctpChunks.INIT;
        inject(path, init ? 0 : hostTag, chunks);
    }

    /// The same with a verification tag.
    void inject(int path, long tag, SctpChunk... chunks) {
        arrive(path, SctpPacket.of(PEER_PORT, HOST_PORT, tag, chunks).emit());
        poll();
    }

    void arrive(int path, byte[] bytes) {
        Packet packet = pool.take(bytes.length);
        System.arraycopy(bytes, 0, packet.bytes, packet.at, bytes.length);
        packet.end = packet.at + bytes.length;
        packet.transportAt = packet.at;
        packet.protocol = IpProtocol.SCTP;
        packet.trafficClass = arrivingTrafficClass;
        packet.encapsulationPort = peerUdpPort;
        packet.sourceHigh = peers.get(path).high();
        packet.sourceLow = peers.get(path).low();
        packet.destinationHigh = own.get(path).high();
        packet.destinationLow = own.get(path).low();
        sctp.input(now, packet);
    }

    /// An ICMP error about a packet of the host.
    void icmp(int path, NetworkError.Kind kind, int mtu, byte[] quoted) {
        var error = new NetworkError(kind, own.get(path), peers.get(path), mtu, peers.get(path));
        sctp.onNetworkError(now, error, quoted, 0, quoted.length);
        poll();
    }

    // ---- what the host sends
    // -----------------------------------------------------------------------------------

    /// The host must have sent a packet with exactly these chunks next.
    void out(String... chunks) {
        Departed departed = next();
        matches(departed, chunks);
    }

    /// The same by a certain path.
    void outTo(int path, String... chunks) {
        Departed departed = next();
        matches(departed, chunks);
        assertThat(departed.path()).as("path of %s", text(departed.packet())).isEqualTo(path);
    }

    private void matches(Departed departed, String... chunks) {
        String wanted = "sctp: " + String.join("; ", chunks);
        String regex = Arrays.stream(wanted.split(Pattern.quote("..."), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        assertThat(text(departed.packet())).matches(Pattern.compile(regex, Pattern.DOTALL));
    }

    /// The host must have sent nothing more.
    void nothing() {
        poll();
        assertThat(sent.stream().map(d -> text(d.packet())))
                .as("nothing to be sent")
                .isEmpty();
    }

    /// The next packet that the host sent, whatever it is.
    Departed next() {
        poll();
        assertThat(sent).as("a packet to be sent").isNotEmpty();
        return sent.remove();
    }

    /// Packets that the host sent and nobody looked at.
    int pending() {
        poll();
        return sent.size();
    }

    /// Forgets what was sent.
    void ignore() {
        poll();
        sent.clear();
    }

    /// Lets time pass, in milliseconds, ticking and polling at each deadline on the way.
    void after(double millis) {
        long until = now + (long) (millis * Time.MILLISECOND);
        poll();
        while (sctp.deadline() <= until) {
            now = Math.max(now, sctp.deadline());
            sctp.tick(now);
            poll();
        }
        now = until;
    }

    AssociationState.Name state() {
        return association().stateName();
    }

    SctpInfo info() {
        return sctp.info(now, association());
    }

    SctpInfo.PathInfo path(int index) {
        return info().paths().get(index);
    }

    long dropped(Drop reason) {
        return context.counters().get(reason);
    }

    long count(Counter counter) {
        return context.counters().get(counter);
    }

    static byte[] content(int n) {
        byte[] data = new byte[n];
        for (int i = 0; i < n; i++) {
            data[i] = (byte) (i * 31 + 7);
        }
        return data;
    }

    String text(SctpPacket packet) {
        return packet.text(hostTsn - 1, PEER_BASE);
    }

    private void poll() {
        var out = new TxBatch(64);
        boolean more;
        do {
            network.sent.clear();
            more = sctp.poll(now, out);
            for (SctpNetwork.Sent each : network.sent) {
                take(each);
            }
            out.releaseAll();
        } while (more);
        for (SignalSource source = context.signals().next();
                source != null;
                source = context.signals().next()) {
            signals |= source.takeSignals();
        }
        assertThat(pool.outstanding()).as("packets held").isZero();
    }

    private void take(SctpNetwork.Sent each) {
        Packet p = each.packet();
        int udpPort = 0;
        if (each.protocol() == IpProtocol.UDP) {
            assertThat(UdpHeader.check(p.bytes, p.at, p.end).ok()).isTrue();
            assertThat(UdpHeader.length(p.bytes, p.at)).isEqualTo(p.length());
            assertThat(UdpHeader.sourcePort(p.bytes, p.at)).isEqualTo(OWN_UDP_PORT);
            assertThat(UdpHeader.checksumOk(
                            p.bytes,
                            p.at,
                            InternetChecksum.pseudo(
                                    each.source().high(),
                                    each.source().low(),
                                    each.destination().high(),
                                    each.destination().low(),
                                    IpProtocol.UDP,
                                    p.length())))
                    .as("UDP checksum")
                    .isTrue();
            udpPort = UdpHeader.destinationPort(p.bytes, p.at);
            p.at += UdpHeader.LENGTH;
        }
        boolean without = config.features().zeroChecksum() && SctpHeader.checksum(p.bytes, p.at) == 0;
        assertThat(without || SctpHeader.checksumOk(p.bytes, p.at, p.end, new Crc32c()))
                .as("checksum")
                .isTrue();
        withoutChecksum += without ? 1 : 0;
        SctpPacket packet = SctpPacket.parse(p.bytes, p.at, p.end);
        if (packet.chunks().getFirst() instanceof SctpChunk.Init init) {
            hostTag = init.tag();
            hostTsn = init.tsn();
            for (SctpParameter parameter : init.parameters()) {
                if (parameter instanceof SctpParameter.Opaque opaque && opaque.type() == SctpParameters.STATE_COOKIE) {
                    cookie = opaque.value().toArray();
                }
            }
        }
        sent.add(new Departed(
                packet, peers.indexOf(each.destination()), each.trafficClass(), each.dontFragment(), udpPort));
    }
}
