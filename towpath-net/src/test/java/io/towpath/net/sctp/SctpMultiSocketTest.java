package io.towpath.net.sctp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.testing.Rfc;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SctpMultiSocketTest {
    private static final Endpoint SERVER = Endpoint.parse("10.0.0.2:5000");

    private HostPair pair;
    private SctpMultiSocket server;
    private SctpMultiSocket client;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24 10.1.0.1/24", "10.0.0.2/24 10.1.0.2/24");
        server = pair.b().sctp().bind(5000);
        client = pair.a().sctp().bind(0);
        server.setInterest(notification -> false);
        client.setInterest(notification -> false);
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @Test
    @Rfc(value = 6458, section = "7.5")
    void sendingToAPeerBeginsAnAssociationOnce() throws IOException {
        SctpAssociation first = client.send(SERVER, "one".getBytes(UTF_8), SendOptions.stream(2));
        SctpAssociation second = client.send(SERVER, "two".getBytes(UTF_8), SendOptions.stream(2));
        assertThat(second).isEqualTo(first).hasSameHashCodeAs(first);
        SctpMultiSocket.Arrival one = server.receive();
        SctpMultiSocket.Arrival two = server.receive();
        assertThat(text(one)).isEqualTo("one");
        assertThat(text(two)).isEqualTo("two");
        assertThat(one.association()).isEqualTo(two.association());
        assertThat(one.association().remotePort()).isEqualTo(client.port());
        assertThat(server.find(new Endpoint(IpAddress.parse("10.1.0.1"), client.port())))
                .as("by any of its addresses")
                .isEqualTo(one.association());
        server.send(one.association(), "back".getBytes(UTF_8), SendOptions.defaults());
        assertThat(text(client.receive())).isEqualTo("back");
    }

    private static String text(SctpMultiSocket.Arrival arrival) {
        return new String(((Message) arrival.received()).data(), UTF_8);
    }

    @Test
    void manyPeersShareOneSocketAndAreServedInTurn() throws IOException {
        List<SctpSocket> peers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            SctpSocket peer = pair.a().sctp().connect(SERVER);
            peer.send(new byte[] {(byte) i});
            peer.send(new byte[] {(byte) i});
            peers.add(peer);
        }
        List<Long> order = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            SctpMultiSocket.Arrival next = server.receive();
            order.add(next.association().id());
            server.send(next.association(), ((Message) next.received()).data(), SendOptions.defaults());
        }
        assertThat(server.associations()).hasSize(20);
        assertThat(order.subList(0, 20))
                .as("each has a turn before any has two")
                .doesNotHaveDuplicates();
        for (int i = 0; i < 20; i++) {
            assertThat(peers.get(i).receive().data()).containsExactly(i);
        }
    }

    @Test
    @Rfc(value = 6458, section = "6.1.1")
    void anAssociationThatCannotBeginGivesItsMessageBack() throws IOException {
        client.setInterest(notification -> true);
        SctpAssociation nobody = client.send(
                Endpoint.parse("10.0.0.2:999"),
                new byte[7],
                SendOptions.stream(1).withContext(42));
        SctpMultiSocket.Arrival lost = client.receive();
        assertThat(lost.association()).isEqualTo(nobody);
        assertThat(lost.received())
                .isInstanceOfSatisfying(
                        Notification.CommunicationLost.class,
                        why -> assertThat(why.error()).isEqualTo(SctpError.REFUSED));
        assertThat(client.receive().received()).isInstanceOfSatisfying(Notification.SendFailed.class, failed -> {
            assertThat(failed.data()).hasSize(7);
            assertThat(failed.options().context()).isEqualTo(42);
            assertThat(failed.sent()).isFalse();
        });
        assertThat(client.associations()).isEmpty();
    }

    @Test
    @Rfc(value = 6458, section = "3.1.6")
    void connectWaitsForTheHandshake() throws IOException {
        SctpAssociation to = client.connect(SERVER);
        assertThat(to.features().partialReliability()).isTrue();
        assertThatThrownBy(() -> client.connect(SERVER)).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> client.connect(Endpoint.parse("10.0.0.2:999")))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThatThrownBy(() -> client.connect(List.of(IpAddress.parse("10.0.0.77")), 5000, Duration.ofMillis(20)))
                .isInstanceOf(SocketTimeoutException.class);
        assertThat(client.associations()).contains(to);
    }

    @Test
    @Rfc(value = 6458, section = "9.2")
    void anAssociationThatIsPeeledOffLivesOnByItself() throws IOException {
        SctpAssociation to = client.connect(SERVER);
        client.send(to, "kept".getBytes(UTF_8), SendOptions.defaults());
        SctpAssociation from = server.receive().association();
        client.send(to, "moved".getBytes(UTF_8), SendOptions.defaults());
        try (SctpSocket own = server.peelOff(from)) {
            assertThat(own.association()).isEqualTo(from);
            assertThat(new String(own.receive().data(), UTF_8)).isEqualTo("moved");
            assertThat(server.associations()).isEmpty();
            assertThatThrownBy(() -> server.peelOff(from)).isInstanceOf(IllegalArgumentException.class);
            server.close();
            own.send("on".getBytes(UTF_8));
            assertThat(text(client.receive())).isEqualTo("on");
            client.send(to, "and on".getBytes(UTF_8), SendOptions.defaults());
            assertThat(new String(own.receive().data(), UTF_8)).isEqualTo("and on");
        }
    }

    @Test
    void theEndOfAnAssociationIsTheLastThatIsHeardOfIt() throws IOException {
        server.setInterest(notification -> !(notification instanceof Notification.PathChanged));
        SctpAssociation to = client.connect(SERVER);
        client.send(to, new byte[1], SendOptions.defaults());
        to.shutdown();
        assertThat(server.receive().received()).isInstanceOf(Notification.CommunicationUp.class);
        assertThat(server.receive().received()).isInstanceOf(Message.class);
        assertThat(server.receive().received()).isEqualTo(new Notification.PeerShutdown());
        assertThat(server.receive().received()).isEqualTo(new Notification.ShutdownComplete());
        assertThat(server.associations()).isEmpty();
        assertThat(server.tryReceive()).isNull();
        assertThatThrownBy(() -> client.send(to, new byte[1], SendOptions.defaults()))
                .isInstanceOf(SocketException.class);
    }

    @Test
    @Rfc(value = 6458, section = "3.1.5")
    void closingShutsAllAssociationsDown() throws IOException {
        SctpSocket one = pair.a().sctp().connect(SERVER);
        SctpSocket two = pair.a().sctp().connect(SERVER);
        server.close();
        assertThat(one.receive()).isNull();
        assertThat(two.receive()).isNull();
        assertThat(server.isClosed()).isTrue();
        assertThatThrownBy(server::receive).isInstanceOf(SocketException.class).hasMessage("Socket closed");
        assertThatThrownBy(() -> pair.a().sctp().connect(SERVER)).isInstanceOf(ConnectException.class);
        pair.b().sctp().bind(5000).close();
    }

    @Test
    void waitingHasAnEnd() throws IOException {
        server.setReceiveTimeout(Duration.ofMillis(20));
        assertThatThrownBy(server::receive).isInstanceOf(SocketTimeoutException.class);
        Thread reader = Thread.currentThread();
        server.setReceiveTimeout(Duration.ZERO);
        Thread.ofVirtual().start(reader::interrupt);
        assertThatThrownBy(server::receive).isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.isClosed()).isTrue();
    }

    @Test
    void aSenderWaitsForRoomOfItsOwnAssociation() throws Exception {
        SctpMultiSocket small =
                pair.a().sctp().bind(List.of(), 0, 1, SctpConfig.defaults().withBuffers(8000, 8000));
        SctpServer listening =
                pair.b().sctp().listen(List.of(), 6000, 1, SctpConfig.defaults().withBuffers(8000, 8000));
        SctpAssociation full = small.connect(Endpoint.parse("10.0.0.2:6000"));
        SctpSocket slow = listening.accept();
        int sent = 0;
        while (small.trySend(full, new byte[1000], SendOptions.defaults())) {
            sent++;
        }
        small.send(SERVER, "past it".getBytes(UTF_8), SendOptions.defaults());
        assertThat(text(server.receive())).isEqualTo("past it");
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                small.send(full, new byte[1000], SendOptions.defaults());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        for (int i = 0; i <= sent; i++) {
            assertThat(slow.receive().length()).isEqualTo(1000);
        }
        waiting.join();
    }

    @Test
    @Rfc(value = 6458, section = "9.1")
    void addressesAreAddedAndTakenAwayForAssociationsToCome() throws IOException {
        IpAddress first = IpAddress.parse("10.0.0.2");
        IpAddress second = IpAddress.parse("10.1.0.2");
        SctpMultiSocket one = pair.b().sctp().bind(List.of(first), 7000, 4, SctpConfig.defaults());
        assertThat(one.addresses()).containsExactly(first);
        Endpoint to = new Endpoint(first, 7000);
        assertThat(pair.a().sctp().connect(to).association().remoteAddresses()).containsExactly(first);
        one.bindAddress(second);
        assertThat(pair.a().sctp().connect(to).association().remoteAddresses()).containsExactly(first, second);
        one.unbindAddress(first);
        assertThat(one.addresses()).containsExactly(second);
        assertThatThrownBy(() -> one.unbindAddress(second)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> one.bindAddress(IpAddress.parse("192.0.2.1"))).isInstanceOf(BindException.class);
        assertThat(server.addresses()).contains(first, second);
    }

    @Test
    void nobodyComesInWhileItDoesNotListen() throws IOException {
        server.listen(0);
        assertThatThrownBy(() -> pair.a().sctp().connect(SERVER)).isInstanceOf(ConnectException.class);
        server.listen(5);
        pair.a().sctp().connect(SERVER).close();
    }

    @Test
    void settingsAreForAssociationsToCome() throws IOException {
        client.configure(client.config().withStreams(3, 4));
        SctpAssociation to = client.connect(SERVER);
        assertThat(to.info().outboundStreams()).isEqualTo(3);
        assertThat(to.info().inboundStreams()).isEqualTo(4);
    }

    @Test
    void callersMistakesAreToldAtOnce() throws IOException {
        assertThatThrownBy(() -> pair.a().sctp().bind(70_000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pair.a().sctp().bind(List.of(), 0, 0, SctpConfig.defaults()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pair.b().sctp().bind(5000)).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> server.setInterleave(3)).isInstanceOf(IllegalArgumentException.class);
        SctpAssociation to = client.connect(SERVER);
        assertThatThrownBy(() -> client.send(to, new byte[1], SendOptions.stream(9999)))
                .isInstanceOf(SocketException.class)
                .hasMessage("No such stream");
    }

    @Test
    void aMessageInPartsHoldsUpItsOwnAssociationOnly() throws IOException {
        SctpMultiSocket narrow =
                pair.b().sctp().bind(List.of(), 7001, 4, SctpConfig.defaults().withBuffers(8000, 100_000));
        narrow.setInterest(notification -> false);
        narrow.setInterleave(1);
        Endpoint to = Endpoint.parse("10.0.0.2:7001");
        SctpSocket large = pair.a().sctp().connect(to);
        SctpSocket quick = pair.a().sctp().connect(to);
        large.send(new byte[30_000], SendOptions.stream(1));
        large.send(new byte[1], SendOptions.stream(2));
        Message first = (Message) narrow.receive().received();
        assertThat(first.last()).isFalse();
        quick.send(new byte[2], SendOptions.stream(3));
        int quickAt = -1;
        int parts = 1;
        long bytes = first.length();
        List<Integer> streams = new ArrayList<>();
        while (!streams.contains(2) || quickAt < 0) {
            Message next = (Message) narrow.receive().received();
            if (next.streamId() == 3) {
                quickAt = parts;
            } else {
                streams.add(next.streamId());
                bytes += next.streamId() == 1 ? next.length() : 0;
                parts++;
            }
        }
        assertThat(bytes).isEqualTo(30_000);
        assertThat(streams.subList(0, streams.size() - 1)).containsOnly(1);
    }
}
