package io.towpath.net.sctp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SavedAssociation;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SctpSocketTest {
    private static final Endpoint SERVER = Endpoint.parse("10.0.0.2:5000");

    private HostPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24 fd00::1/64", "10.0.0.2/24 fd00::2/64");
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @Test
    void messagesArriveWholeOnTheirStreamsInBothDirections() throws IOException {
        SctpServer server = pair.b().sctp().listen(5000);
        SctpSocket client = pair.a().sctp().connect(SERVER);
        SctpSocket accepted = server.accept();
        byte[] large = new byte[60_000];
        new Random(4).nextBytes(large);
        client.send("hello".getBytes(UTF_8), SendOptions.stream(3).withPpid(46));
        client.send(large, SendOptions.stream(1));
        Message first = accepted.receive();
        assertThat(first.data()).isEqualTo("hello".getBytes(UTF_8));
        assertThat(first.streamId()).isEqualTo(3);
        assertThat(first.ppid()).isEqualTo(46);
        assertThat(accepted.receive().data()).isEqualTo(large);
        accepted.send("back".getBytes(UTF_8));
        assertThat(client.receive().data()).isEqualTo("back".getBytes(UTF_8));
        assertThat(client.info().state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(client.info().paths()).as("both addresses of the peer").hasSize(2);
    }

    @Test
    void anAssociationThatWasSavedGoesOnWhereItIsRestored() throws Exception {
        SctpServer server = pair.b().sctp().listen(5000);
        SctpSocket client = pair.a().sctp().connect(SERVER);
        SctpSocket accepted = server.accept();
        client.send("one".getBytes(UTF_8));
        assertThat(accepted.receive().data()).isEqualTo("one".getBytes(UTF_8));
        byte[] bytes = saved(accepted).toBytes();
        assertThat(accepted.association().isOver()).isTrue();
        assertThatThrownBy(accepted::receive)
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("handed over");
        client.send("two".getBytes(UTF_8)); // nobody has the association now, and nobody says so
        SctpSocket next = pair.b().sctp().restore(SavedAssociation.parse(bytes), SctpConfig.defaults());
        assertThat(next.receive().data()).isEqualTo("two".getBytes(UTF_8));
        next.send("three".getBytes(UTF_8));
        assertThat(client.receive().data()).isEqualTo("three".getBytes(UTF_8));
        assertThatThrownBy(() -> pair.b().sctp().restore(SavedAssociation.parse(bytes), SctpConfig.defaults()))
                .isInstanceOf(ConnectException.class);
        client.close();
        assertThat(next.receive()).isNull();
    }

    /// What is on its way is acknowledged soon.
    private static SavedAssociation saved(SctpSocket socket) throws Exception {
        SavedAssociation saved = socket.association().save();
        while (saved == null) {
            Thread.onSpinWait();
            saved = socket.association().save();
        }
        return saved;
    }

    @Test
    void whoSendsAfterTheEndHearsWhyItEnded() throws IOException {
        SctpServer server = pair.b().sctp().listen(5000);
        SctpSocket client = pair.a().sctp().connect(SERVER);
        server.accept().abort();
        assertThatThrownBy(client::receive).isInstanceOf(SocketException.class).hasMessage("Connection reset");
        assertThatThrownBy(() -> client.send(new byte[1]))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThatThrownBy(() -> client.trySend(new byte[1], SendOptions.defaults()))
                .hasMessage("Connection reset");
        client.close();
        assertThatThrownBy(() -> client.send(new byte[1])).hasMessage("Socket closed");
    }

    @Test
    void aShutdownDeliversWhatWasSentAndThenEnds() throws IOException {
        SctpServer server = pair.b().sctp().listen(5000);
        SctpSocket client = pair.a().sctp().connect(SERVER);
        SctpSocket accepted = server.accept();
        for (int i = 0; i < 50; i++) {
            client.send(new byte[] {(byte) i});
        }
        client.close();
        for (int i = 0; i < 50; i++) {
            assertThat(accepted.receive().data()).containsExactly(i);
        }
        assertThat(accepted.receive()).isNull();
        assertThatThrownBy(() -> accepted.send(new byte[1])).isInstanceOf(SocketException.class);
    }

    /// More than wait for a turn of their own: most are taken before the engine sees them.
    @Test
    void manySmallMessagesArriveInOrderAlsoBeforeAShutdown() throws Exception {
        SctpServer server = pair.b().sctp().listen(5000);
        SctpSocket client = pair.a().sctp().connect(SERVER);
        SctpSocket accepted = server.accept();
        int count = 20_000;
        Thread sender = Thread.ofPlatform().start(() -> {
            try (client) {
                for (int i = 0; i < count; i++) {
                    byte[] data = {(byte) (i >>> 16), (byte) (i >>> 8), (byte) i};
                    client.send(data, SendOptions.stream(i % 3));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        int[] next = {0, 1, 2};
        int received = 0;
        for (Message message = accepted.receive(); message != null; message = accepted.receive()) {
            byte[] data = message.data();
            int number = (data[0] & 0xff) << 16 | (data[1] & 0xff) << 8 | data[2] & 0xff;
            assertThat(number).isEqualTo(next[message.streamId()]);
            next[message.streamId()] += 3;
            received++;
        }
        sender.join();
        assertThat(received).isEqualTo(count);
    }

    @Test
    void aHostThatIsClosedDeliversWhatItsSocketsSent() throws IOException {
        SctpServer server = pair.b().sctp().listen(5000);
        SctpSocket client = pair.a().sctp().connect(SERVER);
        SctpSocket accepted = server.accept();
        client.send("last words".getBytes(UTF_8));
        pair.a().close();
        assertThat(accepted.receive().data()).isEqualTo("last words".getBytes(UTF_8));
        assertThat(accepted.receive()).as("in order, not reset").isNull();
        assertThatThrownBy(() -> client.send(new byte[1])).isInstanceOf(SocketException.class);
    }

    @Test
    void aHostThatIsClosedResetsWhatDoesNotEndInTime() throws IOException {
        SctpServer server =
                pair.b().sctp().listen(List.of(), 5000, 1, SctpConfig.defaults().withBuffers(8000, 8000));
        SctpSocket client = pair.a().sctp().connect(SERVER);
        SctpSocket accepted = server.accept();
        while (client.trySend(new byte[5000], SendOptions.defaults())) {
            // until nobody takes any more
        }
        pair.a().close();
        assertThatThrownBy(() -> {
                    while (accepted.receive() != null) {
                        assertThat(accepted.isClosed()).isFalse();
                    }
                })
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void manyMessagesPassThroughSmallBuffers() throws Exception {
        SctpServer server =
                pair.b().sctp().listen(List.of(), 5000, 1, SctpConfig.defaults().withBuffers(8000, 8000));
        SctpSocket client = pair.a()
                .sctp()
                .connect(
                        List.of(),
                        0,
                        List.of(IpAddress.parse("10.0.0.2")),
                        5000,
                        SctpConfig.defaults().withBuffers(8000, 8000),
                        Duration.ofSeconds(5));
        SctpSocket accepted = server.accept();
        Thread sender = Thread.ofVirtual().start(() -> {
            try (client) {
                for (int i = 0; i < 2000; i++) {
                    client.send(new byte[100 + i % 1000], SendOptions.stream(i % 10));
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        int count = 0;
        for (Message next = accepted.receive(); next != null; next = accepted.receive()) {
            count++;
        }
        sender.join();
        assertThat(count).isEqualTo(2000);
    }

    @Test
    void notificationsAreToldInTheirPlace() throws IOException {
        SctpServer server = pair.b().sctp().listen(5000);
        SctpSocket client = pair.a().sctp().connect(SERVER);
        SctpSocket accepted = server.accept();
        assertThat(client.next()).isEqualTo(new Notification.CommunicationUp(10, 10));
        accepted.abort();
        assertThatThrownBy(() -> {
                    while (client.receive() != null) {
                        assertThat(client.isClosed()).isFalse();
                    }
                })
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void nobodyListensAndTheConnectionIsRefused() {
        assertThatThrownBy(() -> pair.a().sctp().connect(SERVER))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void aPortIsTakenOnce() throws IOException {
        pair.b().sctp().listen(5000);
        assertThatThrownBy(() -> pair.b().sctp().listen(5000)).isInstanceOf(BindException.class);
    }

    @Test
    void waitingHasAnEnd() throws IOException {
        SctpServer server = pair.b().sctp().listen(5000);
        assertThatThrownBy(() -> server.accept(Duration.ofMillis(20))).isInstanceOf(SocketTimeoutException.class);
        SctpSocket client = pair.a().sctp().connect(SERVER);
        client.next();
        client.setReceiveTimeout(Duration.ofMillis(20));
        assertThatThrownBy(client::receive).isInstanceOf(SocketTimeoutException.class);
        server.close();
        assertThatThrownBy(server::accept).isInstanceOf(SocketException.class);
    }
}
