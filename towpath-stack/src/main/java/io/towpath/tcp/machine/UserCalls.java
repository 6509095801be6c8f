package io.towpath.tcp.machine;

import io.towpath.core.Counter;
import io.towpath.core.Route;
import io.towpath.core.Signals;
import io.towpath.core.Time;
import io.towpath.tcp.BoundPorts;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.TcpState;
import io.towpath.tcp.TcpTimer;
import io.towpath.tcp.auth.KeyRing;
import io.towpath.tcp.close.TimeWait;
import io.towpath.tcp.config.TimeoutAction;
import io.towpath.tcp.listen.FastOpen;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.tcp.option.Negotiation;
import io.towpath.tcp.send.Records;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// User calls (RFC 9293 §3.10.1 to §3.10.6): OPEN, SEND, RECEIVE, CLOSE, ABORT. They change state and mark the
/// connection ready; the next poll sends.
public final class UserCalls {
    private final Engine engine;

    /// Calls on the connections of `engine`.
    public UserCalls(Engine engine) {
        this.engine = engine;
    }

    /// Passive OPEN. The caller checked that the address is one of this host's.
    ///
    /// @param port 0 to choose one
    /// @return null when no ephemeral port is free
    public @Nullable TcpListener listen(@Nullable IpAddress local, int port, TcpListenerMaker maker) {
        int chosen = port;
        if (port == 0) {
            long high = local == null ? 0 : local.high();
            long low = local == null ? 0 : local.low();
            chosen = engine.ports.ephemeral(high, low, 0, 0, 0, p -> isUnused(local, p));
            if (chosen == 0) {
                return null;
            }
        }
        TcpListener listener = maker.make(chosen);
        engine.listeners.add(listener);
        return listener;
    }

    /// Takes a port without opening anything. The caller checked that the address is one of this host's.
    public BoundPorts.Result bind(@Nullable IpAddress local, int port, boolean shared) {
        int chosen = port;
        if (port == 0) {
            long high = local == null ? 0 : local.high();
            long low = local == null ? 0 : local.low();
            chosen = engine.ports.ephemeral(high, low, 0, 0, 0, p -> isUnused(local, p));
            if (chosen == 0) {
                return new BoundPorts.Failed(TcpError.NO_PORTS);
            }
        } else if (engine.ports.isClaimed(local, port)
                || engine.listeners.isUsed(local, port)
                || engine.bound.isTaken(local, port, shared)
                || (!shared && hasConnection(local, port))) {
            return new BoundPorts.Failed(TcpError.ADDRESS_IN_USE);
        }
        return engine.bound.add(local, chosen, shared);
    }

    private boolean isUnused(@Nullable IpAddress local, int port) {
        return !engine.listeners.isUsed(local, port) && !engine.bound.isTaken(local, port, false);
    }

    private boolean hasConnection(@Nullable IpAddress local, int port) {
        boolean[] found = {false};
        engine.table.forEach(row -> found[0] |=
                row.localPort() == port && (local == null || row.localAddress().equals(local)));
        return found[0];
    }

