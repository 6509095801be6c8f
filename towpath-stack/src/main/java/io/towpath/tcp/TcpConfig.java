package io.towpath.tcp;

import io.towpath.congestion.Congestion;
import io.towpath.congestion.CongestionTuning;
import io.towpath.core.Network;
import io.towpath.core.Time;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.HabitConfig;
import io.towpath.tcp.config.OpenConditions;
import io.towpath.tcp.config.OpeningConfig;
import io.towpath.tcp.config.PathMtuConfig;
import io.towpath.tcp.config.ReceiveConfig;
import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.tcp.config.SendConfig;
import io.towpath.tcp.config.SynConfig;
import io.towpath.tcp.config.TuningConfig;
import io.towpath.tcp.config.UserTimeoutConfig;
import java.util.Objects;

/// How a connection behaves. Immutable: each `with…` gives a changed copy, so one value may serve many
/// connections and threads. [#defaults()] follows the RFCs' recommendations of today.
public final class TcpConfig implements Cloneable {
    private static final TcpConfig DEFAULTS = new TcpConfig();

    private int mss = 0;
    private int sendBuffer = 256 * 1024;
    private int receiveBuffer = 256 * 1024;
    private boolean noDelay = false;
    private boolean timestamps = true;
    private boolean sack = true;
    private boolean windowScaling = true;
    private Congestion congestion = Congestion.CUBIC;
    private CongestionTuning congestionTuning = CongestionTuning.defaults();
    private EcnConfig ecn = EcnConfig.ACCEPT;
    private int initialWindowSegments = 10;
    private RecoveryConfig recovery = RecoveryConfig.defaults();
    private long initialRtoNanos = Time.SECOND;
    private long minRtoNanos = Time.SECOND;
    private long maxRtoNanos = 60 * Time.SECOND;
    private long minRtoVarianceNanos = 0;
    private long rtoSlopNanos = 0;
    private long synTimeoutNanos = 180 * Time.SECOND;
    private long userTimeoutNanos = 300 * Time.SECOND;
    private long delayedAckNanos = 40 * Time.MILLISECOND;
    private boolean keepAlive = false;
    private long keepAliveIdleNanos = 7200 * Time.SECOND;
    private long keepAliveIntervalNanos = 75 * Time.SECOND;
    private int keepAliveProbes = 9;
    private long timeWaitNanos = 60 * Time.SECOND;
    private long orphanNanos = 60 * Time.SECOND;
    private int synQueueMax = 1024;
    private OpeningConfig opening = OpeningConfig.DEFAULTS;
    private FastOpenConfig fastOpen = FastOpenConfig.OFF;
    private int hopLimit = Network.DEFAULT;
    private int trafficClass = 0;
    private boolean pushPairs = false;
    private boolean quietTimeWait = false;
    private boolean emptyProbes = false;
    private boolean nagleSmallOnly = false;
    private boolean dropSynFin = false;
    private SynConfig syn = SynConfig.defaults();
    private ReceiveConfig receive = ReceiveConfig.defaults();
    private PathMtuConfig pathMtu = PathMtuConfig.defaults();
    private TuningConfig tuning = TuningConfig.defaults();
    private OpenConditions conditions = OpenConditions.none();
    private UserTimeoutConfig userTimeout = UserTimeoutConfig.defaults();
    private AuthConfig authentication = AuthConfig.NONE;
    private SendConfig send = SendConfig.defaults();
    private HabitConfig habits = HabitConfig.NONE;

    private TcpConfig() {}

