package io.towpath.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.wire.Bytes;
import io.towpath.wire.TcpHeader;
import java.util.SplittableRandom;

/// An attacker on a wire of the victim: completes handshakes by reading the numbers from the victim's rows,
/// which stands for a peer that received the SYN-ACK.
final class HostilePeer {
    private static final int PORT = 7;
    private final Siege siege;
    private final Forger forger;
    private final SplittableRandom random = new SplittableRandom(11);
    TcpConnection victimSide;
    long next;
    private int window;

    HostilePeer(Siege siege) {
        this.siege = siege;
        forger = new Forger(siege.victim());
        forger.source = 0x0a000063;
        forger.sourcePort = 6666;
        forger.destination = Siege.SERVER;
        forger.destinationPort = PORT;
        victimSide = siege.server;
    }

    void open(int mss, int window) {
        var tcp = siege.victim().tcp();
        var listening = (TcpListener.Listening) tcp.listen(siege.now, null, PORT, 1, tcp.defaults());
        forger.options = new byte[] {2, 4, (byte) (mss >> 8), (byte) mss, 4, 2, 1, 1};
        forger.send(siege.now, 1000, 0, TcpHeader.SYN, window, 0);
        siege.pair.settle(siege.now);
        forger.options = Forger.NO_OPTIONS;
        long[] iss = new long[1];
        tcp.forEachRow(row -> {
            if (row instanceof HalfOpen half) {
                iss[0] = half.iss;
            }
        });
        next = 1001;
        forger.send(siege.now, next, iss[0] + 1, TcpHeader.ACK, window, 0);
        siege.pair.settle(siege.now);
        var accepted = tcp.accept(siege.now, listening.listener());
        assertThat(accepted).isNotNull();
        victimSide = accepted;
        next = accepted.rcv.nxt;
        this.window = window;
    }

    /// The victim's user writes `bytes`.
    void fill(int bytes) {
        victimSide.sendRing().write(new byte[bytes], 0, bytes);
        siege.victim().tcp().written(siege.now, victimSide);
        siege.pair.settle(siege.now);
    }

    void segment(long seq, int flags, int text) {
        forger.send(siege.now, seq, victimSide.snd.una, flags, window, text);
        siege.pair.settle(siege.now);
    }

    void acknowledge(long ack) {
        forger.send(siege.now, next, ack, TcpHeader.ACK, window, 0);
        siege.pair.settle(siege.now);
    }

    /// Reports one octet somewhere in the flight as received, again and again elsewhere.
    void sack(int round) {
        var snd = victimSide.snd;
        long room = snd.nxt - snd.una;
        forger.options = new byte[28];
        forger.options[0] = 1;
        forger.options[1] = 1;
        forger.options[2] = 5;
        forger.options[3] = 26;
        for (int block = 0; block < 3; block++) {
            long left = snd.una + 1 + random.nextLong(Math.max(1, room - 2));
            Bytes.putU32(forger.options, 4 + 8 * block, left);
            Bytes.putU32(forger.options, 8 + 8 * block, left + 1 + round % 2);
        }
        acknowledge(snd.una);
        forger.options = Forger.NO_OPTIONS;
    }
}