    /// Replaces the settings of a connection: see [io.towpath.tcp.TcpLayer#configure].
    public void configure(long now, TcpConnection c, TcpConfig config) {
        TcpConfig before = c.config();
        c.config(config);
        c.noDelay = config.noDelay();
        if (before.sendBuffer() != config.sendBuffer()) {
            c.sendRing().capacityMax(config.sendBuffer());
        }
        if (before.receiveBuffer() != config.receiveBuffer()) {
            c.receiveRing().capacityMax(config.receiveBuffer());
        }
        if (c.isDead()) {
            return;
        }
        if (before.mss() != config.mss() && c.state().isSynchronized() && c.flight.isEmpty()
                || before.authentication() != config.authentication()
                        && c.state().isSynchronized()) {
            engine.updateMss(now, c);
        }
        if (c.keys != null && before.authentication() != config.authentication()) {
            c.keys.configure(config.authentication());
        }
        boolean keepAliveChanged = before.keepAlive() != config.keepAlive()
                || before.keepAliveIdleNanos() != config.keepAliveIdleNanos()
                || before.keepAliveIntervalNanos() != config.keepAliveIntervalNanos();
        if (keepAliveChanged && c.state().isSynchronized()) {
            if (config.keepAlive()) {
                // A moment that has passed is due at once, as if the setting had always been so.
                c.timers.set(TcpTimer.KEEPALIVE, Time.after(c.heardAt, config.keepAliveIdleNanos()));
            } else {
                c.timers.stop(TcpTimer.KEEPALIVE);
            }
            engine.schedule(c);
        }
        UserTimer.changed(now, engine, c, before.userTimeoutNanos());
        if (before.sendBuffer() < config.sendBuffer()
                || before.send().unsentMax() < config.send().unsentMax()) {
            c.tell(engine.context, Signals.WRITABLE);
        }
        if (before.receiveBuffer() < config.receiveBuffer()) {
            consumed(now, c);
        }
        written(now, c); // perhaps Nagle held something back
    }

    /// SEND with another key: see [io.towpath.tcp.TcpLayer#signUnder].
    public boolean signUnder(long now, TcpConnection c, int keyId) {
        KeyRing keys = c.keys;
        if (keys == null || !keys.sendUnder(keyId)) {
            return false;
        }
        engine.signatures.tellKey(now, c, keys);
        return true;
    }

    /// Makes a listener for the port that was chosen.
    @FunctionalInterface
    public interface TcpListenerMaker {
        /// Makes it.
        TcpListener make(int port);
    }

    /// Active OPEN (§3.10.1): "An initial send sequence number (ISS) is selected. A SYN segment of the form
    /// <SEQ=ISS><CTL=SYN> is sent. Set SND.UNA to ISS, SND.NXT to ISS+1, enter SYN-SENT state".
    ///
    /// @param withData true when the user has data at once: Fast Open may send it with the SYN (RFC 7413)
    public TcpConnection.Result connect(
            long now,
            @Nullable IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            TcpConfig config,
            boolean withData) {
        // RFC 9293 §3.9.2.3 MUST-46: an OPEN to a broadcast or multicast address is an error.
        if (isNobody(remote)) {
            return new TcpConnection.Failed(TcpError.NO_ROUTE);
        }
        if (remotePort == 0) {
            return new TcpConnection.Failed(TcpError.REFUSED); // nobody can listen there
        }
        if (config.conditions().security() != null && !remote.isIp4()) {
            // RFC 9293 §3.10.1: "error: security/compartment not allowed"; IPv6 packets carry no label.
            return new TcpConnection.Failed(TcpError.PROHIBITED);
        }
        Route route = engine.network.route(local, remote);
        if (route == null) {
            boolean ours = local == null || engine.network.isLocal(local.high(), local.low());
            return new TcpConnection.Failed(ours ? TcpError.NO_ROUTE : TcpError.ADDRESS_NOT_AVAILABLE);
        }
        if (route.isBroadcast()) {
            return new TcpConnection.Failed(TcpError.NO_ROUTE); // a subnet's broadcast address, which only IP knows
        }
        IpAddress source = route.source();
        int port = localPort;
        if (port == 0) {
            port = engine.ports.ephemeral(
                    source.high(),
                    source.low(),
                    remote.high(),
                    remote.low(),
                    remotePort,
                    p -> isFree(source, p, remote, remotePort));
            if (port == 0) {
                return new TcpConnection.Failed(TcpError.NO_PORTS);
            }
        } else if (engine.ports.isClaimed(source, port)) {
            return new TcpConnection.Failed(TcpError.ADDRESS_IN_USE);
        }
        long begin = engine.quietTime.end(now, config);
        var key = new Engine.SocketPairKey(source.high(), source.low(), port, remote.high(), remote.low(), remotePort);
        long iss = engine.initialSequence.iss(
                begin, source.high(), source.low(), port, remote.high(), remote.low(), remotePort);
        SocketPair old = engine.table.find(source.high(), source.low(), port, remote.high(), remote.low(), remotePort);
        if (old instanceof TimeWait row) {
            // RFC 9293 §3.4.1 lets a new incarnation follow at once when its numbers are beyond the old ones.
            iss = beyond(row.sndNxt, iss);
            engine.endTimeWait(now, row, "opened again");
            engine.context.counters().count(Counter.TCP_TIME_WAIT_REUSED);
        } else if (old != null) {
            return new TcpConnection.Failed(TcpError.ADDRESS_IN_USE);
        }
        TcpConnection c = engine.connection(
                engine.nextId(), key, config, route, TcpState.CLOSED, iss, Negotiation.none(remote.isIp4()));
        c.keys = KeyRing.of(c, config.authentication(), iss);
        c.fastOpen = withData && !c.isSigned() ? engine.fastOpen.attempt(now, route, config) : null;
        engine.table.add(c);
        engine.context.counters().count(Counter.TCP_ACTIVE_OPENS);
        c.become(now, TcpState.SYN_SENT, engine.context, "active open");
        if (begin > now) {
            c.timers.set(TcpTimer.QUIET, begin);
        } else {
            c.synDue = true;
        }
        c.timers.set(
                TcpTimer.USER_TIMEOUT,
                Time.after(begin, Math.min(config.synTimeoutNanos(), config.userTimeoutNanos())));
        engine.ready(c);
        engine.schedule(c);
        return new TcpConnection.Opened(c);
    }

