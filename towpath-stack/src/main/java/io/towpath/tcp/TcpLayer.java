package io.towpath.tcp;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.PortTable;
import io.towpath.core.Transport;
import io.towpath.core.TxBatch;
import io.towpath.tcp.close.TimeWait;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.TimeoutAction;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.machine.Engine;
import io.towpath.tcp.machine.NetworkErrors;
import io.towpath.tcp.machine.RowArrival;
import io.towpath.tcp.machine.SegmentArrival;
import io.towpath.tcp.machine.Timeouts;
import io.towpath.tcp.machine.UserCalls;
import io.towpath.tcp.segment.Segment;
import io.towpath.tcp.segment.SegmentRun;
import io.towpath.wire.Endpoint;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Malformed;
import io.towpath.wire.TcpHeader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// TCP of one host: the user's calls, and the engine as its stack drives it. Belongs to the stack's owner; only the
/// rings of a connection may be touched from elsewhere.
public final class TcpLayer implements Transport {
    private final Context context;
    private final Network network;
    private final TcpConfig defaults;
    private final Engine engine;
    private final UserCalls calls;
    private final SegmentArrival arrival;
    private final RowArrival rows;
    private final Timeouts timeouts;
    private final NetworkErrors errors;
    private final Segment segment = new Segment();
    private final SegmentRun run = new SegmentRun(segment);

    /// An engine without connections, whose connections are configured by `defaults` unless told otherwise.
    public TcpLayer(Context context, Network network, TcpConfig defaults) {
        this.context = context;
        this.network = network;
        this.defaults = defaults;
        this.engine = new Engine(context, network);
        this.calls = new UserCalls(engine);
        this.arrival = new SegmentArrival(engine);
        this.rows = new RowArrival(engine, arrival);
        this.timeouts = new Timeouts(engine);
        this.errors = new NetworkErrors(engine);
    }

    /// The configuration of connections that bring none of their own.
    public TcpConfig defaults() {
        return defaults;
    }

    /// Passive OPEN.
    ///
    /// @param local address to listen on, null for all
    /// @param port 1 to 65535, or 0 to choose one
    /// @param backlog how many connections may wait to be accepted, at least 1
    /// @throws IllegalArgumentException if `port` is none
    public TcpListener.Result listen(long now, @Nullable IpAddress local, int port, int backlog, TcpConfig config) {
        return listen(now, local, port, null, backlog, config);
    }

    /// Passive OPEN, fully specified when it names the peer: then it takes connections of that socket only, and
    /// other listeners may share the port.
    ///
    /// @param remote the only peer, with its port; null for everybody
    /// @throws IllegalArgumentException if `port` is none, or the peer is a group or names no port
    public TcpListener.Result listen(
            long now, @Nullable IpAddress local, int port, @Nullable Endpoint remote, int backlog, TcpConfig config) {
        PortTable.check(port);
        if (remote != null && (remote.port() == 0 || UserCalls.isNobody(remote.address()))) {
            throw new IllegalArgumentException("not a peer: " + remote);
        }
        if (local != null && !network.isLocal(local.high(), local.low())) {
            return new TcpListener.Failed(TcpError.ADDRESS_NOT_AVAILABLE);
        }
        if (port != 0
                && (engine.portTable().isClaimed(local, port)
                        || engine.listeners().isTaken(local, port, remote)
                        || engine.bound().isTaken(local, port, true))) {
            return new TcpListener.Failed(TcpError.ADDRESS_IN_USE);
        }
        TcpListener listener = calls.listen(
                local, port, chosen -> new TcpListener(local, chosen, remote, Math.max(1, backlog), config));
        return listener == null ? new TcpListener.Failed(TcpError.NO_PORTS) : new TcpListener.Listening(listener);
    }

    /// The ports of this host, for whoever else uses some of them.
    public PortTable portTable() {
        return engine.portTable();
    }

