package io.towpath.sctp.path;

import io.towpath.congestion.RttEstimator;
import io.towpath.core.Route;
import io.towpath.core.Time;
import io.towpath.core.Timers;
import io.towpath.sctp.PathState;
import io.towpath.sctp.SctpTimes;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/// One destination address of the peer, with everything that is known and measured about it: its way, round
/// trips, congestion window, MTU, errors and timers (RFC 9260 §13.3, "Per Transport Address Data"). Only `RTO`,
/// error counter and window of this path are moved by what happens on it.
public final class Path {
    /// RFC 9260 §8.2's limit of errors is the association's unless the user set one for the path.
    private static final long CLOCK_GRANULARITY = Time.MILLISECOND;

    private final IpAddress address;
    private final long order;
    private PathState state;

    /// The way there; null while there is none.
    public @Nullable Route route;

    /// Round trips and RTO.
    public RttEstimator rtt;

    /// Congestion control.
    public final CongestionWindow window;

    /// T3-rtx and heartbeats.
    public final Timers<PathTimer> timers = new Timers<>(PathTimer.ALL);

    /// The largest IP packet in bytes that goes there.
    public int mtu;

    /// RFC 6951 §5.1: "a remote UDP encapsulation port number per destination address", 0 while packets go there in
    /// IP alone. Changed by [#encapsulate].
    private int encapsulationPort;

    /// Consecutive errors.
    public int errors;

    /// Errors above which it is inactive.
    public int maxRetrans;

    /// HB.interval; 0 for no heartbeats.
    public long heartbeatInterval;

    /// Heartbeat that waits for its answer.
    public final Heartbeat heartbeat = new Heartbeat();

    /// The search for the path MTU by probes; null where only ICMP tells of it.
    public @Nullable MtuProbes probes;

    /// Bytes of DATA chunks' user data outstanding on this path: the RFC's flightsize.
    public long flight;

    /// TSN whose round trip is measured, -1 for none (RFC 9260 §6.3.1 C4).
    public long timedTsn = -1;

    /// When something was sent that may update the RTT, for the heartbeats' idea of idle.
    public long activeAt = -1;

    /// When DATA was sent there last, -1 for never.
    public long dataAt = -1;

    /// Chunks sent there again after a timeout or by fast retransmit.
    public long retransmissions;

    /// Expirations of T3-rtx.
    public long timeouts;

    // Scratch variables of the SACK being processed; see SackArrival.

    /// Bytes outstanding before the SACK.
    public long sackFlight;

    /// Bytes newly acknowledged by the SACK.
    public long sackAcked;

    /// The first outstanding chunk of the path was looked at.
    public boolean sackSeen;

    /// The first outstanding chunk was acknowledged: restart T3-rtx.
    public boolean sackEarliest;

    /// When the latest-sent of the newly acknowledged chunks was sent, -1 for none.
    public long sackNewestAt;

    /// Highest TSN newly acknowledged on this path, -1 for none.
    public long sackHighest;

    /// A chunk reached its third miss indication.
    public boolean sackLoss;

    /// A path to `address` over `route`.
    ///
    /// @param order its place in the association's list of paths
    /// @param encapsulationPort the peer's UDP port, 0 for IP alone
    public Path(
            IpAddress address,
            long order,
            @Nullable Route route,
            PathState state,
            SctpTimes times,
            int maxRetrans,
            int encapsulationPort) {
        this.address = address;
        this.order = order;
        this.route = route;
        this.state = state;
        this.maxRetrans = maxRetrans;
        this.encapsulationPort = encapsulationPort;
        heartbeatInterval = times.heartbeatInterval();
        mtu = route == null ? 1280 : route.mtu();
        rtt = estimator(times);
        window = new CongestionWindow(chunkSpace());
    }

    private static RttEstimator estimator(SctpTimes times) {
        return new RttEstimator(times.rtoInitial(), times.rtoMin(), times.rtoMax(), CLOCK_GRANULARITY);
    }

