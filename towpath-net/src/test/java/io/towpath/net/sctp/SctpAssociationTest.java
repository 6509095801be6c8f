package io.towpath.net.sctp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Notification.Authentication.Change;
import io.towpath.sctp.PathState;
import io.towpath.sctp.Received;
import io.towpath.sctp.SchedulingPolicy;
import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpExtensions;
import io.towpath.sctp.SctpInfo;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.testing.Rfc;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SctpAssociationTest {
    private static final IpAddress FIRST = IpAddress.parse("10.0.0.2");
    private static final IpAddress SECOND = IpAddress.parse("10.1.0.2");
    private static final IpAddress STRANGER = IpAddress.parse("10.0.0.9");

    private HostPair pair;
    private SctpSocket client;
    private SctpSocket accepted;
    private SctpAssociation association;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24 10.1.0.1/24", "10.0.0.2/24 10.1.0.2/24");
        SctpServer server = pair.b().sctp().listen(5000);
        client = pair.a().sctp().connect(new Endpoint(FIRST, 5000));
        accepted = server.accept();
        association = client.association();
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @Test
    void bothSidesSeeAllAddresses() throws IOException {
        assertThat(association.remoteAddresses()).containsExactly(FIRST, SECOND);
        assertThat(association.localAddresses()).contains(IpAddress.parse("10.0.0.1"), IpAddress.parse("10.1.0.1"));
        assertThat(association.state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        assertThat(association.localPort()).isEqualTo(accepted.association().remotePort());
        assertThat(association.remotePort()).isEqualTo(5000);
        assertThat(association.features().reconfiguration()).isTrue();
        assertThat(association.isOver()).isFalse();
    }

    @Test
    @Rfc(value = 6458, section = "8.1.9")
    void thePrimaryPathIsTheUsersChoice() throws IOException {
        association.setPrimary(SECOND);
        assertThat(association.remoteAddresses()).containsExactly(SECOND, FIRST);
        assertThatThrownBy(() -> association.setPrimary(STRANGER)).isInstanceOf(SocketException.class);
    }

    @Test
    @Rfc(value = 6458, section = "8.1.12")
    void aPathIsSetAndProvedByItself() throws IOException {
        association.setPath(SECOND, Duration.ofSeconds(3), 7);
        association.requestHeartbeat(SECOND);
        SctpInfo.PathInfo path = association.info().paths().get(1);
        assertThat(path.address()).isEqualTo(SECOND);
        assertThat(path.state()).isEqualTo(PathState.ACTIVE);
        assertThatThrownBy(() -> association.setPath(STRANGER, Duration.ZERO, 1))
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> association.requestHeartbeat(STRANGER)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> association.setPath(SECOND, Duration.ZERO, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> association.setPath(SECOND, Duration.ofSeconds(-1), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void settingsChangeOnAnOpenAssociation() throws IOException {
        association.configure(association.config().withNoDelay(true).withBuffers(262_144, 5000));
        assertThat(association.config().noDelay()).isTrue();
        assertThatThrownBy(() -> client.send(new byte[5001]))
                .isInstanceOf(SocketException.class)
                .hasMessage("Message too long");
        association.configure(
                association.config().withLimits(association.config().limits().withFragments(false)));
        assertThatThrownBy(() -> client.send(new byte[4000])).hasMessage("Message too long");
        client.send(new byte[1000]);
        assertThat(accepted.receive().length()).isEqualTo(1000);
    }

    @Test
    void streamsAreScheduledByValue() throws IOException {
        association.setScheduler(SchedulingPolicy.PRIORITY);
        association.setStreamValue(1, 10);
        association.setStreamValue(2, 1);
        assertThatThrownBy(() -> association.setStreamValue(100, 1)).isInstanceOf(SocketException.class);
    }

    @Test
    @Rfc(value = 6525, section = "6.3.2")
    void streamsBeginAnew() throws IOException {
        client.send(new byte[1], SendOptions.stream(1));
        client.send(new byte[1], SendOptions.stream(1));
        assertThat(accepted.receive().ssn()).isZero();
        assertThat(accepted.receive().ssn()).isEqualTo(1);
        association.resetOutgoing(1);
        assertThat(await(client, Notification.StreamsReset.class).error()).isNull();
        client.send(new byte[1], SendOptions.stream(1));
        assertThat(accepted.receive().ssn()).isZero();
        association.resetIncoming(2);
        assertThat(await(client, Notification.StreamsReset.class).incoming()).isTrue();
    }

    @Test
    @Rfc(value = 6525, section = "6.3.4")
    void streamsAreAdded() throws IOException {
        assertThatThrownBy(() -> client.send(new byte[1], SendOptions.stream(12)))
                .isInstanceOf(SocketException.class);
        association.addOutgoing(5);
        assertThat(await(client, Notification.StreamsChanged.class).outboundStreams())
                .isEqualTo(15);
        client.send(new byte[1], SendOptions.stream(12));
        assertThat(accepted.receive().streamId()).isEqualTo(12);
        association.addIncoming(3);
        assertThat(await(client, Notification.StreamsChanged.class).inboundStreams())
                .isEqualTo(13);
    }

    private static <T extends Notification> T await(SctpSocket socket, Class<T> kind) throws IOException {
        Received next = socket.next();
        while (!kind.isInstance(next)) {
            next = socket.next();
        }
        return kind.cast(next);
    }

    @Test
    @Rfc(value = 6458, section = "8.3.3")
    void keysChangeOnAnOpenAssociation() throws IOException {
        assertThatThrownBy(() -> association.putKey(1, new byte[16]))
                .as("AUTH is not offered by itself")
                .isInstanceOf(SocketException.class);
        assertThat(association.authenticatedChunks(true)).isEmpty();
        SctpConfig keyed = SctpConfig.defaults()
                .withFeatures(SctpConfig.defaults().features().withAuthentication(true));
        SctpServer server = pair.b().sctp().listen(List.of(), 5001, 4, keyed);
        SctpSocket one = pair.a().sctp().connect(List.of(), 0, List.of(FIRST), 5001, keyed, Duration.ofSeconds(10));
        SctpSocket other = server.accept();
        one.association().putKey(7, "secret".getBytes(UTF_8));
        other.association().putKey(7, "secret".getBytes(UTF_8));
        one.association().activateKey(7);
        one.association().deleteKey(0);
        assertThatThrownBy(() -> one.association().deleteKey(7)).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> one.association().activateKey(9)).isInstanceOf(SocketException.class);
        one.send("under it".getBytes(UTF_8));
        assertThat(new String(other.receive().data(), UTF_8)).isEqualTo("under it");
    }

    @Test
    @Rfc(value = 6458, section = "5.3.8")
    void aMessageNamesTheKeyThatItIsSentUnder() throws IOException {
        SctpConfig keyed = SctpConfig.defaults()
                .withNoDelay(true)
                .withFeatures(SctpConfig.defaults()
                        .features()
                        .withAuthentication(true)
                        .withInterleaving(false))
                .withExtensions(SctpExtensions.defaults()
                        .withAuthentication(SctpAuthentication.defaults().withChunkTypes(SctpChunks.DATA)));
        SctpServer server = pair.b().sctp().listen(List.of(), 5001, 4, keyed);
        SctpSocket one = pair.a().sctp().connect(List.of(), 0, List.of(FIRST), 5001, keyed, Duration.ofSeconds(10));
        SctpSocket other = server.accept();
        one.association().putKey(7, "secret".getBytes(UTF_8));
        other.association().putKey(7, "secret".getBytes(UTF_8));
        one.association().putKey(8, "right".getBytes(UTF_8));
        other.association().putKey(8, "wrong".getBytes(UTF_8));
        other.setInterest(Notification.Authentication.class::isInstance);
        one.send("under seven".getBytes(UTF_8), SendOptions.stream(1).withKey(7));
        assertThat(other.next()).isEqualTo(new Notification.Authentication(Change.NEW_KEY, 7));
        assertThat(new String(other.receive().data(), UTF_8)).isEqualTo("under seven");
        one.send(
                "the peer has another secret".getBytes(UTF_8),
                SendOptions.stream(1).withKey(8));
        one.send("under the active one".getBytes(UTF_8), SendOptions.stream(2));
        assertThat(new String(other.receive().data(), UTF_8)).isEqualTo("under the active one");
        one.association().deactivateKey(8);
        one.setInterest(Notification.Authentication.class::isInstance);
        assertThat(one.tryNext()).as("a message is on its way under it").isNull();
        other.association().putKey(8, "right".getBytes(UTF_8));
        assertThat(new String(other.receive().data(), UTF_8)).isEqualTo("the peer has another secret");
        assertThat(await(one, Notification.Authentication.class).change()).isEqualTo(Change.FREE_KEY);
        assertThatThrownBy(() -> one.send(new byte[1], SendOptions.defaults().withKey(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The association has no shared key 8 to send with");
        assertThatThrownBy(() -> one.trySend(new byte[1], SendOptions.defaults().withKey(9)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.send(new byte[1], SendOptions.defaults().withKey(0)))
                .as("an association without AUTH")
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Rfc(value = 6458, section = "5.3.4")
    void anAbortTellsThePeerWhy() throws IOException {
        association.abort("bye".getBytes(UTF_8));
        Notification.CommunicationLost lost = await(accepted, Notification.CommunicationLost.class);
        assertThat(lost.error()).isEqualTo(SctpError.ABORTED);
        assertThat(new String(lost.reason(), UTF_8)).contains("bye");
        assertThat(association.isOver()).isTrue();
    }

    @Test
    @Rfc(value = 6458, section = "6.2.2")
    void notificationsThatNobodyWantsArePassedOver() throws IOException {
        client.setInterest(notification -> !(notification instanceof Notification.CommunicationUp)
                && !(notification instanceof Notification.PathChanged));
        accepted.send(new byte[3]);
        assertThat(client.next()).isInstanceOf(Message.class);
        client.setInterest(notification -> false);
        assertThat(client.tryNext()).isNull();
        accepted.close();
        assertThat(client.next()).isNull();
        assertThat(client.tryNext()).isNull();
    }

    @Test
    @Rfc(value = 6458, section = "8.1.31")
    void messagesWithoutOptionsTakeTheDefaults() throws IOException {
        client.setDefaults(SendOptions.stream(4).withPpid(0xffff_ffffL).withUnordered(true));
        client.send("by default".getBytes(UTF_8));
        Message message = accepted.receive();
        assertThat(message.streamId()).isEqualTo(4);
        assertThat(message.ppid()).isEqualTo(0xffff_ffffL);
        assertThat(message.unordered()).isTrue();
    }

    @Test
    @Rfc(value = 6458, section = "8.1.4")
    void closingWithoutLingerAborts() throws IOException {
        client.setLinger(Duration.ZERO);
        client.close();
        assertThatThrownBy(accepted::receive)
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    @Rfc(value = 6458, section = "8.1.4")
    void closingWithLingerWaitsForThePeer() throws IOException {
        client.setLinger(Duration.ofSeconds(20));
        client.send("last".getBytes(UTF_8));
        client.close();
        assertThat(association.isOver()).isTrue();
        assertThat(new String(accepted.receive().data(), UTF_8)).isEqualTo("last");
        assertThat(accepted.receive()).isNull();
    }

    @Test
    void aFullQueueIsToldWithoutWaiting() throws IOException {
        association.configure(association.config().withBuffers(262_144, 3000));
        accepted.association().configure(accepted.association().config());
        int sent = 0;
        while (client.trySend(new byte[3000], SendOptions.defaults())) {
            sent++;
        }
        assertThat(sent).isPositive();
        for (int i = 0; i < sent; i++) {
            assertThat(accepted.receive().length()).isEqualTo(3000);
        }
        assertThatThrownBy(() -> client.trySend(new byte[0], SendOptions.defaults()))
                .isInstanceOf(SocketException.class);
    }

    @Test
    void whatItWasCanBeSeenAfterItsEnd() throws IOException {
        client.close();
        assertThat(accepted.receive()).isNull();
        assertThat(accepted.association().info().state()).isEqualTo(AssociationState.Name.CLOSED);
        assertThat(accepted.association().localPort()).isEqualTo(5000);
        assertThat(List.of(accepted.association())).contains(accepted.association());
        assertThat(accepted.association().toString()).contains("5000");
    }
}
