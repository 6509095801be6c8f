package io.towpath.tcp.machine;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.DeadlineQueue;
import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Network;
import io.towpath.core.PortTable;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.tcp.BoundPorts;
import io.towpath.tcp.ConnectionTable;
import io.towpath.tcp.ReadyQueue;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.auth.Signatures;
import io.towpath.tcp.close.Orphans;
import io.towpath.tcp.close.TimeWait;
import io.towpath.tcp.close.TimeWaitTable;
import io.towpath.tcp.listen.FastOpen;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.listen.InitialSequence;
import io.towpath.tcp.listen.Listeners;
import io.towpath.tcp.listen.SynCookies;
import io.towpath.tcp.option.Negotiation;
import io.towpath.tcp.segment.ChallengeAcks;
import io.towpath.tcp.segment.Replies;
import io.towpath.tcp.segment.SegmentWriter;
import io.towpath.tcp.segment.Transmission;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// What the three files of the machine share: the tables of one host, and the few acts that several of them need.
public final class Engine {
    final Context context;
    final Network network;
    final ConnectionTable table;
    final Listeners listeners = new Listeners();
    final BoundPorts bound = new BoundPorts();
    final ReadyQueue ready = new ReadyQueue();
    final DeadlineQueue<SocketPair> deadlines = new DeadlineQueue<>();
    final TimeWaitTable timeWaits = new TimeWaitTable();
    final Orphans orphans = new Orphans();
    final PortTable ports;
    final InitialSequence initialSequence;
    final SynCookies synCookies;
    final FastOpenClient fastOpen;
    final ListenerClosing listenerClosing = new ListenerClosing(this);
    final ChallengeAcks challengeAcks;
    final Signatures signatures;
    final Replies replies;
    final SegmentWriter writer;
    final Transmission transmission;
    final QuietTime quietTime = new QuietTime();
    private long lastId;

    /// An engine without connections.
    public Engine(Context context, Network network) {
        Entropy entropy = context.entropy();
        this.context = context;
        this.network = network;
        this.table = new ConnectionTable(entropy.split("tcp.table"));
        this.ports = new PortTable(entropy.split("tcp.ports"));
        this.initialSequence = new InitialSequence(entropy.split("tcp.isn"));
        this.synCookies = new SynCookies(entropy.split("tcp.cookies"));
        this.fastOpen = new FastOpenClient(this);
        this.challengeAcks = new ChallengeAcks(context, entropy.split("tcp.challenge"));
        this.signatures = new Signatures(context);
        this.replies = new Replies(context, network, signatures);
        this.writer = new SegmentWriter(context, network, signatures);
        this.transmission = new Transmission(context, writer);
    }

    /// All rows.
    public ConnectionTable table() {
        return table;
    }

    /// The ports of this host, for whoever else uses some of them.
    public PortTable portTable() {
        return ports;
    }

    /// All listeners.
    public Listeners listeners() {
        return listeners;
    }

    /// Ports taken by sockets that are neither connected nor listening yet.
    public BoundPorts bound() {
        return bound;
    }

    /// What signs and judges the segments of peers with keys.
    public Signatures signatures() {
        return signatures;
    }

    /// TIME-WAIT rows.
    public TimeWaitTable timeWaits() {
        return timeWaits;
    }

    /// Connections whose user is gone.
    public Orphans orphans() {
        return orphans;
    }

    /// Whether the host still keeps quiet after its start.
    public QuietTime quietTime() {
        return quietTime;
    }

    /// A new row number.
    long nextId() {
        return ++lastId;
    }

    /// `row` has something to say at the next poll.
    void ready(SocketPair row) {
        ready.add(row);
    }

    /// The deadline of `row` may have changed.
    void schedule(SocketPair row) {
        deadlines.update(row);
    }

    /// The route of a connection, looked up anew when it went stale; and the segment size that follows from it.
    void refresh(long now, TcpConnection c) {
        if (c.route.isStale()) {
            Route route = network.route(c.localAddress(), c.remoteAddress());
            if (route != null) {
                c.route = route;
            }
        }
        if (c.mssMtu != c.mtuProbes.mtu(c)) {
            updateMss(now, c);
        }
    }

