package io.towpath.cli;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.Message;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpLayer;
import io.towpath.sctp.SendOptions;
import io.towpath.sim.DirectPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpLayer;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// What an established connection or association costs while nothing happens on it: opens many between two stacks in
/// this process, lets each carry one message there and back, and looks at the heap in between. Time is virtual.
final class EndpointBench {
    private static final IpAddress SERVER = IpAddress.parse("10.0.0.2");
    private static final int FIRST_PORT = 6000;
    /// Messages between times in which nothing happens.
    private static final int ECHOES = 10_000;

    private static final int BACKLOG = 256;
    private static final int MESSAGE = 64;

    /// What was measured.
    ///
    /// @param endpoints established ones, both ends counted
    /// @param fresh heap bytes for each that never carried data
    /// @param talked heap bytes for each after a message went each way
    /// @param echoed connections over which the message came back unchanged
    record Result(int endpoints, double fresh, double talked, int echoed) {}

    /// The transport that is measured. Connections have numbers from 0 on, in the order of their opens.
    private interface Ends {
        /// Connections to one port of the server.
        int perPort();

        /// Has the server take connections to `port` from now on.
        void listen(long now, int port);

        /// Begins connection `index` to `port`.
        void open(long now, int index, int port);

        /// Takes the connections that the server has to accept.
        ///
        /// @param from the number of the first
        /// @return how many there were
        int accept(long now, int from);

        /// Hands a message over at one end.
        void send(long now, int index, boolean byClient, byte[] message);

        /// Takes it at the other end.
        void receive(long now, int index, boolean byClient, byte[] into);
    }

    private final DirectPair pair = new DirectPair(1500, Offloads.NONE, TcpConfig.defaults(), 1);
    private final Ends ends;
    private final int connections;
    private final byte[] sent = new byte[MESSAGE];
    private final byte[] read = new byte[MESSAGE];
    private long now = Time.SECOND;

    private EndpointBench(int connections, boolean sctp) {
        this.connections = connections;
        ends = sctp ? new SctpEnds(pair, connections) : new TcpEnds(pair, connections);
        Arrays.fill(sent, (byte) 'x');
    }

    /// @param connections how many to open, each with two endpoints
    /// @param sctp associations of SCTP, else connections of TCP
    /// @param progress is told how many are done, first of the opens, then of the messages
    static Result run(int connections, boolean sctp, LongConsumer progress) {
        var bench = new EndpointBench(connections, sctp);
        long empty = heap();
        bench.open(progress);
        bench.quiet();
        long fresh = heap() - empty;
        int echoed = bench.echo(progress);
        bench.quiet();
        long talked = heap() - empty;
        int endpoints = 2 * connections;
        return new Result(endpoints, (double) fresh / endpoints, (double) talked / endpoints, echoed);
    }

    private void open(LongConsumer progress) {
        int perPort = ends.perPort();
        int accepted = 0;
        for (int i = 0; i < connections; i++) {
            int port = FIRST_PORT + i / perPort;
            if (i % perPort == 0) {
                ends.listen(now, port);
            }
            ends.open(now, i, port);
            if (i % BACKLOG == BACKLOG - 1 || i % perPort == perPort - 1 || i == connections - 1) {
                pair.settle(now);
                accepted += ends.accept(now, accepted);
                now += Time.MILLISECOND;
                progress.accept(accepted);
            }
        }
        if (accepted != connections) {
            throw CommandFailure.failed(accepted + " of " + connections + " connections opened");
        }
    }

    /// Lets delayed acknowledgments and whatever else is due soon happen.
    private void quiet() {
        for (int i = 0; i < 25; i++) {
            now += 200 * Time.MILLISECOND;
            pair.settle(now);
        }
    }

    /// A message over each connection and back.
    ///
    /// @return how many came back unchanged
    private int echo(LongConsumer progress) {
        int echoed = 0;
        for (int i = 0; i < connections; i++) {
            sent[0] = (byte) i;
            carry(i, true);
            carry(i, false);
            if (Arrays.equals(sent, read)) {
                echoed++;
            }
            if (i % ECHOES == ECHOES - 1) {
                quiet(); // so that idle ones give their buffers back while others talk
                progress.accept(i);
            }
        }
        return echoed;
    }

