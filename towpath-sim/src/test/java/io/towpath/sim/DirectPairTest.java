package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Offloads;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpState;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectPairTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 65_535})
    void bytesGoFromLeftToRightInOrder(int segmentationMax) {
        var pair = new DirectPair(1500, new Offloads(segmentationMax > 0, segmentationMax), TcpConfig.defaults(), 1);
        DirectPair.Connected connection = pair.connect(0);
        byte[] sent = new byte[300_000];
        new Random(1).nextBytes(sent);
        byte[] received = new byte[sent.length];
        int written = 0;
        int read = 0;
        long now = 0;
        while (read < sent.length && now < 1_000_000_000) {
            written += connection.left().sendRing().write(sent, written, sent.length - written);
            pair.left().tcp().written(now, connection.left());
            pair.settle(now);
            read += connection.right().receiveRing().read(received, read, received.length - read);
            pair.right().tcp().consumed(now, connection.right());
            now += 1_000_000;
        }

        assertThat(received).isEqualTo(sent);
        assertThat(connection.left().state()).isEqualTo(TcpState.ESTABLISHED);
    }
}
