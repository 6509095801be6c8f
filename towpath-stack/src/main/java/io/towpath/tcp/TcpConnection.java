package io.towpath.tcp;

import io.towpath.congestion.CongestionControl;
import io.towpath.congestion.Pacer;
import io.towpath.congestion.RttEstimator;
import io.towpath.core.ByteRing;
import io.towpath.core.Context;
import io.towpath.core.Route;
import io.towpath.core.Time;
import io.towpath.core.Timers;
import io.towpath.tcp.ecn.Ecn;
import io.towpath.tcp.listen.FastOpen;
import io.towpath.tcp.option.Negotiation;
import io.towpath.tcp.option.Timestamps;
import io.towpath.tcp.receive.AckPolicy;
import io.towpath.tcp.receive.Receiver;
import io.towpath.tcp.receive.WindowTuner;
import io.towpath.tcp.recovery.LossRecovery;
import io.towpath.tcp.send.Flight;
import io.towpath.tcp.send.MtuProbes;
import io.towpath.tcp.send.Probes;
import io.towpath.tcp.send.Records;
import io.towpath.tcp.send.SendVariables;
import io.towpath.tcp.send.WindowUse;
import org.jspecify.annotations.Nullable;

/// A connection: the transmission control block. It owns its parts and has no rules; those are in the drawers beside
/// this package. The public fields are the engine's; users of the engine read the methods.
///
/// The user is the producer of [#sendRing()] and the consumer of [#receiveRing()] and tells the engine so by
/// [TcpLayer#written] and [TcpLayer#consumed]. Everything else belongs to the stack's owner.
public final class TcpConnection extends SocketPair {
    /// Outcome of an active open.
    public sealed interface Result {}

    /// The SYN is on its way; [io.towpath.core.Signals#CONNECTED] or CLOSED will tell.
    ///
    /// @param connection the connection, in SYN-SENT
    public record Opened(TcpConnection connection) implements Result {}

    /// It could not be opened.
    ///
    /// @param error why
    public record Failed(TcpError error) implements Result {}

    private static final long CLOCK_GRANULARITY = Time.MILLISECOND;

    private TcpConfig config;
    private final ByteRing sendRing;
    private final ByteRing receiveRing;
    private TcpState state;
    private @Nullable TcpError error;

    /// Send sequence variables.
    public final SendVariables snd;

    /// Receive sequence variables and reassembly; a placeholder until the peer's SYN is known.
    public Receiver rcv;

    /// What is sent and unacknowledged.
    public final Flight flight = new Flight();

    /// Where the user ended records; null while he ended none.
    public @Nullable Records records;

    /// What is lost.
    public final LossRecovery recovery;

    /// Round-trip time and retransmission timeout.
    public final RttEstimator rtt;

    /// Congestion window.
    public final CongestionControl congestion;

    /// When the next segment may leave.
    public final Pacer pacer = new Pacer();

    /// Congestion marks.
    public final Ecn ecn = new Ecn();

    /// When to acknowledge.
    public final AckPolicy acks;

    private @Nullable WindowTuner tuner;

    /// Timestamp clock and TS.Recent.
    public final Timestamps stamps;

    /// What it did, for STATUS.
    public final TcpAccounts accounts = new TcpAccounts();

    /// Counts of probes.
    public final Probes probes = new Probes();

    /// Deadlines.
    public final Timers<TcpTimer> timers = new Timers<>(TcpTimer.ALL);

    /// What the SYNs agreed on.
    public Negotiation options;

    /// The way to the peer.
    public Route route;

    /// What it has of Fast Open, null for nothing.
    public @Nullable FastOpen fastOpen;

    /// The listener in whose accept queue it waits, null otherwise.
    public @Nullable TcpListener listener;

    /// The last soft error: what ICMP reported, or that nothing is acknowledged. The reason to give when the
    /// connection times out.
    public @Nullable TcpError softError;

    /// Effective send MSS: the largest text of one segment, options of every segment taken off.
    public int mss;

    /// The path MTU that [#mss] was computed for.
    public int mssMtu;

    /// The search for the path MTU.
    public final MtuProbes mtuProbes = new MtuProbes();

    /// A SYN or SYN-ACK is to be sent.
    public boolean synDue;

