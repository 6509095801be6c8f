package io.towpath.tcp;

import io.towpath.core.SignalSource;
import io.towpath.core.Signals;
import io.towpath.tcp.TcpIndication.Fault;
import io.towpath.tcp.TcpIndication.LocalSocket;
import io.towpath.tcp.config.TimeoutAction;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// TCP's user interface by the names of its service primitives: the requests are methods, the responses are
/// [TcpIndication]s in a queue ([#next]). "User commands receive an immediate return and possibly a delayed
/// response via an event" (RFC 9293 §3.10); here the immediate one is in the queue too.
///
/// It is a vocabulary, not a second engine: each request is one of [TcpLayer]'s calls, which are its fast form
/// (there the user writes to and reads from the connection's rings without a copy), and the indications come of
/// the signals that every socket raises. Whoever drives the stack hands those on ([#signalled]).
///
/// One passive open is one connection, as in the specification. A server that takes many uses [TcpLayer#listen]
/// and [TcpLayer#accept].
///
/// ```java
/// long name = user.activeOpen(now, null, 0, Endpoint.parse("192.0.2.1:7"), config);
/// user.send(now, name, data, SendFlags.PUSH);
/// user.receive(now, name, 1000);
/// // drive the stack, hand its signals to user.signalled(), and read user.next():
/// // OpenId, OpenSuccess, Deliver, Closing, Terminate
/// ```
public final class TcpUser {
    private final TcpLayer tcp;
    private final ArrayDeque<TcpIndication> told = new ArrayDeque<>();
    private final TreeMap<Long, UserConnection> connections = new TreeMap<>();
    private long lastName;

    /// A user of `tcp` without connections.
    public TcpUser(TcpLayer tcp) {
        this.tcp = tcp;
    }

    /// What TCP said next; null when there is nothing new.
    public @Nullable TcpIndication next() {
        return told.poll();
    }

    /// How many names mean something.
    public int size() {
        return connections.size();
    }

    /// UNSPECIFIED-PASSIVE-OPEN: waits for any peer. Precedence and security, timeout and its action are those
    /// of `config`. Answered by OPEN-ID, and then OPEN-SUCCESS when a peer has come, or OPEN-FAILURE.
    ///
    /// @param local own address, null for all
    /// @param port 1 to 65535, or 0 to choose one
    /// @return the local connection name
    /// @throws IllegalArgumentException if `port` is none
    public long unspecifiedPassiveOpen(long now, @Nullable IpAddress local, int port, TcpConfig config) {
        return passiveOpen(now, local, port, null, config);
    }

    /// FULL-PASSIVE-OPEN: waits for this peer only. OPEN or SEND turns it into an active open.
    ///
    /// @throws IllegalArgumentException if `port` is none, or `remote` names no single host and port
    public long fullPassiveOpen(long now, @Nullable IpAddress local, int port, Endpoint remote, TcpConfig config) {
        return passiveOpen(now, local, port, remote, config);
    }

    private long passiveOpen(
            long now, @Nullable IpAddress local, int port, @Nullable Endpoint remote, TcpConfig config) {
        UserConnection connection = make();
        switch (tcp.listen(now, local, port, remote, 1, config)) {
            case TcpListener.Listening(TcpListener listener) -> {
                connection.listen(listener);
                connections.put(connection.name, connection);
                told.add(new TcpIndication.OpenId(
                        connection.name, new LocalSocket(local, listener.localPort()), remote));
            }
            case TcpListener.Failed(TcpError error) ->
                fail(connection.name, new LocalSocket(local, port), remote, error);
        }
        return connection.name;
    }

    /// ACTIVE-OPEN: calls this peer. Answered by OPEN-ID, and then OPEN-SUCCESS or OPEN-FAILURE.
    ///
    /// @param local own address, null to let the route choose
    /// @param port own port, 0 to choose one
    /// @return the local connection name
    /// @throws IllegalArgumentException if `port` is none
    public long activeOpen(long now, @Nullable IpAddress local, int port, Endpoint remote, TcpConfig config) {
        UserConnection connection = make();
        TcpConnection.Result result = tcp.connect(now, local, port, remote.address(), remote.port(), config);
        connect(now, connection, result, new LocalSocket(local, port), remote);
        return connection.name;
    }