    /// True for addresses at which no single host can be.
    public static boolean isNobody(IpAddress address) {
        return address.isMulticast() || address.isBroadcast() || address.isUnspecified();
    }

    /// How much text a SYN to `remote` may carry now, 0 for none.
    public int fastOpenRoom(long now, @Nullable IpAddress local, IpAddress remote, TcpConfig config) {
        Route route = engine.network.route(local, remote);
        boolean signed = config.authentication().concerns(remote.high(), remote.low());
        FastOpen attempt = route == null || signed ? null : engine.fastOpen.attempt(now, route, config);
        return attempt == null ? 0 : attempt.room();
    }

    /// Forgets what Fast Open knows of servers.
    public void forgetFastOpen() {
        engine.fastOpen.cache().clear();
    }

    private boolean isFree(IpAddress local, int port, IpAddress remote, int remotePort) {
        return !engine.listeners.isUsed(local, port)
                && !engine.bound.isTaken(local, port, false)
                && engine.table.find(local.high(), local.low(), port, remote.high(), remote.low(), remotePort) == null;
    }

    /// `iss`, or a number beyond `sndNxt` of the incarnation before when that is further on.
    static long beyond(long sndNxt, long iss) {
        int distance = (int) iss - (int) sndNxt;
        return distance > 0 ? iss : (sndNxt + 64_000 & 0xffff_ffffL) + (1L << 32);
    }

    /// SEND (§3.10.2) with PUSH: the bytes are in the send ring already.
    public void written(long now, TcpConnection c) {
        if (!c.isDead()) {
            if (!c.corked) {
                c.snd.pushed = Long.MAX_VALUE;
            }
            engine.ready(c);
        }
    }

    /// SEND without PUSH: the last `n` bytes of the send ring may wait for more, and leave in full segments.
    public void writtenToWait(TcpConnection c, int n) {
        if (!c.isDead()) {
            if (c.snd.pushed == Long.MAX_VALUE) {
                c.snd.pushed = c.finSequence() - n;
            }
            engine.ready(c);
        }
    }

    /// Acknowledges at once, or with the answers.
    public void quickAck(TcpConnection c, boolean on) {
        if (!c.isDead() && c.acks.prefer(on)) {
            c.acks.demand();
            engine.ready(c);
        }
    }