    /// Whether a connection, a listener or a bound socket takes segments from the remote socket to the local one.
    public boolean isUsed(
            long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        return engine.table().find(localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort) != null
                || engine.listeners().isUsed(IpAddress.of(localHigh, localLow), localPort)
                || engine.bound().isTaken(IpAddress.of(localHigh, localLow), localPort, false);
    }

    /// Active OPEN. The signals of the connection tell how it goes on.
    ///
    /// @param local own address, null to let the route choose
    /// @param localPort own port, 0 to choose one
    /// @throws IllegalArgumentException if one of the ports is none
    public TcpConnection.Result connect(
            long now, @Nullable IpAddress local, int localPort, IpAddress remote, int remotePort, TcpConfig config) {
        PortTable.check(localPort);
        PortTable.check(remotePort);
        return calls.connect(now, local, localPort, remote, remotePort, config, false);
    }

    /// Active OPEN with data (RFC 9293 §3.9.1.1): as much of `data[at..at+length)` as the send buffer takes is
    /// sent as soon as it may be: with the SYN when [TcpConfig#fastOpen()] says so and the server gave a cookie
    /// (RFC 7413), else behind the handshake. With Fast Open and without a cookie the SYN asks for one, also
    /// when `length` is 0. The tail of the send ring tells how much was taken.
    ///
    /// @param local own address, null to let the route choose
    /// @param localPort own port, 0 to choose one
    /// @throws IllegalArgumentException if one of the ports is none
    public TcpConnection.Result connect(
            long now,
            @Nullable IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            TcpConfig config,
            byte[] data,
            int at,
            int length) {
        PortTable.check(localPort);
        PortTable.check(remotePort);
        var result = calls.connect(now, local, localPort, remote, remotePort, config, true);
        if (result instanceof TcpConnection.Opened(TcpConnection connection)) {
            var ring = connection.sendRing();
            ring.write(data, at, Math.min(length, ring.writable()));
        }
        return result;
    }

    /// How much data the SYN of a connection to `remote` would carry if it were opened with data now, in bytes; 0 when
    /// its server gave no Fast Open cookie yet.
    public int fastOpenRoom(long now, @Nullable IpAddress local, IpAddress remote, TcpConfig config) {
        return calls.fastOpenRoom(now, local, remote, config);
    }

    /// Forgets all Fast Open cookies that servers gave, and what else is known of them.
    public void forgetFastOpen() {
        calls.forgetFastOpen();
    }

    /// The connection that waited longest to be accepted, null when there is none. Its signals begin now.
    public @Nullable TcpConnection accept(long now, TcpListener listener) {
        return calls.accept(listener);
    }

    /// SEND: the user put bytes into the send ring.
    public void written(long now, TcpConnection c) {
        calls.written(now, c);
    }

    /// SEND without PUSH: the last `n` bytes written may wait for company, and leave in full segments, or when
    /// the next [#written] pushes, or when the override time of 0.2 s has passed (RFC 9293 §3.9.1.2).
    public void writtenToWait(long now, TcpConnection c, int n) {
        calls.writtenToWait(c, n);
    }

    /// Acknowledges what waits for it at once, and what follows as long as quick acknowledgments are left
    /// ([io.towpath.tcp.config.ReceiveConfig#quickAcks()]); or else lets acknowledgments wait for answers
    /// again.
    public void quickAck(long now, TcpConnection c, boolean on) {
        calls.quickAck(c, on);
    }

    /// SEND of a record: the last byte written so far is its last, and no segment holds that and what is
    /// written from now on. To be called before [#written].
    ///
    /// As all calls here it is for the thread that drives the host. Unlike the send ring, into which another
    /// thread may write meanwhile, the ends of records are the engine's own: a user on another thread has to hand
    /// both the end and the word that something was written to the driving thread, and to write nothing of the
    /// next record before that was done.
    public void endRecord(long now, TcpConnection c) {
        calls.endRecord(c);
    }

    /// Holds incomplete segments back from now on, or lets them go: what is written while it is on counts as
    /// not pushed.
    public void cork(long now, TcpConnection c, boolean on) {
        calls.cork(c, on);
    }