    /// How often the SYN was sent, the SYN-ACK of a simultaneous open counted too.
    public int synsSent;

    /// The SYN or SYN-ACK went unanswered until it was sent again.
    public boolean synLost;

    /// A zero-window probe is due.
    public boolean probeDue;

    /// The window is closed and the persist timer rules.
    public boolean probing;

    /// A keep-alive probe is due.
    public boolean keepAliveDue;

    /// The override timer fired: send what the silly-window rule holds back.
    public boolean overrideDue;

    /// The ACK due is a challenge ACK.
    public boolean challenge;

    /// True when the user turned the Nagle algorithm off; begins as configured.
    public boolean noDelay;

    /// The user timeout in force: the settings', or what the peer's option made of it (RFC 5482 §3.1), which may
    /// change with every segment and so is no setting.
    public long userTimeoutNanos;

    /// The user timeout that we advertise (ADV_UTO of RFC 5482), nanoseconds.
    public long advertisedTimeout;

    /// The peer is to be told of [#advertisedTimeout].
    public boolean timeoutDue;

    /// The user holds incomplete segments back until he lets go (cork).
    public boolean corked;

    /// The user is gone: nobody reads what comes.
    public boolean userGone;

    /// What its buffers held when its user went, as [io.towpath.tcp.close.Orphans] counts it; -1 for no orphan.
    public long orphanBytes = -1;

    /// Whether the congestion window is all in use.
    public final WindowUse windowUse = new WindowUse();

    /// When something last came from the peer.
    public long heardAt;

    /// When an empty segment outside the window was answered last.
    public long strayAnsweredAt = Long.MIN_VALUE / 2;

    /// When data last left.
    public long sentAt;

    /// Text bytes sent, retransmissions included.
    public long bytesSent;

    /// Segments sent.
    public long segmentsOut;

    /// Segments received.
    public long segmentsIn;

    /// Segments sent again.
    public long retransmits;

    /// Retransmission timeouts.
    public long timeouts;

    /// How often the user timeout passed and was only reported.
    public int userTimeouts;

    /// Segments received out of order.
    public long outOfOrder;

