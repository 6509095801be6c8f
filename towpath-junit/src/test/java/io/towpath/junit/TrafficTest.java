package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.net.Host;
import io.towpath.net.TcpStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What can be said of packets, and what is said when it is not so.
class TrafficTest {
    private Host server;
    private Host client;

    @BeforeEach
    void join(Network net) {
        server = net.host("server");
        client = net.host("client");
        net.wire(server, client).delay(ofMillis(10));
    }

    @TowpathTest
    void everyPacketIsSeenOnceWhereItLeaves(Network net) throws Exception {
        try (var listening = Echo.start(net, server, 7)) {
            Echo.exchange(client, net.endpoint(server, 7), 5000, net);
        }
        net.sleep(ofSeconds(1));
        Traffic all = net.capture();
        all.from(client).syns().exactly(1);
        all.from(client).data().exactly(4);
        assertThat(all.from(client).dataBytes()).isEqualTo(5000);
        assertThat(all.from(server).dataBytes()).isEqualTo(5000);
        all.fins().exactly(2);
        all.to(server).port(7).tcp().atLeast(6);
        all.port(8).none();
        all.udp().none();
        all.resets().none();
        all.retransmissions().none();
        all.syns().noneAfter(ofMillis(0));
        all.data().noneBefore(ofMillis(20));
        Seen syn = all.syns().packets().getFirst();
        assertThat(syn.toString()).matches("0\\.000 ms client → server TCP \\d+ → 7 SYN seq \\d+ len 0");
    }

    @TowpathTest
    void whatIsNotSoIsShown(Network net) throws Exception {
        net.wire(server, client).from(client).loseNext(2);
        try (var listening = Echo.start(net, server, 7);
                TcpStream stream = client.connect(net.endpoint(server, 7))) {
            assertThat(stream.isClosed()).isFalse();
        }
        Traffic syns = net.capture().from(client).syns();
        assertThatThrownBy(() -> syns.atMost(2))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("(?s)expected at most 2 \\(from client, SYN\\), saw 3:\\R"
                        + "  0\\.000 ms client → server .*\\R"
                        + "  1000\\.000 ms client → server .* \\(again\\)\\R"
                        + "  3000\\.000 ms client → server .* \\(again\\)");
        assertThatThrownBy(syns::none).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> syns.atLeast(4)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> syns.exactly(2)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> syns.noneBefore(ofSeconds(1))).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> syns.noneAfter(ofSeconds(1))).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> syns.atLeastApart(ofSeconds(2))).isInstanceOf(AssertionError.class);
        syns.retransmissions().exactly(2).noneBefore(ofSeconds(1));
    }

    @TowpathTest
    void aSecondConnectionOfTheSameSocketsIsNoRetransmission(Network net) throws Exception {
        for (int i = 0; i < 2; i++) {
            try (var listening = Echo.start(net, server, 7);
                    TcpStream stream = client.connect(
                            null, 5000, net.endpoint(server, 7), ofSeconds(5), io.towpath.tcp.TcpConfig.defaults())) {
                stream.abort();
            }
            net.sleep(ofSeconds(1));
        }
        net.capture().syns().exactly(2);
        net.capture().retransmissions().none();
    }

    @TowpathTest
    void aCaptureCanBeSaved(Network net, @TempDir Path folder) throws Exception {
        client.ping(net.address(server), ofSeconds(1));
        net.capture().save(folder.resolve("run.pcapng"));
        assertThat(Files.readAllBytes(folder.resolve("run.pcapng")))
                .isEqualTo(net.capture().pcapng());
    }
}
