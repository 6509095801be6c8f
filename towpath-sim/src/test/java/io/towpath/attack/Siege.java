package io.towpath.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.sim.DirectPair;
import io.towpath.stack.Stack;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpState;

/// A client (left) and a server (right, the victim) that talk over one connection while somebody forges
/// segments of the client's. The attacker knows everything of the connection but its numbers: addresses, ports,
/// and roughly when it sends.
final class Siege {
    static final int CLIENT = 0x0a000001;
    static final int SERVER = 0x0a000002;

    final DirectPair pair;
    final TcpConnection client;
    final TcpConnection server;
    final Forger forger;
    long now = Time.SECOND;

    private long sent;
    private long received;

    Siege(TcpConfig config, long seed) {
        pair = new DirectPair(1500, Offloads.NONE, config, seed);
        DirectPair.Connected connected = pair.connect(now);
        client = connected.left();
        server = connected.right();
        forger = new Forger(victim());
        asClient(forger);
    }

    Stack victim() {
        return pair.right();
    }

    /// Lets `forger` speak in the client's name to the server.
    void asClient(Forger forger) {
        forger.source = CLIENT;
        forger.sourcePort = client.localPort();
        forger.destination = SERVER;
        forger.destinationPort = server.localPort();
    }

    long count(Counter counter) {
        return victim().context().counters().get(counter);
    }

    /// The client sends `bytes` and they come, unchanged and in order; the same the other way.
    void talk(int bytes) {
        carry(pair.left(), client, pair.right(), server, bytes);
        carry(pair.right(), server, pair.left(), client, bytes);
    }

    private void carry(Stack from, TcpConnection sender, Stack to, TcpConnection receiver, int bytes) {
        byte[] out = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            out[i] = (byte) (sent + i * 31L);
        }
        byte[] in = new byte[bytes];
        int written = 0;
        int read = 0;
        long end = now + 20 * Time.SECOND;
        while (read < bytes && now < end) {
            written += sender.sendRing().write(out, written, bytes - written);
            from.tcp().written(now, sender);
            pair.settle(now);
            read += receiver.receiveRing().read(in, read, bytes - read);
            to.tcp().consumed(now, receiver);
            now += Time.MILLISECOND;
        }
        assertThat(in).as("what was received, %d of %d bytes", read, bytes).isEqualTo(out);
        assertThat(receiver.receiveRing().readable()).isZero();
        sent += bytes;
        received += read;
    }

    /// Nothing happened to the connection.
    void assertUnharmed() {
        assertThat(server.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(client.state()).isEqualTo(TcpState.ESTABLISHED);
        talk(100_000);
        assertThat(received).isEqualTo(sent);
        assertThat(victim().context().pool().outstanding()).isZero();
        assertThat(pair.left().context().pool().outstanding()).isZero();
    }
}