    private TcpConfig copy() {
        try {
            return (TcpConfig) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /// The recommendations of the RFCs.
    public static TcpConfig defaults() {
        return DEFAULTS;
    }

    /// Largest segment data in bytes to send and to announce; 0 takes it from the path MTU (RFC 9293 §3.7.1).
    public int mss() {
        return mss;
    }

    /// Bytes the user may hand over before they are acknowledged; the send ring grows to it on demand. Where
    /// [#tuning()] has it grow, what it begins with.
    public int sendBuffer() {
        return sendBuffer;
    }

    /// Bytes kept for the user; also the largest window offered. Where [#tuning()] has it grow, what it begins
    /// with.
    public int receiveBuffer() {
        return receiveBuffer;
    }

    /// True turns the Nagle algorithm off (RFC 9293 §3.7.4).
    public boolean noDelay() {
        return noDelay;
    }

    /// Offer and accept timestamps (RFC 7323 §3).
    public boolean timestamps() {
        return timestamps;
    }

    /// Offer and accept selective acknowledgments (RFC 2018).
    public boolean sack() {
        return sack;
    }

    /// Offer and accept window scaling (RFC 7323 §2); the shift follows from the receive buffer.
    public boolean windowScaling() {
        return windowScaling;
    }

    /// The congestion control.
    public Congestion congestion() {
        return congestion;
    }

    /// Settings of the congestion control.
    public CongestionTuning congestionTuning() {
        return congestionTuning;
    }

    /// Explicit congestion notification.
    public EcnConfig ecn() {
        return ecn;
    }

    /// Initial congestion window in segments (RFC 6928).
    public int initialWindowSegments() {
        return initialWindowSegments;
    }

    /// How losses are found and repaired.
    public RecoveryConfig recovery() {
        return recovery;
    }

    /// Retransmission timeout before the first sample (RFC 6298 §2.1).
    public long initialRtoNanos() {
        return initialRtoNanos;
    }

    /// Smallest retransmission timeout (RFC 6298 §2.4).
    public long minRtoNanos() {
        return minRtoNanos;
    }

    /// The least that is added to SRTT for the retransmission timeout; 0 for RFC 6298, which knows a least
    /// timeout only.
    public long minRtoVarianceNanos() {
        return minRtoVarianceNanos;
    }

    /// What is added to every retransmission timeout but the one before the first measurement; 0 for RFC 6298.
    public long rtoSlopNanos() {
        return rtoSlopNanos;
    }

    /// Largest retransmission timeout (RFC 6298 §2.5).
    public long maxRtoNanos() {
        return maxRtoNanos;
    }

    /// How long an open is tried: R2 for SYN segments (RFC 9293 §3.8.3).
    public long synTimeoutNanos() {
        return synTimeoutNanos;
    }

    /// How long data may stay unacknowledged before the connection is given up: the user timeout, and R2 for data
    /// (RFC 9293 §3.8.3, §3.9.1). [Time#NEVER] turns it off.
    public long userTimeoutNanos() {
        return userTimeoutNanos;
    }

    /// How long an acknowledgment may wait for company; at most 500 ms (RFC 9293 §3.8.6.3). 0 acknowledges at once.
    public long delayedAckNanos() {
        return delayedAckNanos;
    }

    /// Send keep-alive probes (RFC 9293 §3.8.4).
    public boolean keepAlive() {
        return keepAlive;
    }

    /// Idle time before the first keep-alive probe.
    public long keepAliveIdleNanos() {
        return keepAliveIdleNanos;
    }

    /// Time between keep-alive probes.
    public long keepAliveIntervalNanos() {
        return keepAliveIntervalNanos;
    }

    /// Unanswered keep-alive probes after which the connection is given up.
    public int keepAliveProbes() {
        return keepAliveProbes;
    }

    /// Length of TIME-WAIT, twice the maximum segment lifetime (RFC 9293 §3.4.2 leaves its length to engineering;
    /// two minutes for one lifetime is the printed figure, thirty seconds is common practice).
    public long timeWaitNanos() {
        return timeWaitNanos;
    }

    /// How long a connection whose user is gone waits in FIN-WAIT-2 for the peer's FIN, and how long it may probe a
    /// zero window.
    public long orphanNanos() {
        return orphanNanos;
    }

    /// Half-open connections kept for one listener.
    public int synQueueMax() {
        return synQueueMax;
    }

    /// Repetitions of SYN and SYN-ACK, and SYN cookies.
    public OpeningConfig opening() {
        return opening;
    }

    /// TCP Fast Open (RFC 7413).
    public FastOpenConfig fastOpen() {
        return fastOpen;
    }

    /// TTL or hop limit of what is sent.
    public int hopLimit() {
        return hopLimit;
    }

    /// DSCP bits of what is sent (upper six bits; the two ECN bits must be 0).
    public int trafficClass() {
        return trafficClass;
    }

    /// Push every second one of segments that leave back to back, too, not only where the user's data ends (RFC
    /// 9293 §3.9.1.2 SHLD-27 asks for the latter): what a host does that hands its link pairs of segments. And
    /// push what the override timer sends.
    public boolean pushPairs() {
        return pushPairs;
    }

    /// Probe a shut window with empty segments below it instead of an octet beyond it. RFC 9293 §3.8.6.1 speaks of "at
    /// least one octet of new data"; an empty one gets the same answer and risks nothing.
    public boolean emptyProbes() {
        return emptyProbes;
    }

    /// Let the Nagle algorithm hold small segments back only while another small one is unacknowledged (Minshall's
    /// modification), not while anything is (RFC 9293 §3.7.4).
    public boolean nagleSmallOnly() {
        return nagleSmallOnly;
    }

    /// In TIME-WAIT, give no answer to segments without ACK, acceptable or not, but for a SYN beyond RCV.NXT, which
    /// opens anew.
    public boolean quietTimeWait() {
        return quietTimeWait;
    }

    /// Drop segments with both SYN and FIN, which no honest peer sends.
    public boolean dropSynFin() {
        return dropSynFin;
    }

    /// How SYN segments look: order of the options, window shift.
    public SynConfig syn() {
        return syn;
    }

    /// How data is acknowledged.
    public ReceiveConfig receive() {
        return receive;
    }

    /// Whether connections search for the path MTU by themselves.
    public PathMtuConfig pathMtu() {
        return pathMtu;
    }

    /// Whether and how far buffers grow by themselves.
    public TuningConfig tuning() {
        return tuning;
    }

    /// The most that [#receiveBuffer()] may become.
    public int receiveBufferMax() {
        return tuning.receive() ? Math.max(receiveBuffer, tuning.receiveMax()) : receiveBuffer;
    }

    /// The most that [#sendBuffer()] may become.
    public int sendBufferMax() {
        return tuning.send() ? Math.max(sendBuffer, tuning.sendMax()) : sendBuffer;
    }

    /// Precedence and security that an open asks for, and the quiet time of a host that starts.
    public OpenConditions conditions() {
        return conditions;
    }

    /// What the user timeout does when it passes, and the option that tells it to the peer.
    public UserTimeoutConfig userTimeout() {
        return userTimeout;
    }

    /// Which peers' segments are signed (RFC 2385), and with what.
    public AuthConfig authentication() {
        return authentication;
    }

    /// How much is taken from the user ahead of time.
    public SendConfig send() {
        return send;
    }

    /// Habits of some systems that the RFCs do not ask for.
    public HabitConfig habits() {
        return habits;
    }

    /// A copy with another [#mss()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withMss(int value) {
        if (value != 0 && (value < 48 || value > 65_495)) {
            throw new IllegalArgumentException("mss out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.mss = value;
        return copy;
    }

    /// A copy with another [#sendBuffer()], which stays as it is said here: see [TuningConfig].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withSendBuffer(int value) {
        if (value < 1 || value > 1 << 30) {
            throw new IllegalArgumentException("sendBuffer out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.sendBuffer = value;
        copy.tuning = tuning.withSend(false);
        return copy;
    }

    /// A copy with another [#receiveBuffer()], which stays as it is said here: see [TuningConfig].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withReceiveBuffer(int value) {
        if (value < 1 || value > 1 << 30) {
            throw new IllegalArgumentException("receiveBuffer out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.receiveBuffer = value;
        copy.tuning = tuning.withReceive(false);
        return copy;
    }

    /// A copy with another [#noDelay()].
    public TcpConfig withNoDelay(boolean value) {
        TcpConfig copy = copy();
        copy.noDelay = value;
        return copy;
    }

    /// A copy with another [#timestamps()].
    public TcpConfig withTimestamps(boolean value) {
        TcpConfig copy = copy();
        copy.timestamps = value;
        return copy;
    }

    /// A copy with another [#sack()].
    public TcpConfig withSack(boolean value) {
        TcpConfig copy = copy();
        copy.sack = value;
        return copy;
    }

    /// A copy with another [#windowScaling()].
    public TcpConfig withWindowScaling(boolean value) {
        TcpConfig copy = copy();
        copy.windowScaling = value;
        return copy;
    }

    /// A copy with another [#congestion()].
    public TcpConfig withCongestion(Congestion value) {
        TcpConfig copy = copy();
        copy.congestion = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#congestionTuning()].
    public TcpConfig withCongestionTuning(CongestionTuning value) {
        TcpConfig copy = copy();
        copy.congestionTuning = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#ecn()].
    public TcpConfig withEcn(EcnConfig value) {
        TcpConfig copy = copy();
        copy.ecn = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#initialWindowSegments()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withInitialWindowSegments(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("initialWindowSegments out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.initialWindowSegments = value;
        return copy;
    }

    /// A copy with another [#recovery()].
    public TcpConfig withRecovery(RecoveryConfig value) {
        TcpConfig copy = copy();
        copy.recovery = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#initialRtoNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withInitialRtoNanos(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("initialRtoNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.initialRtoNanos = value;
        return copy;
    }

    /// A copy with another [#minRtoNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withMinRtoNanos(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("minRtoNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.minRtoNanos = value;
        return copy;
    }

    /// A copy with another [#minRtoVarianceNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withMinRtoVarianceNanos(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("minRtoVarianceNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.minRtoVarianceNanos = value;
        return copy;
    }

    /// A copy with another [#rtoSlopNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withRtoSlopNanos(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("rtoSlopNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.rtoSlopNanos = value;
        return copy;
    }

    /// A copy with another [#maxRtoNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withMaxRtoNanos(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("maxRtoNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.maxRtoNanos = value;
        return copy;
    }

    /// A copy with another [#synTimeoutNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withSynTimeoutNanos(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("synTimeoutNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.synTimeoutNanos = value;
        return copy;
    }

    /// A copy with another [#userTimeoutNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withUserTimeoutNanos(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("userTimeoutNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.userTimeoutNanos = value;
        return copy;
    }

    /// A copy with another [#delayedAckNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withDelayedAckNanos(long value) {
        if (value < 0 || value > 500 * Time.MILLISECOND) {
            throw new IllegalArgumentException("delayedAckNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.delayedAckNanos = value;
        return copy;
    }

    /// A copy with another [#keepAlive()].
    public TcpConfig withKeepAlive(boolean value) {
        TcpConfig copy = copy();
        copy.keepAlive = value;
        return copy;
    }

    /// A copy with another [#keepAliveIdleNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withKeepAliveIdleNanos(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("keepAliveIdleNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.keepAliveIdleNanos = value;
        return copy;
    }

    /// A copy with another [#keepAliveIntervalNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withKeepAliveIntervalNanos(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("keepAliveIntervalNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.keepAliveIntervalNanos = value;
        return copy;
    }