    /// SEND with the urgent flag: the last byte written so far ends urgent data (RFC 6093).
    public void sendUrgent(long now, TcpConnection c) {
        calls.sendUrgent(now, c);
    }

    /// RECEIVE: the user took bytes out of the receive ring.
    public void consumed(long now, TcpConnection c) {
        calls.consumed(now, c);
    }

    /// Changes the settings of an open connection. Buffers, Nagle, keep-alive, timeouts and what is written into
    /// headers take effect at once; what the SYNs agreed on and the choice of congestion control stay.
    public void configure(long now, TcpConnection c, TcpConfig config) {
        calls.configure(now, c, config);
    }

    /// Signs what leaves under the key with this KeyID from now on, until the peer asks for another (RFC 5925
    /// §7.1). Which keys there are, and which one the peer is asked for, the settings say: [#configure].
    ///
    /// @param keyId a SendID, 0 to 255
    /// @return false when there is no such key, or the connection does not use the authentication option
    public boolean signUnder(long now, TcpConnection c, int keyId) {
        return calls.signUnder(now, c, keyId);
    }

    /// Changes the settings of a listener, for the connections that come from now on.
    public void configure(TcpListener listener, TcpConfig config) {
        listener.config(config);
    }

    /// Takes a local address and port for a connection or a listener that comes later (a socket is bound before it
    /// is connected).
    ///
    /// @param local own address, null for all
    /// @param port 1 to 65535, or 0 to choose one
    /// @param shared true when others that say so too may have the same port, and connections of before as well
    ///     (`SO_REUSEADDR`)
    /// @throws IllegalArgumentException if `port` is none
    public BoundPorts.Result bind(long now, @Nullable IpAddress local, int port, boolean shared) {
        PortTable.check(port);
        if (local != null && !network.isLocal(local.high(), local.low())) {
            return new BoundPorts.Failed(TcpError.ADDRESS_NOT_AVAILABLE);
        }
        return calls.bind(local, port, shared);
    }

    /// Gives back what [#bind] took. Idempotent.
    public void unbind(BoundPorts.Bound bound) {
        engine.bound().remove(bound);
    }

    /// ALLOCATE: the user will take `n` bytes more than were delivered or allocated so far. From the first call
    /// on the window offered is at most what was allocated; until then the receive buffer alone bounds it. What
    /// was offered before stays offered.
    ///
    /// @throws IllegalArgumentException if `n` is negative
    public void allocate(long now, TcpConnection c, int n) {
        if (n < 0) {
            throw new IllegalArgumentException("cannot allocate " + n + " bytes");
        }
        calls.allocate(now, c, n);
    }

    /// Changes the user timeout of one connection, and what it does (RFC 9293 §3.9.1.2). A timeout that runs
    /// ends earlier or later by the difference.
    ///
    /// @param nanos at least 1; [io.towpath.core.Time#NEVER] for none
    public void userTimeout(long now, TcpConnection c, long nanos, TimeoutAction action) {
        calls.userTimeout(now, c, nanos, action);
    }

    /// Turns a fully specified passive OPEN into an active one (RFC 9293 §3.10.1, LISTEN). The listener is
    /// closed.
    ///
    /// @throws IllegalArgumentException if the listener names no peer
    public TcpConnection.Result activate(long now, TcpListener listener) {
        if (listener.remote() == null) {
            throw new IllegalArgumentException("remote socket unspecified");
        }
        return calls.activate(now, listener);
    }

    /// Turns the Nagle algorithm off or on for one connection (RFC 9293 §3.7.4, MUST-17). Off lets what waits leave.
    public void noDelay(long now, TcpConnection c, boolean off) {
        c.noDelay = off;
        calls.written(now, c);
    }

    /// CLOSE by a user who reads no more either: data that comes from now on is lost, and a RST says so (RFC
    /// 9293 §3.6, SHLD-3). He keeps the connection, unlike with [#release], and may wait for its end as long as
    /// he likes.
    public void finish(long now, TcpConnection c) {
        calls.finish(now, c);
    }