    /// Everything but the address begins anew: the peer restarted.
    public void restart(SctpTimes times) {
        rtt = estimator(times);
        window.start(chunkSpace());
        timers.stop(PathTimer.T3_RTX);
        errors = 0;
        flight = 0;
        timedTsn = -1;
        dataAt = -1;
        heartbeat.forget();
    }

    /// What was known of it in another process.
    public void restore(PathState known, int errorCount, int errorsMax, long interval) {
        state = known;
        errors = errorCount;
        maxRetrans = errorsMax;
        heartbeatInterval = interval;
    }

    /// The peer's address.
    public IpAddress address() {
        return address;
    }

    /// Its place in the order in which addresses became known.
    public long order() {
        return order;
    }

    /// What is known of it.
    public PathState state() {
        return state;
    }

    /// For [PathStates] alone.
    void state(PathState next) {
        state = next;
    }

    /// Whether data may go there in the ordinary way.
    public boolean isActive() {
        return state == PathState.ACTIVE;
    }

    /// Whether the peer proved that the address is its own.
    public boolean isConfirmed() {
        return state != PathState.UNCONFIRMED;
    }

    /// Retransmission timeout, with back-off.
    public long rto() {
        return rtt.rto();
    }

    /// Bytes of IP header.
    public int ipHeaderBytes() {
        return address.isIp4() ? 20 : 40;
    }

    /// Bytes for chunks in one packet.
    public int chunkSpace() {
        return chunkSpace(mtu);
    }

    /// Bytes for chunks in one IP packet of a size.
    public int chunkSpace(int packetBytes) {
        return (packetBytes - overhead()) & ~3;
    }

    /// Bytes before the first chunk.
    public int overhead() {
        // RFC 6951 §5.6: an endpoint that encapsulates "MUST decrease the Path MTU of that path by the size of the
        // UDP header".
        int udp = encapsulationPort == 0 ? 0 : UdpHeader.LENGTH;
        return ipHeaderBytes() + udp + SctpHeader.LENGTH;
    }

    /// The peer's UDP port in whose datagrams packets go there, 0 for IP alone.
    public int encapsulationPort() {
        return encapsulationPort;
    }

    /// Packets go in datagrams to another UDP port of the peer from now on, or in IP alone: 0.
    public void encapsulate(int port) {
        boolean resized = port == 0 != (encapsulationPort == 0);
        encapsulationPort = port;
        if (resized) {
            window.onMtu(chunkSpace());
        }
    }

    /// From now on the size of packets is found by probes (RFC 8899).
    public void probeMtu() {
        Route way = route;
        probes = new MtuProbes(address.isIp4(), way == null ? mtu : way.mtu());
        refreshMtu();
        window.start(chunkSpace());
    }

    /// Looks whether the way's MTU changed. True if so.
    public boolean refreshMtu() {
        Route way = route;
        if (way == null) {
            return false;
        }
        MtuProbes search = probes;
        if (search != null) {
            search.onLimit(way.mtu());
        }
        int fits = search == null ? way.mtu() : Math.min(way.mtu(), search.size());
        if (fits == mtu) {
            return false;
        }
        mtu = fits;
        window.onMtu(chunkSpace());
        return true;
    }

    /// When a timer of it is due first.
    public long deadline() {
        return timers.earliest();
    }

    @Override
    public String toString() {
        return address + " " + state + ", " + window + ", flight " + flight + ", rto " + rto();
    }

    /// A HEARTBEAT on its way (RFC 9260 §8.3).
    public static final class Heartbeat {
        /// It is to be sent.
        public boolean due;

        /// It was sent and its answer is awaited.
        public boolean outstanding;

        /// The answer did not come in time; the next one is sent after the interval.
        public boolean missed;

        /// RFC 9260 §5.4: "a 64-bit random nonce".
        public long nonce;

        /// When it was sent.
        public long sentAt;

        /// The user asked for it: it goes out whatever the interval.
        public boolean requested;

        void forget() {
            due = false;
            outstanding = false;
            missed = false;
            requested = false;
        }
    }
}
