package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.net.Host;
import io.towpath.net.TcpStream;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// What can happen to a network, by script and by hand.
class FaultsTest {
    @TowpathTest(seed = 1, seeds = 3)
    void aCutWireHealsAndTheTransferGoesOn(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        Wire wire = net.wire(server, client).delay(ofMillis(20));
        net.at(ofMillis(70), wire::cut);
        net.at(ofSeconds(30), wire::heal);
        try (var listening = Echo.start(net, server, 7)) {
            Echo.exchange(client, net.endpoint(server, 7), 200_000, net);
        }
        assertThat(net.now()).isGreaterThan(ofSeconds(30));
        net.capture()
                .between(ofSeconds(1), ofSeconds(30))
                .data()
                .where("new", seen -> !seen.again())
                .none();
        net.capture().from(client).retransmissions().noneBefore(ofMillis(100));
        net.capture().resets().none();
    }

    @TowpathTest
    void aLostSynIsSentAgainAfterASecond(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        net.wire(server, client).delay(ofMillis(50)).from(client).loseNext(1);
        try (var listening = Echo.start(net, server, 7);
                TcpStream stream = client.connect(net.endpoint(server, 7))) {
            // RFC 6298 §2.1: until a round trip was measured the timeout is one second.
            net.capture().from(client).syns().exactly(2).atLeastApart(ofSeconds(1));
            net.capture().from(client).retransmissions().exactly(1).noneBefore(ofSeconds(1));
            assertThat(net.now()).isEqualTo(ofMillis(1100));
        }
    }

    @TowpathTest
    void aStreamThatAsksWhetherItsPeerIsThereLearnsThatItIsNot(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        Wire wire = net.wire(server, client);
        net.at(ofSeconds(100), wire::cut);
        try (var listening = Echo.start(net, server, 7);
                TcpStream stream = client.connect(net.endpoint(server, 7))) {
            stream.setKeepAlive(ofSeconds(30));
            // Asked every 30 s: three times with an answer, nine times in vain.
            assertThatThrownBy(() -> stream.read(new byte[1]))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Connection timed out");
            assertThat(net.now().toSeconds()).isEqualTo(120 + 9 * 30);
            net.capture().from(server).between(ofSeconds(1), ofSeconds(100)).exactly(3);
            net.capture()
                    .from(client)
                    .between(ofSeconds(100), net.now().minusSeconds(1))
                    .exactly(9);
        }
    }

    @TowpathTest
    void aPeerFartherAwayThanAllQuestionsWouldTakeIsThereNevertheless(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        net.wire(server, client).delay(ofMillis(100));
        try (var listening = Echo.start(net, server, 7);
                TcpStream stream = client.connect(net.endpoint(server, 7))) {
            // Nine questions, one every 20 ms, would all be out before the first answer comes.
            stream.setKeepAlive(ofMillis(20));
            net.sleep(ofSeconds(2));
            stream.write(new byte[10]);
            assertThat(stream.input().readNBytes(10)).hasSize(10);
        }
    }

    @TowpathTest
    void aPartitionedClientTimesOut(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        Wire wire = net.wire(server, client);
        net.partition(server);
        assertThat(wire.isCut()).isTrue();
        assertThatThrownBy(() -> client.connect(net.endpoint(server, 7), ofSeconds(3)))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(net.now()).isEqualTo(ofSeconds(3));
        net.capture().syns().atMost(3);
        net.heal();
        assertThatThrownBy(() -> client.connect(net.endpoint(server, 7))).isInstanceOf(ConnectException.class);
    }

    @TowpathTest
    void aRebootedServerLosesItsConnections(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        net.wire(server, client).delay(ofMillis(10));
        Echo.start(net, server, 7);
        try (TcpStream stream = client.connect(net.endpoint(server, 7))) {
            stream.write(new byte[10]);
            assertThat(stream.input().readNBytes(10)).hasSize(10);
            net.after(ofSeconds(1), () -> net.reboot(server));
            net.sleep(ofSeconds(2));
            net.capture().resets().none();
            stream.write(new byte[10]);
            assertThatThrownBy(() -> stream.read(new byte[1])).isInstanceOf(SocketException.class);
            net.capture().from(server).resets().exactly(1);
        }
    }

    @TowpathTest
    void aBottleneckTakesItsTime(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        net.wire(server, client).delay(ofMillis(5)).rate(1_000_000);
        try (var listening = Echo.start(net, server, 7)) {
            Echo.exchange(client, net.endpoint(server, 7), 500_000, net);
        }
        // 500,000 bytes at 125,000 a second, both directions at once.
        assertThat(net.now()).isBetween(ofSeconds(4), ofSeconds(9));
    }

    @TowpathTest
    void routersLeadFurtherAndACutBehindThemIsACut(Network net) throws Exception {
        Host client = net.host("client");
        Host near = net.router("near");
        Host far = net.router("far");
        Host server = net.host("server");
        net.wire(client, near).delay(ofMillis(1));
        Wire middle = net.wire(near, far).delay(ofMillis(10));
        net.wire(far, server).delay(ofMillis(1));
        Duration roundTrip = client.ping(net.address(server), ofSeconds(1));
        assertThat(roundTrip).isEqualTo(ofMillis(24));
        try (var listening = Echo.start(net, server, 7)) {
            Echo.exchange(client, net.endpoint(server, 7), 3000, net);
            Echo.exchange(client, new Endpoint(IpAddress.parse("fd00:0:0:3::2"), 7), 3000, net);
        }
        net.capture().on(middle).from(near).tcp().syns().exactly(2);
        middle.from(near).cut();
        assertThatThrownBy(() -> client.ping(net.address(server), ofSeconds(5)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @TowpathTest
    void whatIsWrongIsSaidInOneLine(Network net) {
        Host a = net.host("a");
        assertThatThrownBy(() -> net.wire(a, a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a wire joins two hosts of one network, not ");
        assertThatThrownBy(() -> net.address(a)).hasMessage("a has no wire yet");
        Wire wire = net.wire(a, net.host("b"));
        assertThat(net.wire(net.host("b"), a)).isSameAs(wire);
        assertThat(wire.delay(ofMillis(150)).loss(0.1)).hasToString("a-b 150 ms, loss 10 %");
        assertThatThrownBy(() -> wire.from(net.host("c"))).hasMessage("c is not at wire a-b");
        assertThatThrownBy(() -> wire.loss(1.5)).hasMessage("loss is a probability between 0 and 1, not 1.5");
    }

    @TowpathTest
    void datagramsAreLostForGood(Network net) throws Exception {
        Host a = net.host("a");
        Host b = net.host("b");
        net.wire(a, b).loss(0.5);
        try (var sender = a.udp(5000);
                var receiver = b.udp(5001)) {
            Task<Integer> count = net.call("receiver", () -> {
                receiver.setReceiveTimeout(ofSeconds(10));
                int received = 0;
                while (true) {
                    try {
                        receiver.receive();
                        received++;
                    } catch (SocketTimeoutException over) {
                        return received;
                    }
                }
            });
            for (int i = 0; i < 200; i++) {
                sender.send(new byte[100], net.endpoint(b, 5001));
                net.sleep(ofMillis(10));
            }
            assertThat(count.join()).isBetween(60, 140);
            net.capture().udp().exactly(200);
        }
    }
}