    /// RFC 9293 §3.7.1: "Eff.snd.MSS = min(SendMSS+20, MMS_S) - TCPhdrsize - IPoptionsize", with the
    /// options of every segment counted in TCPhdrsize.
    void updateMss(long now, TcpConnection c) {
        int before = c.mss;
        c.mssMtu = c.mtuProbes.mtu(c);
        int most = c.mssMtu - c.route.headerBytes() - TcpHeader.LENGTH;
        if (c.config().mss() > 0) {
            most = Math.min(most, c.config().mss());
        }
        int options = SegmentWriter.optionBytes(c)
                + c.config().conditions().headerBytes(c.route.source().isIp4());
        c.mss = Math.max(8, Math.min(c.options.peerMss, most) - options);
        if (before == 0 || before == c.mss) {
            return;
        }
        c.congestion.onMss(c.mss);
        if (c.mss < before && !c.flight.isEmpty()) {
            // What is in flight was cut for the larger size: it did not get through (RFC 1191 §6.4), which is no
            // sign of congestion.
            c.mtuProbes.forget();
            c.flight.resegment(c.mss);
            c.flight.markAllLost();
            ready(c);
        }
    }

    /// Sizes the first flight: the options are agreed on.
    void begin(long now, TcpConnection c) {
        c.mtuProbes.start(c);
        updateMss(now, c);
        // RFC 6928 §2: min (10*MSS, max (2*MSS, 14600)); RFC 5681 §3.1: one segment after a lost SYN.
        long segments = c.config().initialWindowSegments();
        long window = c.synLost ? c.mss : Math.min(segments * c.mss, Math.max(2L * c.mss, 1460 * segments));
        c.congestion.start(c.mss, window);
    }

    /// Starts the data phase: both SYNs are known and acknowledged.
    void start(long now, TcpConnection c) {
        if (c.fastOpen == null || !c.fastOpen.isPassive() || c.synLost) {
            begin(now, c);
        }
        c.heardAt = now;
        c.accounts.openedAt = now;
        c.ecn.tellAgreed(now, context, c);
        c.timers.stop(TcpTimer.RETRANSMIT);
        c.timers.stop(TcpTimer.USER_TIMEOUT);
        if (c.fastOpen != null) {
            goOn(now, c, c.fastOpen);
        }
        IdleBuffers.watch(now, c);
        if (c.config().keepAlive()) {
            c.timers.set(TcpTimer.KEEPALIVE, Time.after(now, c.config().keepAliveIdleNanos()));
        }
        ready(c);
        schedule(c);
    }

    /// A connection that was open before its handshake was complete may have something in flight already. When the
    /// SYN-ACK was lost, so was all that, since a peer in SYN-SENT takes nothing else.
    private static void goOn(long now, TcpConnection c, FastOpen fastOpen) {
        fastOpen.onEnd(now, false);
        // What the user took meanwhile was no news; a peer that the SYN-ACK left no room must hear of it now.
        if (c.rcv.wnd() < 2L * c.rcv.mss() && c.rcv.isUpdateDue(c.rcv.mss())) {
            c.acks.demandUpdate();
        }
        if (c.flight.isEmpty()) {
            return;
        }
        if (c.synLost) {
            c.flight.markAllLost();
        }
        c.timers.set(TcpTimer.RETRANSMIT, Time.after(now, c.rtt.rto()));
        c.timers.set(TcpTimer.USER_TIMEOUT, Time.after(now, c.userTimeoutNanos));
    }

    /// A new connection row; the caller adds it to the table.
    TcpConnection connection(
            long id, SocketPairKey key, TcpConfig config, Route route, TcpState state, long iss, Negotiation options) {
        int clock = initialSequence.clockOffset(key.localHigh(), key.localLow(), key.remoteHigh(), key.remoteLow());
        return new TcpConnection(
                id,
                key.localHigh(),
                key.localLow(),
                key.localPort(),
                key.remoteHigh(),
                key.remoteLow(),
                key.remotePort(),
                config,
                route,
                state,
                iss,
                options,
                clock);
    }

    /// The end of a connection: out of the tables, and its user is told.
    ///
    /// @param error why; null when it was closed in order
    void end(long now, TcpConnection c, @Nullable TcpError error, String reason) {
        if (c.isDead()) {
            return;
        }
        if (!c.state().isSynchronized()) {
            context.counters().count(Counter.TCP_OPEN_FAILURES);
        }
        c.fail(error);
        c.become(now, TcpState.CLOSED, context, reason);
        forget(c);
        if (c.fastOpen != null) {
            c.fastOpen.onEnd(now, error == TcpError.RESET);
        }
        TcpListener listener = c.listener;
        if (listener != null && !listener.config().opening().acceptDead()) {
            listener.withdraw(c);
            c.listener = null;
        }
        c.tell(context, Signals.CLOSED | Signals.READABLE | Signals.WRITABLE);
    }

    /// Takes a row out of all tables.
    void forget(SocketPair row) {
        table.remove(row);
        deadlines.remove(row);
        if (row instanceof TimeWait ended) {
            timeWaits.remove(ended);
        } else if (row instanceof HalfOpen half) {
            half.end();
            half.listener.synQueue().remove(half);
        } else if (row instanceof TcpConnection c) {
            orphans.remove(c);
        }
    }

