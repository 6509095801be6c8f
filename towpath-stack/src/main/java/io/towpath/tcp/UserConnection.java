package io.towpath.tcp;

import io.towpath.core.Signals;
import io.towpath.tcp.TcpIndication.Fault;
import io.towpath.tcp.TcpIndication.LocalSocket;
import io.towpath.wire.Octets;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One connection as its user sees it: a name, what he asked to receive, and what he was told. It is a listener
/// first when the open was passive.
final class UserConnection {
    final long name;
    private final TcpLayer tcp;
    private final Queue<TcpIndication> told;
    /// RECEIVEs that wait for data: how much each takes.
    private final ArrayDeque<Integer> receives = new ArrayDeque<>();

    private @Nullable TcpListener listener;
    private @Nullable TcpConnection connection;
    private long allocated;
    private boolean opened;
    private boolean closing;
    private boolean reports = true;
    private int userTimeouts;

    UserConnection(long name, TcpLayer tcp, Queue<TcpIndication> told) {
        this.name = name;
        this.tcp = tcp;
        this.told = told;
    }

    /// It waits for a peer.
    void listen(TcpListener passive) {
        listener = passive;
        passive.attach(this);
    }

    /// It calls a peer, or has one.
    void adopt(long now, TcpConnection c) {
        if (listener != null) {
            listener.attach(null);
            listener = null;
        }
        connection = c;
        c.attach(this);
        if (allocated > 0) {
            tcp.allocate(now, c, (int) Math.min(allocated, Integer.MAX_VALUE));
        }
    }

    /// The passive open, while it waits.
    @Nullable
    TcpListener listener() {
        return listener;
    }

    /// The connection; only when it is no passive open that waits.
    TcpConnection connection() {
        return Objects.requireNonNull(connection);
    }

    void report(boolean on) {
        reports = on;
    }

    void receive(int n) {
        if (isDrained()) {
            told.add(new TcpIndication.Error(name, Fault.CLOSING, null));
            return;
        }
        receives.add(n);
    }

    void allocate(long now, int n) {
        allocated += n;
        if (connection != null) {
            tcp.allocate(now, connection, n);
        }
    }

    /// Nothing will ever be delivered again.
    private boolean isDrained() {
        TcpConnection c = connection;
        return c != null && c.receiveRing().readable() == 0 && (c.endOfStream() || c.isDead());
    }

    /// The engine raised signals for the connection.
    ///
    /// @return false when that was the end: the name means nothing any more
    boolean onSignals(long now, int signals) {
        TcpConnection c = connection();
        if (!opened && (c.state().isSynchronized() || (signals & Signals.CONNECTED) != 0)) {
            opened = true;
            told.add(new TcpIndication.OpenSuccess(name, c.local(), c.remote()));
        }
        if ((signals & Signals.URGENT) != 0 && reports) {
            told.add(new TcpIndication.Error(name, Fault.URGENT_DATA, null));
        }
        if ((signals & Signals.ERROR) != 0) {
            reportError(c);
        }
        return deliver(now);
    }

    private void reportError(TcpConnection c) {
        boolean timeout = c.userTimeouts > userTimeouts;
        userTimeouts = c.userTimeouts;
        TcpError cause = c.softError;
        if (reports && timeout) {
            told.add(new TcpIndication.Error(name, Fault.USER_TIMEOUT, null));
        } else if (reports && cause != null) {
            told.add(new TcpIndication.Error(name, Fault.DELIVERY_PROBLEM, cause));
        }
    }

    /// DELIVERs what the user asked for and what is there, then says what there is to say about the end.
    ///
    /// @return false when the name means nothing any more
    boolean deliver(long now) {
        TcpConnection c = connection;
        if (c == null) {
            return true;
        }
        boolean aborted = c.error() != null;
        while (!aborted && c.receiveRing().readable() > 0 && (!receives.isEmpty() || allocated > 0)) {
            Integer receive = receives.poll();
            deliver(now, c, receive == null ? allocated : receive);
        }
        if (c.endOfStream() && !closing && !aborted) {
            closing = true;
            told.add(new TcpIndication.Closing(name));
        }
        if (!c.isDead() || !aborted && c.receiveRing().readable() > 0) {
            return true;
        }
        end(c);
        return false;
    }

    /// RFC 9293 §3.9.1.3: "data following the urgent pointer (non-urgent data) cannot be delivered to the user
    /// in the same buffer with preceding urgent data".
    private void deliver(long now, TcpConnection c, long most) {
        long urgent = c.urgentBytes();
        long n = Math.min(most, c.receiveRing().readable());
        if (urgent > 0) {
            n = Math.min(n, urgent);
        }
        byte[] data = new byte[(int) n];
        c.receiveRing().read(data, 0, data.length);
        allocated = Math.max(0, allocated - n);
        told.add(new TcpIndication.Deliver(name, Octets.of(data), urgent > 0, Math.max(0, urgent - n)));
        tcp.consumed(now, c);
    }

    private void end(TcpConnection c) {
        TcpError error = c.error();
        told.add(
                !opened && error != null
                        ? new TcpIndication.OpenFailure(name, error)
                        : new TcpIndication.Terminate(name, error));
    }

    TcpIndication.StatusResponse status() {
        return listener == null ? status(name, connection()) : status(name, listener);
    }

    private static TcpIndication.StatusResponse status(long name, TcpListener listener) {
        TcpConfig config = listener.config();
        return new TcpIndication.StatusResponse(
                name,
                new LocalSocket(listener.localAddress(), listener.localPort()),
                listener.remote(),
                listener.state(),
                0,
                0,
                0,
                0,
                false,
                config.trafficClass() >>> 5,
                config.conditions().security(),
                config.userTimeoutNanos(),
                config.userTimeout().action());
    }

    static TcpIndication.StatusResponse status(long name, TcpConnection c) {
        TcpConfig config = c.config();
        return new TcpIndication.StatusResponse(
                name,
                new LocalSocket(c.localAddress(), c.localPort()),
                c.remote(),
                c.state(),
                c.state() == TcpState.SYN_SENT ? 0 : c.rcv.wnd(),
                c.snd.wnd,
                c.sendRing().readable(),
                c.receiveRing().readable(),
                c.urgentBytes() > 0 || c.snd.up > c.snd.una,
                config.trafficClass() >>> 5,
                config.conditions().security(),
                c.userTimeoutNanos,
                config.userTimeout().action());
    }
}