    /// CLOSE: no more to send; what is in the send ring is still sent, and receiving goes on.
    public void close(long now, TcpConnection c) {
        calls.close(now, c);
    }

    /// The user is gone: closes both ways. With unread data, or when data still comes, the peer gets a RST.
    public void release(long now, TcpConnection c) {
        calls.release(now, c);
    }

    /// ABORT: the peer gets a RST, and what was not sent is lost.
    public void abort(long now, TcpConnection c) {
        calls.abort(now, c);
    }

    /// Closes a listener; connections that nobody accepted are aborted.
    public void close(long now, TcpListener listener) {
        calls.close(now, listener);
    }

    /// STATUS: a snapshot.
    public TcpInfo info(long now, TcpConnection c) {
        boolean synSent = c.state() == TcpState.SYN_SENT;
        return new TcpInfo(
                c.id(),
                c.local(),
                c.remote(),
                c.state(),
                c.error(),
                c.snd.una - c.snd.iss,
                c.snd.nxt - c.snd.iss,
                c.snd.wnd,
                synSent ? 0 : c.rcv.nxt - c.rcv.irs,
                synSent ? 0 : c.rcv.wnd(),
                c.sendRing().readable(),
                c.receiveRing().readable(),
                c.mss,
                c.congestion.name(),
                c.cwnd(),
                c.congestion.ssthresh(),
                c.pipe(),
                c.rtt.srtt(),
                c.rtt.rttvar(),
                c.rtt.minRttOrZero(),
                c.rtt.rto(),
                c.rtt.backoffs(),
                c.recovery.isActive(),
                TcpDetails.of(now, c),
                c.options.timestamps,
                c.options.sack,
                c.options.sendScale,
                c.options.receiveScale,
                c.bytesSent,
                Math.max(0, Math.min(c.snd.una, c.finSequence()) - c.snd.iss - 1),
                Math.max(0, c.rcv.nxt - c.rcv.irs - 1 - (c.rcv.finReached() ? 1 : 0)),
                c.segmentsOut,
                c.segmentsIn,
                c.retransmits,
                c.timeouts,
                c.outOfOrder,
                c.ecn.info(),
                new TcpInfo.RateInfo(
                        c.congestion.phase(),
                        c.flight.rate().rate(),
                        c.flight.rate().isRateApplicationLimited(),
                        c.congestion.pacingRate()),
                c.fastOpen != null && c.fastOpen.acknowledged);
    }

    /// Shows every connection to `each`.
    public void forEach(Consumer<TcpConnection> each) {
        engine.table().forEach(row -> {
            if (row instanceof TcpConnection c) {
                each.accept(c);
            }
        });
    }

    /// Shows every row to `each`: connections, half-open ones and those in TIME-WAIT.
    public void forEachRow(Consumer<SocketPair> each) {
        engine.table().forEach(each);
    }

    /// Shows every listener to `each`.
    public void forEachListener(Consumer<TcpListener> each) {
        engine.listeners().forEach(each);
    }

    /// Rows in TIME-WAIT.
    public int timeWaitCount() {
        return engine.timeWaits().size();
    }

    /// Connections whose user is gone while they still have something to deliver.
    public int orphanCount() {
        return engine.orphans().size();
    }

    /// Bytes of the buffers of those.
    public long orphanBytes() {
        return engine.orphans().bytes();
    }

    /// Rows of any kind.
    public int rowCount() {
        return engine.table().size();
    }

    @Override
    public int protocol() {
        return IpProtocol.TCP;
    }

    @Override
    public void input(long now, Packet packet) {
        engine.quietTime().begin(now);
        Drop drop = arrive(now, packet);
        if (drop == null) {
            packet.release();
        } else {
            context.drop(now, packet, drop);
        }
    }