    /// A record ends with the last byte in the send ring.
    public void endRecord(TcpConnection c) {
        if (!c.isClosedForSending()) {
            if (c.records == null) {
                c.records = new Records();
            }
            c.records.end(c.finSequence());
            engine.ready(c);
        }
    }

    /// Holds incomplete segments back, or lets them go.
    public void cork(TcpConnection c, boolean on) {
        if (on && !c.corked && c.snd.pushed == Long.MAX_VALUE) {
            c.snd.pushed = c.finSequence();
        } else if (!on && c.corked) {
            c.snd.pushed = Long.MAX_VALUE;
        }
        c.corked = on;
        engine.ready(c);
    }

    /// §3.9.1.2: "If a timeout is specified, the current user timeout for this connection is changed to the new
    /// one."
    public void userTimeout(long now, TcpConnection c, long nanos, TimeoutAction action) {
        UserTimer.set(now, engine, c, nanos, action);
    }

    /// ALLOCATE: the user will take `n` bytes more, and from the first call on no more than he said.
    public void allocate(long now, TcpConnection c, int n) {
        c.rcv.allocate(n);
        consumed(now, c);
    }

    /// An OPEN that takes the place of a fully specified passive one (§3.10.1, LISTEN): "change the connection
    /// from passive to active".
    public TcpConnection.Result activate(long now, TcpListener listener) {
        Endpoint remote = Objects.requireNonNull(listener.remote());
        close(now, listener);
        return connect(
                now,
                listener.localAddress(),
                listener.localPort(),
                remote.address(),
                remote.port(),
                listener.config(),
                false);
    }

    /// SEND with the urgent flag: "SND.UP <- SND.NXT-1"; with RFC 6093 §4 the pointer is one past the last
    /// byte.
    public void sendUrgent(long now, TcpConnection c) {
        if (!c.isClosedForSending()) {
            c.snd.up = c.finSequence();
            engine.ready(c);
        }
    }

    /// RECEIVE (§3.10.3): the user took bytes; perhaps the peer should hear of the room.
    public void consumed(long now, TcpConnection c) {
        if (c.isDead() || !c.state().mayReceive() || c.isFastOpening()) {
            return; // before the handshake is complete a peer cannot use the room
        }
        tune(now, c);
        // Sixteen bits and the agreed shift may not hold what the buffer would: an update must tell something.
        long most = 0xffffL << c.options.receiveScale;
        boolean tells = most - c.rcv.wnd() >= Math.min(c.rcv.mss(), most / 2);
        if (tells && c.rcv.isUpdateDue(c.rcv.mss())) {
            c.acks.demandUpdate();
            engine.ready(c);
        }
    }

    private void tune(long now, TcpConnection c) {
        TcpConfig config = c.config();
        if (config.tuning().receive()) {
            int buffer = c.receiveRing().capacityMax();
            // RFC 7323 §2.3: a window is told in 16 bits, and larger ones than those cannot be.
            long tellable = Math.min(config.receiveBufferMax(), 0xffffL << c.options.receiveScale);
            int larger = c.tuner()
                    .onConsumed(now, c.receiveRing().head(), buffer, (int) tellable, c.rcv.mss(), c.rtt.srtt());
            if (larger > buffer) {
                engine.tellGrowth(now, c, true, buffer, larger);
                c.receiveRing().capacityMax(larger);
            }
        }
    }

    /// CLOSE (§3.10.4): no more to send; receiving goes on.
    public void close(long now, TcpConnection c) {
        switch (c.state()) {
            case SYN_SENT -> engine.end(now, c, null, "closed before open");
            // "If no SENDs have been issued and there is no pending data to send, then form a FIN segment and send it
            // […]; otherwise, queue for processing after entering ESTABLISHED state": always the latter.
            case SYN_RECEIVED -> c.snd.closing = true;
            case ESTABLISHED -> closeSending(now, c, TcpState.FIN_WAIT_1);
            case CLOSE_WAIT -> closeSending(now, c, TcpState.LAST_ACK);
            // "CLOSING, LAST-ACK, TIME-WAIT: respond with error: connection closing" — closing twice is no mistake
            // that a user can act on, so it is ignored.
            case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT, CLOSED, LISTEN -> {}
        }
    }