    private void carry(int index, boolean fromClient) {
        ends.send(now, index, fromClient, fromClient ? sent : read);
        pair.settle(now);
        Arrays.fill(read, (byte) 0);
        ends.receive(now, index, !fromClient, read);
        pair.settle(now);
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /// TCP.
    private static final class TcpEnds implements Ends {
        /// Well below the number of ephemeral ports.
        private static final int PER_PORT = 10_000;

        private final TcpLayer left;
        private final TcpLayer right;
        private final TcpConnection[] clients;
        private final TcpConnection[] servers;
        private @Nullable TcpListener listener;

        TcpEnds(DirectPair pair, int connections) {
            left = pair.left().tcp();
            right = pair.right().tcp();
            clients = new TcpConnection[connections];
            servers = new TcpConnection[connections];
        }

        @Override
        public int perPort() {
            return PER_PORT;
        }

        @Override
        public void listen(long now, int port) {
            listener = ((TcpListener.Listening) right.listen(now, null, port, BACKLOG, right.defaults())).listener();
        }

        @Override
        public void open(long now, int index, int port) {
            clients[index] =
                    ((TcpConnection.Opened) left.connect(now, null, 0, SERVER, port, left.defaults())).connection();
        }

        @Override
        public int accept(long now, int from) {
            int next = from;
            TcpListener at = Objects.requireNonNull(listener);
            for (TcpConnection c = right.accept(now, at); c != null; c = right.accept(now, at)) {
                servers[next++] = c;
            }
            return next - from;
        }

        @Override
        public void send(long now, int index, boolean byClient, byte[] message) {
            TcpConnection end = byClient ? clients[index] : servers[index];
            end.sendRing().write(message, 0, message.length);
            (byClient ? left : right).written(now, end);
        }

        @Override
        public void receive(long now, int index, boolean byClient, byte[] into) {
            TcpConnection end = byClient ? clients[index] : servers[index];
            end.receiveRing().read(into, 0, into.length);
            (byClient ? left : right).consumed(now, end);
        }
    }

    /// SCTP: associations with one path. An endpoint has one with each endpoint of the other side, in the one-to-many
    /// style, for there are not as many ports. The users take the notifications as well.
    private static final class SctpEnds implements Ends {
        private static final int PER_PORT = 500;

        private final List<SctpEndpoint> callers = new ArrayList<>();
        private final SctpLayer left;
        private final SctpLayer right;
        private final Association[] clients;
        private final Association[] servers;
        private @Nullable SctpEndpoint endpoint;

        SctpEnds(DirectPair pair, int connections) {
            left = pair.left().sctp();
            right = pair.right().sctp();
            clients = new Association[connections];
            servers = new Association[connections];
            for (int i = 0; i < PER_PORT; i++) {
                callers.add(((SctpEndpoint.Bound) left.bind(0, List.of(), 0, SctpConfig.defaults())).endpoint());
            }
        }

        @Override
        public int perPort() {
            return PER_PORT;
        }

        @Override
        public void listen(long now, int port) {
            endpoint = ((SctpEndpoint.Bound) right.bind(now, List.of(), port, SctpConfig.defaults())).endpoint();
            right.listen(now, endpoint, BACKLOG);
        }

        @Override
        public void open(long now, int index, int port) {
            var result = left.connect(now, callers.get(index % PER_PORT), List.of(SERVER), port);
            clients[index] = ((Association.Opened) result).association();
        }

        @Override
        public int accept(long now, int from) {
            int next = from;
            SctpEndpoint at = Objects.requireNonNull(endpoint);
            for (Association a = right.accept(now, at); a != null; a = right.accept(now, at)) {
                servers[next] = a;
                take(now, right, a);
                take(now, left, clients[next++]);
            }
            return next - from;
        }

        @Override
        public void send(long now, int index, boolean byClient, byte[] message) {
            SctpLayer sctp = byClient ? left : right;
            Association end = byClient ? clients[index] : servers[index];
            SctpError refused = sctp.send(now, end, message, 0, message.length, SendOptions.defaults());
            if (refused != null) {
                throw CommandFailure.failed("association " + index + ": " + refused);
            }
        }

        @Override
        public void receive(long now, int index, boolean byClient, byte[] into) {
            Message message = take(now, byClient ? left : right, byClient ? clients[index] : servers[index]);
            if (message != null) {
                System.arraycopy(message.data(), 0, into, 0, Math.min(into.length, message.length()));
            }
        }

        private static @Nullable Message take(long now, SctpLayer sctp, Association a) {
            Message last = null;
            for (Received next = sctp.receive(now, a); next != null; next = sctp.receive(now, a)) {
                last = next instanceof Message message ? message : last;
            }
            return last;
        }
    }
}
