package io.towpath.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.tcp.listen.HalfOpen;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;

/// What connections leave behind when their users are gone: orphans and rows in TIME-WAIT. A peer can make as many
/// as it likes; how many are kept is bounded, and another connection of the same host goes on.
class LeftoversTest {
    private static final int PORT = 7;
    private static final int ORPHANS_MAX = 8_192;
    private static final int TIME_WAITS_MAX = 131_072;

    private final Siege siege = new Siege(TcpConfig.defaults().withTimestamps(false), 1);
    private final Forger forger = new Forger(siege.victim());
    private final TcpListener listener;

    LeftoversTest() {
        var tcp = siege.victim().tcp();
        listener = ((TcpListener.Listening) tcp.listen(siege.now, null, PORT, 16, tcp.defaults())).listener();
        forger.destination = Siege.SERVER;
        forger.destinationPort = PORT;
    }

    /// The attacker's `i`-th connection: from an address beyond the wire, so that nothing answers what the victim
    /// sends.
    private TcpConnection open(int i, int window) {
        forger.source = 0x0b000000 + (i >> 14);
        forger.sourcePort = 1024 + (i & 0x3fff);
        forger.send(siege.now, 1000, 0, TcpHeader.SYN, 8192, 0);
        siege.pair.settle(siege.now);
        HalfOpen half = listener.synQueue().oldest();
        assertThat(half).isNotNull();
        forger.send(siege.now, 1001, half.iss + 1, TcpHeader.ACK, window, 0);
        TcpConnection c = siege.victim().tcp().accept(siege.now, listener);
        assertThat(c).isNotNull();
        return c;
    }

    /// Connections with a shut window and data to send, which their users leave.
    @Test
    @Rfc(value = 9293, section = "3.8.6.1")
    void connectionsThatTheirUsersLeftAreBoundedInNumber() {
        byte[] data = new byte[100];
        for (int i = 0; i < ORPHANS_MAX + 1000; i++) {
            TcpConnection c = open(i, 0);
            c.sendRing().write(data, 0, data.length);
            siege.victim().tcp().release(siege.now, c);
            siege.now += Time.MILLISECOND;
            siege.pair.settle(siege.now);
        }
        assertThat(siege.victim().tcp().orphanCount()).isEqualTo(ORPHANS_MAX);
        assertThat(siege.count(Counter.TCP_ORPHANS_RESET)).isEqualTo(1000);
        siege.assertUnharmed();
    }

    /// The same with a quarter of a mebibyte in each.
    @Test
    @Rfc(value = 9293, section = "3.8.6.1")
    void connectionsThatTheirUsersLeftAreBoundedInMemory() {
        byte[] data = new byte[256 << 10];
        for (int i = 0; i < 1000; i++) {
            TcpConnection c = open(i, 0);
            c.sendRing().write(data, 0, data.length);
            siege.victim().tcp().release(siege.now, c);
            siege.now += Time.MILLISECOND;
            siege.pair.settle(siege.now);
        }
        assertThat(siege.victim().tcp().orphanCount()).isBetween(128, 256);
        assertThat(siege.victim().tcp().orphanBytes()).isLessThanOrEqualTo(64 << 20);
        siege.assertUnharmed();
    }

    /// The victim closes first, so the rows in TIME-WAIT are its own.
    @Test
    @Rfc(value = 9293, section = "3.6.1")
    void rowsInTimeWaitAreBounded() {
        for (int i = 0; i < TIME_WAITS_MAX + 5000; i++) {
            TcpConnection c = open(i, 8192);
            siege.victim().tcp().release(siege.now, c);
            siege.pair.settle(siege.now);
            forger.send(siege.now, 1001, c.snd.nxt, TcpHeader.ACK | TcpHeader.FIN, 8192, 0);
            siege.now += 100 * Time.MICROSECOND;
        }
        siege.pair.settle(siege.now);
        assertThat(siege.victim().tcp().timeWaitCount()).isEqualTo(TIME_WAITS_MAX);
        assertThat(siege.victim().tcp().orphanCount()).isZero();
        siege.assertUnharmed();
        siege.now += TcpConfig.defaults().timeWaitNanos() + Time.SECOND;
        siege.pair.settle(siege.now);
        assertThat(siege.victim().tcp().timeWaitCount()).isZero();
    }
}