    /// CLOSE by a user who reads no more either.
    public void finish(long now, TcpConnection c) {
        c.userGone = true;
        close(now, c);
    }

    private void closeSending(long now, TcpConnection c, TcpState next) {
        c.snd.closing = true;
        c.become(now, next, engine.context, "closed by the user");
        engine.ready(c);
    }

    /// The user is gone for good. RFC 9293 §3.6 (MUST-12, SHLD-3): closing with unread data "SHOULD send a RST to
    /// show that data was lost"; so does data that comes later.
    public void release(long now, TcpConnection c) {
        c.userGone = true;
        if (c.isDead()) {
            return;
        }
        if (c.receiveRing().readable() > 0 && c.state().isSynchronized()) {
            engine.reset(now, c, TcpError.ABORTED, "closed with unread data");
            return;
        }
        close(now, c);
        if (!c.isDead()) {
            c.timers.set(TcpTimer.ORPHAN, Time.after(now, c.config().orphanNanos()));
            engine.schedule(c);
            adopt(now, c);
        }
    }

    private void adopt(long now, TcpConnection c) {
        engine.orphans.add(c);
        for (TcpConnection oldest = engine.orphans.tooMany(); oldest != null; oldest = engine.orphans.tooMany()) {
            engine.context.counters().count(Counter.TCP_ORPHANS_RESET);
            engine.reset(now, oldest, TcpError.ABORTED, "too many connections whose user is gone");
        }
    }

    /// ABORT (§3.10.5): "Send a reset segment: <SEQ=SND.NXT><CTL=RST>; all queued SENDs and RECEIVEs should be given
    /// connection reset notification".
    public void abort(long now, TcpConnection c) {
        switch (c.state()) {
            case SYN_SENT -> engine.end(now, c, TcpError.ABORTED, "aborted");
            case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT ->
                engine.reset(now, c, TcpError.ABORTED, "aborted by the user");
            case CLOSING, LAST_ACK -> abortClosing(now, c);
            case TIME_WAIT, CLOSED, LISTEN -> {}
        }
    }

    /// "CLOSING, LAST-ACK, TIME-WAIT: Respond with "ok" and delete the TCB". These states are entered here before
    /// the FIN has left; until it has, the peer must learn that data was lost.
    private void abortClosing(long now, TcpConnection c) {
        if (c.isFinSent()) {
            engine.end(now, c, TcpError.ABORTED, "aborted while closing");
        } else {
            engine.reset(now, c, TcpError.ABORTED, "aborted by the user");
        }
    }

    /// The next connection in the accept queue.
    public @Nullable TcpConnection accept(TcpListener listener) {
        TcpConnection c = listener.isClosed() ? null : listener.take();
        if (c != null) {
            c.listener = null;
        }
        return c;
    }

    /// CLOSE of a listener: what was not accepted yet is aborted.
    public void close(long now, TcpListener listener) {
        if (listener.isClosed()) {
            return;
        }
        engine.listeners.remove(listener);
        engine.listenerClosing.add(now, listener);
        List<HalfOpen> rows = new ArrayList<>();
        engine.table.forEach(row -> {
            if (row instanceof HalfOpen half && half.listener == listener) {
                rows.add(half);
            }
        });
        for (HalfOpen half : rows) {
            engine.forget(half);
            engine.tellState(now, half, TcpState.SYN_RECEIVED, TcpState.CLOSED, "listener closed");
        }
        listener.close(engine.context.signals());
    }
}