    /// Sends a RST with the next poll and ends the connection.
    void reset(long now, TcpConnection c, @Nullable TcpError error, String reason) {
        if (c.isDead()) {
            return;
        }
        replies.resetOf(now, c);
        end(now, c, error, reason);
    }

    /// RFC 9293 §3.6.1: both FINs are sent and ours is acknowledged. The connection shrinks to a row.
    void enterTimeWait(long now, TcpConnection c, String reason) {
        c.become(now, TcpState.TIME_WAIT, context, reason);
        boolean ackDue = c.acks.isDue() || c.acks.isOwed();
        context.counters().count(Counter.TCP_TIME_WAIT);
        table.remove(c);
        deadlines.remove(c);
        orphans.remove(c);
        TimeWait row = new TimeWait(c, Time.after(now, c.config().timeWaitNanos()));
        table.add(row);
        deadlines.update(row);
        TimeWait oldest = timeWaits.add(row);
        if (oldest != null) {
            context.counters().count(Counter.TCP_TIME_WAIT_REUSED);
            endTimeWait(now, oldest, "too many in TIME-WAIT");
        }
        if (ackDue) {
            acknowledge(now, row);
        }
        c.tell(context, Signals.CLOSED | Signals.READABLE);
    }

    /// An ACK from a TIME-WAIT row.
    void acknowledge(long now, TimeWait row) {
        replies.acknowledge(row, row.sndNxt, row.rcvNxt, row.window, row.timestamps, row.tsOffset, row.tsRecent, now);
    }

    /// The end of a TIME-WAIT row.
    void endTimeWait(long now, TimeWait row, String reason) {
        forget(row);
        tellState(now, row, TcpState.TIME_WAIT, TcpState.CLOSED, reason);
    }

    /// Tells the state change of a row that is no connection.
    void tellState(long now, SocketPair row, TcpState from, TcpState to, String reason) {
        assert from.mayBecome(to) : from + " to " + to;
        if (context.events().wants(Event.Kind.TCP_STATE)) {
            context.events()
                    .emit(new TcpEvent.StateChanged(now, row.id(), row.local(), row.remote(), from, to, reason));
        }
    }

    /// Tells that a buffer grows.
    void tellGrowth(long now, TcpConnection c, boolean receiving, int before, int after) {
        if (receiving) {
            c.accounts.receiveGrowths++;
        } else {
            c.accounts.sendGrowths++;
        }
        if (context.events().wants(Event.Kind.TCP_BUFFER)) {
            context.events().emit(new TcpEvent.BufferGrown(now, c.id(), receiving, before, after));
        }
    }

    /// The earliest deadline of any row.
    public long earliest() {
        return deadlines.earliest();
    }

    /// A row whose deadline has come, null when there is none.
    public @Nullable SocketPair pollDue(long now) {
        return deadlines.pollDue(now);
    }

    /// Lets every ready row say what it has to say, in turn, while `out` has room.
    ///
    /// @return true when some have more to say
    public boolean poll(long now, RowArrival rows, TxBatch out) {
        replies.poll(now, out);
        boolean more = rows.cookies().poll(now, out) | listenerClosing.run(now);
        while (!out.isFull()) {
            SocketPair row = ready.poll();
            if (row == null) {
                break;
            }
            if (row instanceof TcpConnection c && !c.isDead()) {
                refresh(now, c);
                if (transmission.run(now, c, out)) {
                    if (transmission.isTurnOver()) {
                        ready.add(c);
                    } else {
                        ready.addFirst(c);
                    }
                }
                deadlines.update(c);
            } else if (row instanceof HalfOpen half && half.isAlive()) {
                rows.poll(now, half, out);
            }
        }
        return more || !ready.isEmpty() || !replies.isEmpty();
    }

    /// Demands a challenge ACK (RFC 5961), if the limit allows one.
    void challenge(long now, TcpConnection c) {
        if (challengeAcks.allow(now)) {
            c.challenge = true;
            c.acks.demand();
            ready(c);
        }
    }

    /// Addresses and ports of a row to be made.
    ///
    /// @param localHigh own address, upper half
    /// @param localLow own address, lower half
    /// @param localPort own port
    /// @param remoteHigh the peer's address, upper half
    /// @param remoteLow the peer's address, lower half
    /// @param remotePort the peer's port
    record SocketPairKey(
            long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        static SocketPairKey of(SocketPair row) {
            return new SocketPairKey(
                    row.localHigh(),
                    row.localLow(),
                    row.localPort(),
                    row.remoteHigh(),
                    row.remoteLow(),
                    row.remotePort());
        }
    }
}