    /// A copy with another [#keepAliveProbes()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withKeepAliveProbes(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("keepAliveProbes out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.keepAliveProbes = value;
        return copy;
    }

    /// A copy with another [#timeWaitNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withTimeWaitNanos(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("timeWaitNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.timeWaitNanos = value;
        return copy;
    }

    /// A copy with another [#orphanNanos()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withOrphanNanos(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("orphanNanos out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.orphanNanos = value;
        return copy;
    }

    /// A copy with another [#synQueueMax()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withSynQueueMax(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("synQueueMax out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.synQueueMax = value;
        return copy;
    }

    /// A copy with another [#opening()].
    public TcpConfig withOpening(OpeningConfig value) {
        TcpConfig copy = copy();
        copy.opening = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#fastOpen()].
    public TcpConfig withFastOpen(FastOpenConfig value) {
        TcpConfig copy = copy();
        copy.fastOpen = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#hopLimit()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withHopLimit(int value) {
        if (value != Network.DEFAULT && (value < 1 || value > 255)) {
            throw new IllegalArgumentException("hopLimit out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.hopLimit = value;
        return copy;
    }

    /// A copy with another [#trafficClass()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public TcpConfig withTrafficClass(int value) {
        if ((value & ~0xfc) != 0) {
            throw new IllegalArgumentException("trafficClass out of range: " + value);
        }
        TcpConfig copy = copy();
        copy.trafficClass = value;
        return copy;
    }

    /// A copy with another [#pushPairs()].
    public TcpConfig withPushPairs(boolean value) {
        TcpConfig copy = copy();
        copy.pushPairs = value;
        return copy;
    }

    /// A copy with another [#emptyProbes()].
    public TcpConfig withEmptyProbes(boolean value) {
        TcpConfig copy = copy();
        copy.emptyProbes = value;
        return copy;
    }

    /// A copy with another [#nagleSmallOnly()].
    public TcpConfig withNagleSmallOnly(boolean value) {
        TcpConfig copy = copy();
        copy.nagleSmallOnly = value;
        return copy;
    }

    /// A copy with another [#quietTimeWait()].
    public TcpConfig withQuietTimeWait(boolean value) {
        TcpConfig copy = copy();
        copy.quietTimeWait = value;
        return copy;
    }

    /// A copy with another [#dropSynFin()].
    public TcpConfig withDropSynFin(boolean value) {
        TcpConfig copy = copy();
        copy.dropSynFin = value;
        return copy;
    }

    /// A copy with another [#syn()].
    public TcpConfig withSyn(SynConfig value) {
        TcpConfig copy = copy();
        copy.syn = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#receive()].
    public TcpConfig withReceive(ReceiveConfig value) {
        TcpConfig copy = copy();
        copy.receive = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#pathMtu()].
    public TcpConfig withPathMtu(PathMtuConfig value) {
        TcpConfig copy = copy();
        copy.pathMtu = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#tuning()].
    public TcpConfig withTuning(TuningConfig value) {
        TcpConfig copy = copy();
        copy.tuning = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with other [#conditions()].
    public TcpConfig withConditions(OpenConditions value) {
        TcpConfig copy = copy();
        copy.conditions = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#authentication()].
    public TcpConfig withAuthentication(AuthConfig value) {
        TcpConfig copy = copy();
        copy.authentication = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#userTimeout()].
    public TcpConfig withUserTimeout(UserTimeoutConfig value) {
        TcpConfig copy = copy();
        copy.userTimeout = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with another [#send()].
    public TcpConfig withSend(SendConfig value) {
        TcpConfig copy = copy();
        copy.send = Objects.requireNonNull(value);
        return copy;
    }

    /// A copy with other [#habits()].
    public TcpConfig withHabits(HabitConfig value) {
        TcpConfig copy = copy();
        copy.habits = Objects.requireNonNull(value);
        return copy;
    }
}