    /// A connection in `state` whose SYN has sequence number `iss`.
    public TcpConnection(
            long id,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort,
            TcpConfig config,
            Route route,
            TcpState state,
            long iss,
            Negotiation options,
            int clockOffset) {
        super(id, localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
        this.config = config;
        this.route = route;
        this.noDelay = config.noDelay();
        this.advertisedTimeout = config.userTimeoutNanos();
        this.userTimeoutNanos = config.userTimeoutNanos();
        this.state = state;
        this.options = options;
        this.snd = new SendVariables(iss);
        this.sendRing = new ByteRing(config.sendBuffer());
        this.receiveRing = new ByteRing(config.receiveBuffer());
        // The peer's SYN will be unwrapped next to this number, which keeps all of them positive.
        this.rcv = new Receiver(1L << 32, 0, receiveRing);
        this.acks = new AckPolicy(config.receive());
        this.recovery = new LossRecovery(config.recovery());
        this.rtt = new RttEstimator(
                config.initialRtoNanos(), config.minRtoNanos(), config.maxRtoNanos(), CLOCK_GRANULARITY);
        this.rtt.margins(config.minRtoVarianceNanos(), config.rtoSlopNanos());
        this.congestion = config.congestion().create(config.congestionTuning());
        this.stamps = new Timestamps(clockOffset);
        this.ecn.tellBytes(config.ecn().option());
    }

    /// How large the receive buffer should be.
    public WindowTuner tuner() {
        WindowTuner present = tuner;
        if (present == null) {
            present = new WindowTuner(10 * 1460);
            tuner = present;
        }
        return present;
    }

    /// Max(SND.WND): the largest window that the peer offered, in bytes (RFC 9293 §3.8.6.2.1).
    public long largestWindow() {
        return snd.maxWnd;
    }

    @Override
    public TcpState state() {
        return state;
    }

    /// For the engine: changes the state, which must be a transition that [TcpState] allows, and tells it.
    public void become(long now, TcpState next, Context context, String reason) {
        assert state.mayBecome(next) : state + " to " + next + ": " + reason;
        TcpState before = state;
        state = next;
        if (context.events().wants(io.towpath.core.Event.Kind.TCP_STATE)) {
            context.events().emit(new TcpEvent.StateChanged(now, id(), local(), remote(), before, next, reason));
        }
    }

    /// For the engine: remembers why the connection died; the first reason stands.
    public void fail(@Nullable TcpError reason) {
        if (error == null) {
            error = reason;
        }
    }

    /// For the engine: tells the user to look again.
    public void tell(Context context, int signals) {
        signal(context.signals(), signals);
    }

    /// Bytes on their way to the peer. The user is its producer; acknowledged bytes leave it.
    public ByteRing sendRing() {
        return sendRing;
    }

    /// Bytes from the peer, in order. The user is its consumer.
    public ByteRing receiveRing() {
        return receiveRing;
    }

    /// Why the connection died; null while it lives, or when it was closed in order.
    public @Nullable TcpError error() {
        return error;
    }

    /// True when the peer's FIN was reached in order: after what is in [#receiveRing()] comes the end.
    public boolean endOfStream() {
        return rcv.finReached();
    }

    /// True when a SYN with a Fast Open cookie made it and its handshake is not complete yet: it may talk
    /// all the same.
    public boolean isFastOpening() {
        FastOpen of = fastOpen;
        return of != null && of.isPassive() && state == TcpState.SYN_RECEIVED;
    }

    /// How many bytes of urgent data the user has still to read (RFC 9293 §3.8.5, MUST-32); 0 when there are none.
    public long urgentBytes() {
        return Math.max(0, rcv.up - (rcv.irs + 1 + receiveRing.head()));
    }

    /// True when the user can hand over no more: after CLOSE, ABORT or the connection's end.
    public boolean isClosedForSending() {
        return snd.closing || !state.maySend();
    }

    /// How many bytes the user may hand over now: what [#sendRing()] has room for, but nothing while more than
    /// [io.towpath.tcp.config.SendConfig#unsentMax()] allows waits unsent. For users on the stack's owner.
    public int writable() {
        return unsentRoom() > 0 ? sendRing.writable() : 0;
    }

    /// By how much what waits unsent is below its bound; 0 when it is not.
    public long unsentRoom() {
        return Math.max(0, config.send().unsentMax() - Math.max(0, finSequence() - snd.nxt));
    }

    /// True when the connection is in no table any more: closed, or handed over to a TIME-WAIT row.
    public boolean isDead() {
        return state == TcpState.CLOSED || state == TcpState.TIME_WAIT;
    }

    @Override
    public TcpConfig config() {
        return config;
    }

    /// For the engine: replaces the settings of an open connection. What was settled by the SYNs stays.
    public void config(TcpConfig changed) {
        config = changed;
    }

    /// Position in the stream of [#receiveRing()] behind the last byte of urgent data; at or below its head when
    /// there is none to come. For the user, who reads the ring's tail first: the mark of urgent data is set before
    /// its bytes are published.
    public long urgentEnd() {
        return rcv.up - (rcv.irs + 1);
    }

    /// Sequence number of the FIN: one past the last byte. Fixed once the user has closed.
    public long finSequence() {
        return snd.sequence(sendRing.tail());
    }

    /// True when our FIN was sent.
    public boolean isFinSent() {
        return snd.closing && snd.nxt > finSequence();
    }

    /// True when our FIN was acknowledged.
    public boolean isFinAcknowledged() {
        return snd.closing && snd.una > finSequence();
    }

    /// The sequence number of a segment without text: SND.NXT. While the window is shut a probe has moved SND.NXT
    /// past its edge, and a peer whose window is zero takes only what begins at its RCV.NXT (RFC 9293 §3.10.7.4),
    /// so then it is the edge.
    public long emptySequence() {
        return probing ? Math.min(snd.nxt, snd.una + snd.wnd) : snd.nxt;
    }

    /// How many bytes may be in the network: the congestion window, in fast recovery what it shrinks through.
    public long cwnd() {
        return recovery.window(congestion);
    }

    /// Bytes estimated to be in the network.
    public long pipe() {
        return recovery.pipe(flight);
    }

    @Override
    public long deadline() {
        return timers.earliest();
    }
}