    /// ACTIVE-OPEN-WITH-DATA: calls this peer and sends at once. The data is queued before the SYN leaves; it
    /// goes with it where Fast Open allows, and with the first segment after it otherwise (RFC 9293 §3.10.1:
    /// "may be sent with SYN segment or queued for transmission after entering ESTABLISHED state").
    ///
    /// @throws IllegalArgumentException if `port` is none
    public long activeOpenWithData(
            long now,
            @Nullable IpAddress local,
            int port,
            Endpoint remote,
            TcpConfig config,
            byte[] data,
            SendFlags flags) {
        UserConnection connection = make();
        TcpConnection.Result result =
                tcp.connect(now, local, port, remote.address(), remote.port(), config, new byte[0], 0, 0);
        connect(now, connection, result, new LocalSocket(local, port), remote);
        if (connections.containsKey(connection.name)) {
            send(now, connection.name, data, flags);
        }
        return connection.name;
    }

    /// OPEN of a name that a full passive open gave (RFC 9293 §3.10.1, LISTEN): "change the connection from
    /// passive to active". Answered as an active open is.
    public void open(long now, long name) {
        UserConnection connection = find(name);
        if (connection == null) {
            return;
        }
        TcpListener listener = connection.listener();
        if (listener == null) {
            error(name, Fault.ALREADY_EXISTS);
        } else {
            activate(now, connection, listener);
        }
    }

    /// @return false when it is no connection now
    private boolean activate(long now, UserConnection connection, TcpListener listener) {
        Endpoint remote = listener.remote();
        if (remote == null) {
            error(connection.name, Fault.REMOTE_UNSPECIFIED);
            return false;
        }
        listener.attach(null);
        var local = new LocalSocket(listener.localAddress(), listener.localPort());
        connect(now, connection, tcp.activate(now, listener), local, remote);
        return connections.containsKey(connection.name);
    }

    private void connect(
            long now, UserConnection connection, TcpConnection.Result result, LocalSocket local, Endpoint remote) {
        switch (result) {
            case TcpConnection.Opened(TcpConnection c) -> {
                connection.adopt(now, c);
                connections.put(connection.name, connection);
                told.add(new TcpIndication.OpenId(
                        connection.name, new LocalSocket(c.localAddress(), c.localPort()), remote));
            }
            case TcpConnection.Failed(TcpError error) -> fail(connection.name, local, remote, error);
        }
    }

    private void fail(long name, LocalSocket local, @Nullable Endpoint remote, TcpError error) {
        connections.remove(name);
        told.add(new TcpIndication.OpenId(name, local, remote));
        told.add(new TcpIndication.OpenFailure(name, error));
    }

    /// SEND: all of `data`, or ERROR "insufficient resources" when the send buffer has no room for it.
    public void send(long now, long name, byte[] data, SendFlags flags) {
        UserConnection connection = find(name);
        if (connection == null) {
            return;
        }
        TcpListener listener = connection.listener();
        // "If the remote socket is specified, then change the connection from passive to active".
        if (listener != null && !activate(now, connection, listener)) {
            return;
        }
        TcpConnection c = connection.connection();
        if (c.isClosedForSending()) {
            error(name, Fault.CLOSING);
        } else if (c.sendRing().writable() < data.length) {
            error(name, Fault.INSUFFICIENT_RESOURCES);
        } else {
            write(now, c, data, flags);
        }
    }

    private void write(long now, TcpConnection c, byte[] data, SendFlags flags) {
        TimeoutAction action = flags.timeoutAction();
        if (flags.timeoutNanos() > 0 || action != null) {
            TcpConfig config = c.config();
            tcp.userTimeout(
                    now,
                    c,
                    flags.timeoutNanos() > 0 ? flags.timeoutNanos() : config.userTimeoutNanos(),
                    action == null ? config.userTimeout().action() : action);
        }
        c.sendRing().write(data, 0, data.length);
        if (flags.urgent()) {
            tcp.sendUrgent(now, c);
        }
        if (flags.push()) {
            tcp.written(now, c);
        } else {
            tcp.writtenToWait(now, c, data.length);
        }
    }

