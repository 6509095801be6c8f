package io.towpath.drill;

import io.towpath.drill.sctp.SctpSession;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpState;
import io.towpath.wire.IpAddress;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the steps of one run share: the host, its configuration, the descriptors, and the connection that the
/// script speaks of at the moment.
///
/// A script speaks of one connection at a time: of that which was opened last, by a call or by a SYN to a
/// listener.
final class Session {
    /// The port that sockets get when a script leaves it open.
    static final int PORT = 8080;

    private static final int FIRST_REMOTE_PORT = 40_000;

    final VirtualHost host;
    final SetUp setUp;
    final IpAddress local;
    final IpAddress remote;
    private final PeerSigner signer;

    /// SCTP's half of the language.
    final SctpSession sctp;

    private final Map<Integer, DrillSocket> descriptors = new TreeMap<>();
    private final Map<Integer, EpollSet> epolls = new TreeMap<>();
    private final Set<Integer> files = new TreeSet<>();
    private int nextRemotePort = FIRST_REMOTE_PORT;
    private int listenPort = PORT;
    private @Nullable Flow flow;
    private @Nullable DrillSocket subject;
    private boolean timeWaitDropped;
    private boolean openingWithData;

    Session(VirtualHost host, SetUp setUp, IpAddress local, IpAddress remote) {
        this.host = host;
        this.setUp = setUp;
        this.local = local;
        this.remote = remote;
        this.signer = new PeerSigner(local, remote, () -> setUp.tcp().authentication());
        this.sctp = new SctpSession(
                host.stack(),
                host::now,
                local,
                remote,
                setUp.profile().sctp(),
                number -> descriptors.containsKey(number) || epolls.containsKey(number));
        setUp.sctp(sctp);
    }

    long now() {
        return host.now();
    }

    Map<Integer, DrillSocket> descriptors() {
        return descriptors;
    }

    /// Descriptors of `epoll_create`.
    Map<Integer, EpollSet> epolls() {
        return epolls;
    }

    /// Descriptors of files.
    Set<Integer> files() {
        return files;
    }

    /// Gives the configuration of a socket to what it has open.
    void apply(DrillSocket socket) {
        if (socket.connection != null) {
            host.stack().tcp().configure(now(), socket.connection, socket.config);
        }
        if (socket.listener != null) {
            host.stack().tcp().configure(socket.listener, socket.config);
        }
        if (socket.bound != null) {
            socket.bound.answersAs(socket.config);
        }
    }

    /// A socket listens: the next SYN opens a connection.
    void onListen(DrillSocket socket) {
        listenPort = socket.localPort;
        flow = null;
        subject = socket;
    }

    /// A socket opens a connection, or talks to its peer by datagrams.
    void onConnect(DrillSocket socket, int localPort) {
        flow = new Flow(localPort, PORT, false, signer);
        subject = socket;
    }

    /// A socket was accepted.
    void onAccept(DrillSocket socket) {
        subject = socket;
    }

    /// The connection that the script speaks of; one from a new port of the peer when it speaks of none yet.
    Flow flow() {
        Flow present = flow;
        if (present == null) {
            present = new Flow(listenPort, nextRemotePort++, true, signer);
            flow = present;
        }
        return present;
    }

    /// The socket that the script speaks of.
    @Nullable
    DrillSocket subject() {
        return subject;
    }

    /// The connection that the script speaks of, null when there is none, or but a half-open one.
    @Nullable
    TcpConnection connection() {
        TcpConnection[] found = {subject == null ? null : subject.connection};
        Flow present = flow;
        if (present != null && present.passive) {
            host.stack().tcp().forEach(c -> {
                if (c.remotePort() == present.remotePort && c.localPort() == present.localPort) {
                    found[0] = c;
                }
            });
        }
        return found[0];
    }

    /// How many sockets and connections are in `state`.
    int count(TcpState state) {
        int[] count = {0};
        if (state == TcpState.CLOSED) {
            descriptors.values().forEach(socket -> count[0] += socket.stream && socket.isClosed() ? 1 : 0);
        } else if (state == TcpState.LISTEN) {
            host.stack().tcp().forEachListener(listener -> count[0]++);
        } else {
            host.stack().tcp().forEachRow(row -> count[0] += row.state() == state ? 1 : 0);
        }
        return count[0];
    }

    /// A call waits to send what the SYN could not carry.
    void openingWithData(boolean waits) {
        openingWithData = waits;
    }

    /// Whether a call waits to send what the SYN could not carry.
    boolean isOpeningWithData() {
        return openingWithData;
    }

    /// Connections in TIME-WAIT count as gone from here on.
    void dropTimeWait() {
        timeWaitDropped = count(TcpState.TIME_WAIT) > 0;
    }

    /// Whether a connection counts as gone that is not.
    boolean isTimeWaitDropped() {
        return timeWaitDropped;
    }
}
