package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FairTurnsTest {
    private static final int PORT = 9;
    private static final int POLLS = 24;

    private final TcpConfig config = TcpConfig.defaults()
            .withInitialWindowSegments(2000)
            .withSendBuffer(4 << 20)
            .withReceiveBuffer(4 << 20);
    private final JoinedHosts hosts = new JoinedHosts(1500, Offloads.NONE, "10.0.0.%d/24");
    private final byte[] data = new byte[1 << 20];
    private final List<TcpConnection> receivers = new ArrayList<>();
    private long now = Time.SECOND;

    /// The link takes what one poll writes, which is no multiple of what one connection may send in a turn.
    ///
    /// @param taken packets that the link takes at a time, 0 for all there are
    @ParameterizedTest
    @CsvSource({"2, 0", "3, 0", "4, 0", "5, 0", "2, 7", "4, 7"})
    void connectionsThatHaveMuchToSayGetEqualSharesOfALink(int count, int taken) {
        TcpConnection[] senders = open(count);
        widen(senders);
        for (TcpConnection each : senders) {
            for (int i = 0; i < 4; i++) {
                each.sendRing().write(data, 0, data.length);
            }
            hosts.a.stack.tcp().written(now, each);
        }
        long[] before = segments(senders);
        int packets = 0;
        while (packets < POLLS * 64) {
            hosts.a.stack.poll(now);
            TxBatch out = hosts.a.stack.interfaces().get(1).outbox();
            int n = taken == 0 ? out.size() : Math.min(taken, out.size());
            for (int i = 0; i < n; i++) {
                out.get(i).release();
            }
            out.removeFirst(n);
            packets += n;
        }
        long[] sent = segments(senders);
        for (int i = 0; i < count; i++) {
            sent[i] -= before[i];
        }
        long most = Arrays.stream(sent).max().orElseThrow();
        long least = Arrays.stream(sent).min().orElseThrow();
        assertThat(most - least).as(Arrays.toString(sent)).isLessThanOrEqualTo(64);
    }

    private TcpConnection[] open(int count) {
        var listening = (TcpListener.Listening) hosts.b.stack.tcp().listen(now, null, PORT, count, config);
        var senders = new TcpConnection[count];
        for (int i = 0; i < count; i++) {
            var peer = IpAddress.parse("10.0.0.2");
            var result = hosts.a.stack.tcp().connect(now, null, 0, peer, PORT, config);
            senders[i] = ((TcpConnection.Opened) result).connection();
        }
        hosts.settle(now);
        for (int i = 0; i < count; i++) {
            receivers.add(hosts.b.stack.tcp().accept(now, listening.listener()));
        }
        return senders;
    }

    /// Lets the windows grow until they hold nobody back.
    private void widen(TcpConnection[] senders) {
        for (int round = 0; round < 40; round++) {
            for (TcpConnection each : senders) {
                each.sendRing().write(data, 0, 1 << 18);
                hosts.a.stack.tcp().written(now, each);
            }
            for (int i = 0; i < 5; i++) {
                hosts.settle(now);
                receivers.forEach(this::drain);
                now += Time.MILLISECOND;
                hosts.tick(now);
            }
        }
        hosts.settle(now);
    }

    private void drain(TcpConnection receiver) {
        byte[] sink = new byte[1 << 16];
        while (receiver.receiveRing().read(sink, 0, sink.length) > 0) {
            hosts.b.stack.tcp().consumed(now, receiver);
        }
    }

    private static long[] segments(TcpConnection[] connections) {
        return Arrays.stream(connections).mapToLong(c -> c.segmentsOut).toArray();
    }
}