    private @Nullable Drop arrive(long now, Packet packet) {
        TcpConnection same = run.take(packet);
        if (same != null) {
            context.counters().count(Counter.TCP_IN);
            return arrival.process(now, same, segment);
        }
        run.end();
        byte[] b = packet.bytes;
        int at = packet.at;
        if (TcpHeader.check(b, at, packet.end) != Malformed.NONE) {
            return Drop.BAD_TCP_HEADER;
        }
        if (!packet.checksumVerified && !isChecksumRight(packet)) {
            return Drop.BAD_TCP_CHECKSUM;
        }
        int localPort = TcpHeader.destinationPort(b, at);
        int remotePort = TcpHeader.sourcePort(b, at);
        // RFC 9293 §3.9.2.3 MUST-57: "A TCP implementation MUST silently discard an incoming SYN segment that is
        // addressed to a broadcast or multicast address"; no other segment can mean anything there either.
        if (packet.toGroup || localPort == 0 || remotePort == 0) {
            return Drop.TCP_BAD_ADDRESS;
        }
        segment.read(packet);
        context.counters().count(Counter.TCP_IN, segment.wireSegments);
        SocketPair row = engine.table()
                .find(
                        packet.destinationHigh,
                        packet.destinationLow,
                        localPort,
                        packet.sourceHigh,
                        packet.sourceLow,
                        remotePort);
        // A SYN for a row in TIME-WAIT may begin another connection: the listener has the say.
        boolean again = row instanceof TimeWait && segment.has(TcpHeader.SYN) && !segment.has(TcpHeader.ACK);
        Drop forged = row == null || again ? null : engine.signatures().judge(now, row, packet, segment);
        if (forged != null) {
            return engine.signatures().tellRefused(now, row, forged);
        }
        boolean synFin = segment.has(TcpHeader.SYN) && segment.has(TcpHeader.FIN);
        if (synFin && row != null && row.config().dropSynFin()) {
            return Drop.TCP_BAD_SYN;
        }
        if (row instanceof TcpConnection c) {
            run.begin(packet, c);
            return arrival.process(now, c, segment);
        }
        if (row instanceof HalfOpen half) {
            return rows.halfOpen(now, half, segment, packet);
        }
        TcpListener listener = engine.listeners()
                .find(
                        packet.destinationHigh,
                        packet.destinationLow,
                        localPort,
                        packet.sourceHigh,
                        packet.sourceLow,
                        remotePort);
        if (row == null || again) {
            AuthConfig keys = (listener == null ? defaults : listener.config()).authentication();
            boolean handshake = listener != null && listener.hasCookiesOut(now);
            forged = row != null && listener == null
                    ? engine.signatures().judge(now, row, packet, segment)
                    : engine.signatures().judge(keys, handshake, packet, segment);
            if (forged != null) {
                return engine.signatures().tellRefused(now, row, forged);
            }
        }
        if (synFin && listener != null && listener.config().dropSynFin()) {
            return Drop.TCP_BAD_SYN;
        }
        if (row instanceof TimeWait waiting) {
            return rows.timeWait(now, waiting, segment, packet, listener);
        }
        return listener == null ? rows.closed(segment, packet) : rows.listen(now, listener, segment, packet);
    }

    private static boolean isChecksumRight(Packet packet) {
        long pseudo = InternetChecksum.pseudo(
                packet.sourceHigh,
                packet.sourceLow,
                packet.destinationHigh,
                packet.destinationLow,
                IpProtocol.TCP,
                packet.length());
        return TcpHeader.checksumOk(packet.bytes, packet.at, packet.end, pseudo);
    }

    @Override
    public void onNetworkError(long now, NetworkError error, byte[] quoted, int at, int end) {
        errors.on(now, error, quoted, at, end);
    }

    @Override
    public long deadline() {
        return engine.earliest();
    }

    @Override
    public void tick(long now) {
        engine.quietTime().begin(now);
        for (SocketPair row = engine.pollDue(now); row != null; row = engine.pollDue(now)) {
            timeouts.on(now, row);
        }
    }

    @Override
    public boolean poll(long now, TxBatch out) {
        return engine.poll(now, rows, out);
    }
}
