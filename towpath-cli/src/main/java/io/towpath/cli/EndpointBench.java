package io.towpath.cli;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.sim.DirectPair;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpLayer;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// What an established connection costs while nothing happens on it: opens many between two stacks in this process,
/// lets each carry one message there and back, and looks at the heap in between. Time is virtual.
final class EndpointBench {
    private static final IpAddress SERVER = IpAddress.parse("10.0.0.2");
    private static final int FIRST_PORT = 6000;
    /// Connections to one port of the server: well below the number of ephemeral ports.
    private static final int PER_PORT = 10_000;

    private static final int BACKLOG = 256;
    private static final int MESSAGE = 64;

    /// What was measured.
    ///
    /// @param endpoints established ones, both ends counted
    /// @param fresh heap bytes for each that never carried data
    /// @param talked heap bytes for each after a message went each way
    /// @param echoed connections over which the message came back unchanged
    record Result(int endpoints, double fresh, double talked, int echoed) {}

    private final DirectPair pair = new DirectPair(1500, Offloads.NONE, TcpConfig.defaults(), 1);
    private final TcpLayer left = pair.left().tcp();
    private final TcpLayer right = pair.right().tcp();
    private final TcpConnection[] clients;
    private final TcpConnection[] servers;
    private final byte[] sent = new byte[MESSAGE];
    private final byte[] read = new byte[MESSAGE];
    private long now = Time.SECOND;

    private EndpointBench(int connections) {
        clients = new TcpConnection[connections];
        servers = new TcpConnection[connections];
        Arrays.fill(sent, (byte) 'x');
    }

    /// @param connections how many to open, each with two endpoints
    /// @param progress is told how many are done, first of the opens, then of the messages
    static Result run(int connections, LongConsumer progress) {
        var bench = new EndpointBench(connections);
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
        TcpListener listener = listen(FIRST_PORT);
        int accepted = 0;
        for (int i = 0; i < clients.length; i++) {
            int port = FIRST_PORT + i / PER_PORT;
            if (i > 0 && i % PER_PORT == 0) {
                listener = listen(port);
            }
            clients[i] =
                    ((TcpConnection.Opened) left.connect(now, null, 0, SERVER, port, left.defaults())).connection();
            if (i % BACKLOG == BACKLOG - 1 || i % PER_PORT == PER_PORT - 1 || i == clients.length - 1) {
                pair.settle(now);
                for (TcpConnection c = right.accept(now, listener); c != null; c = right.accept(now, listener)) {
                    servers[accepted++] = c;
                }
                now += Time.MILLISECOND;
                progress.accept(accepted);
            }
        }
        if (accepted != clients.length) {
            throw CommandFailure.failed(accepted + " of " + clients.length + " connections opened");
        }
    }

    private TcpListener listen(int port) {
        return ((TcpListener.Listening) right.listen(now, null, port, BACKLOG, right.defaults())).listener();
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
        for (int i = 0; i < clients.length; i++) {
            sent[0] = (byte) i;
            carry(left, clients[i], right, servers[i]);
            carry(right, servers[i], left, clients[i]);
            if (Arrays.equals(sent, read)) {
                echoed++;
            }
            if (i % PER_PORT == PER_PORT - 1) {
                quiet(); // so that idle ones give their buffers back while others talk
                progress.accept(i);
            }
        }
        return echoed;
    }

    private void carry(TcpLayer from, TcpConnection sender, TcpLayer to, TcpConnection receiver) {
        byte[] message = from == left ? sent : read;
        sender.sendRing().write(message, 0, MESSAGE);
        from.written(now, sender);
        pair.settle(now);
        Arrays.fill(read, (byte) 0);
        receiver.receiveRing().read(read, 0, MESSAGE);
        to.consumed(now, receiver);
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
}