    /// RECEIVE: up to `n` bytes, in one DELIVER, as soon as there are any. Several are served in turn.
    ///
    /// @throws IllegalArgumentException unless `n` is at least 1
    public void receive(long now, long name, int n) {
        if (n < 1) {
            throw new IllegalArgumentException("cannot receive " + n + " bytes");
        }
        UserConnection connection = find(name);
        if (connection != null) {
            connection.receive(n);
            settle(now, connection);
        }
    }

    /// ALLOCATE: the user will take `n` bytes more, in as many DELIVERs as come. From the first one on the
    /// window offered to the peer is what was allocated and not yet delivered, as far as the receive buffer
    /// holds it. (What the SYN offered stays offered: an open with a small [TcpConfig#receiveBuffer()] offers
    /// no more than that.)
    ///
    /// @throws IllegalArgumentException unless `n` is at least 1
    public void allocate(long now, long name, int n) {
        if (n < 1) {
            throw new IllegalArgumentException("cannot allocate " + n + " bytes");
        }
        UserConnection connection = find(name);
        if (connection != null) {
            connection.allocate(now, n);
            settle(now, connection);
        }
    }

    private void settle(long now, UserConnection connection) {
        if (!connection.deliver(now)) {
            connections.remove(connection.name);
        }
    }

    /// CLOSE: no more to send. What was sent is delivered still, and receiving goes on until the peer closes
    /// too.
    public void close(long now, long name) {
        UserConnection connection = find(name);
        if (connection == null) {
            return;
        }
        TcpListener listener = connection.listener();
        if (listener != null) {
            forget(now, name, listener, null);
        } else if (connection.connection().isClosedForSending()) {
            error(name, Fault.CLOSING);
        } else {
            tcp.close(now, connection.connection());
        }
    }

    /// ABORT: the peer gets a RST, and what was not sent or delivered is lost. Answered by TERMINATE, or by
    /// OPEN-FAILURE when the connection was not open yet.
    public void abort(long now, long name) {
        UserConnection connection = find(name);
        if (connection == null) {
            return;
        }
        TcpListener listener = connection.listener();
        if (listener != null) {
            forget(now, name, listener, TcpError.ABORTED);
        } else {
            tcp.abort(now, connection.connection()); // its signal brings the answer
        }
    }

    private void forget(long now, long name, TcpListener listener, @Nullable TcpError reason) {
        connections.remove(name);
        tcp.close(now, listener);
        told.add(new TcpIndication.Terminate(name, reason));
    }

    /// STATUS. Answered by STATUS RESPONSE.
    public void status(long now, long name) {
        UserConnection connection = find(name);
        if (connection != null) {
            told.add(connection.status());
        }
    }

    /// The STATUS of a connection that was opened by a call of [TcpLayer], under its [TcpConnection#id()].
    public static TcpIndication.StatusResponse status(TcpConnection c) {
        return UserConnection.status(c.id(), c);
    }

    /// Turns asynchronous reports about one connection off or on (RFC 9293 §3.9.1.8, SHLD-20: an application
    /// "SHOULD be able to effectively disable these calls"). They are on at first.
    public void reports(long name, boolean on) {
        UserConnection connection = find(name);
        if (connection != null) {
            connection.report(on);
        }
    }

    private @Nullable UserConnection find(long name) {
        UserConnection connection = connections.get(name);
        if (connection == null) {
            error(name, Fault.DOES_NOT_EXIST);
        }
        return connection;
    }

    private void error(long name, Fault fault) {
        told.add(new TcpIndication.Error(name, fault, null));
    }

    private UserConnection make() {
        return new UserConnection(++lastName, tcp, told);
    }

    /// A socket of the host raised signals. Whoever drives the stack calls it for each that it takes from the
    /// host's queue.
    ///
    /// @param signals what [SignalSource#takeSignals] gave
    /// @return false when the socket is none of this user's
    public boolean signalled(long now, SignalSource source, int signals) {
        if (!(source.attachment() instanceof UserConnection connection)
                || connections.get(connection.name) != connection) {
            return false;
        }
        int raised = signals;
        if (source instanceof TcpListener listener) {
            TcpConnection c = tcp.accept(now, listener);
            if (c == null) {
                return true;
            }
            connection.adopt(now, c);
            tcp.close(now, listener); // a passive open has its peer and takes no other
            raised = Signals.CONNECTED | Signals.READABLE;
        }
        if (!connection.onSignals(now, raised)) {
            connections.remove(connection.name);
        }
        return true;
    }
}
