package io.towpath.net.sctp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.nio.sctp.AssociationChangeNotification;
import com.sun.nio.sctp.AssociationChangeNotification.AssocChangeEvent;
import com.sun.nio.sctp.HandlerResult;
import com.sun.nio.sctp.IllegalReceiveException;
import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.Notification;
import com.sun.nio.sctp.NotificationHandler;
import com.sun.nio.sctp.PeerAddressChangeNotification;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpMultiChannel;
import com.sun.nio.sctp.SctpStandardSocketOptions;
import com.sun.nio.sctp.SendFailedNotification;
import com.sun.nio.sctp.ShutdownNotification;
import io.towpath.net.parity.Blocked;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// The documentation of notifications and their handlers.
class SctpNotificationsTest extends ChannelCase {
    private final ByteBuffer buffer = ByteBuffer.allocate(100);

    @Test
    void theFirstNotificationIsThatTheAssociationIsUp() throws IOException {
        Ends ends = connect();
        List<String> told = new ArrayList<>();
        Listener listener = new Listener("COMM_UP");
        assertThat(ends.client().receive(buffer, told, listener))
                .as("a handler that returns RETURN")
                .isNull();
        assertThat(told).containsExactly("COMM_UP");
        assertThat(listener.told.getFirst()).isInstanceOfSatisfying(AssociationChangeNotification.class, change -> {
            assertThat(change.event()).isEqualTo(AssocChangeEvent.COMM_UP);
            assertThat(change.association()).isSameAs(association(ends.client()));
        });
    }

    private static Object association(SctpChannel channel) {
        try {
            return channel.association();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aHandlerThatContinuesIsFollowedByTheMessage() throws IOException {
        Ends ends = connect();
        send(ends.client(), "message");
        List<String> told = new ArrayList<>();
        MessageInfo info = ends.server().receive(buffer, told, new Listener("none"));
        assertThat(info.bytes()).isEqualTo(7);
        assertThat(told).first().isEqualTo("COMM_UP");
    }

    @Test
    void withoutAHandlerNotificationsAreIgnored() throws IOException {
        Ends ends = connect();
        send(ends.client(), "message");
        assertThat(ends.server().receive(buffer, null, null).bytes()).isEqualTo(7);
    }

    @Test
    void aHandlerOfNoParticularKindGetsThemAll() throws IOException {
        Ends ends = connect();
        ends.client().shutdown();
        List<Class<?>> told = new ArrayList<>();
        NotificationHandler<String> handler = (notification, attachment) -> {
            assertThat(attachment).isEqualTo("attached");
            told.add(notification.getClass().getSuperclass());
            return HandlerResult.CONTINUE;
        };
        assertThat(ends.server().receive(buffer, "attached", handler).bytes()).isEqualTo(-1);
        assertThat(told).contains(AssociationChangeNotification.class, ShutdownNotification.class);
    }

    @Test
    void theEndIsToldToBothSides() throws IOException {
        Ends ends = connect();
        ends.client().shutdown();
        List<String> atServer = new ArrayList<>();
        Listener server = new Listener("SHUTDOWN");
        assertThat(ends.server().receive(buffer, atServer, server)).isNull();
        assertThat(server.without(atServer)).containsExactly("COMM_UP", "PEER_SHUTDOWN", "SHUTDOWN");
        assertThat(server.told).allMatch(each -> each.association() == association(ends.server()));
        List<String> atClient = new ArrayList<>();
        Listener client = new Listener("SHUTDOWN");
        assertThat(ends.client().receive(buffer, atClient, client)).isNull();
        assertThat(client.without(atClient)).containsExactly("COMM_UP", "SHUTDOWN");
    }

    @Test
    void aLossIsFollowedByTheMessagesThatWereLost() throws IOException {
        Ends ends = connect();
        ends.client().configureBlocking(false);
        int sent = 0;
        while (ends.client().send(ByteBuffer.allocate(10_000), on(1)) > 0) {
            sent++;
        }
        assertThat(sent).isPositive();
        ends.server().setOption(SctpStandardSocketOptions.SO_LINGER, 0);
        ends.server().close();
        List<String> told = new ArrayList<>();
        Listener listener = new Listener("SEND_FAILED");
        ends.client().configureBlocking(true);
        assertThat(ends.client().receive(buffer, told, listener)).isNull();
        assertThat(listener.without(told)).containsExactly("COMM_UP", "COMM_LOST", "SEND_FAILED");
        assertThat(listener.told.getLast()).isInstanceOfSatisfying(SendFailedNotification.class, failed -> {
            assertThat(failed.streamNumber()).isEqualTo(1);
            assertThat(failed.buffer().position()).isZero();
            assertThat(failed.buffer().limit()).isPositive();
            assertThat(failed.address()).isEqualTo(server(5000));
            assertThat(failed.association()).isNotNull();
        });
    }

    @Test
    void addressesThatAreProvedAreTold() throws IOException {
        Ends ends = connect();
        Listener listener = new Listener("ADDR_CONFIRMED");
        assertThat(ends.client().receive(buffer, null, listener)).isNull();
        assertThat(listener.told.getLast()).isInstanceOfSatisfying(PeerAddressChangeNotification.class, change -> {
            assertThat(change.address()).isEqualTo(new InetSocketAddress(address("10.1.0.2"), 5000));
            assertThat(change.association()).isSameAs(association(ends.client()));
        });
    }

    @Test
    void anotherPrimaryAddressIsTold() throws IOException {
        Ends ends = connect();
        ends.client()
                .setOption(
                        SctpStandardSocketOptions.SCTP_PRIMARY_ADDR, new InetSocketAddress(address("10.1.0.2"), 5000));
        Listener listener = new Listener("ADDR_MADE_PRIMARY");
        assertThat(ends.client().receive(buffer, null, listener)).isNull();
    }

    @Test
    void aHandlerMayNotReceive() throws IOException {
        SctpChannel client = connect().client();
        NotificationHandler<Void> handler = (notification, attachment) -> {
            assertThatExceptionOfType(IllegalReceiveException.class).isThrownBy(() -> receive(client));
            return HandlerResult.RETURN;
        };
        assertThat(client.receive(buffer, null, handler)).isNull();
        send(client, "but after it one may");
    }

    @Test
    void aHandlerMayReceiveFromAnotherChannel() throws IOException {
        Ends ends = connect();
        send(ends.client(), "for the server");
        List<String> got = new ArrayList<>();
        NotificationHandler<Void> handler = (notification, attachment) -> {
            try {
                got.add(receive(ends.server()));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return HandlerResult.RETURN;
        };
        assertThat(ends.client().receive(buffer, null, handler)).isNull();
        assertThat(got).containsExactly("for the server");
    }

    @Test
    void whatAHandlerThrowsComesOut() throws IOException {
        SctpChannel client = connect().client();
        NotificationHandler<Void> handler = (notification, attachment) -> {
            throw new IllegalStateException("of the handler");
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> client.receive(buffer, null, handler))
                .withMessage("of the handler");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aHandlerThatTakesItsTimeHoldsNoOtherReceiverUp() throws Exception {
        Ends ends = connect();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        NotificationHandler<Void> slow = (notification, attachment) -> {
            inside.countDown();
            try {
                leave.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return HandlerResult.RETURN;
        };
        Blocked handling = Blocked.in(() -> ends.server().receive(ByteBuffer.allocate(10), null, slow));
        inside.await();
        send(ends.client(), "past it");
        assertThat(receive(ends.server())).isEqualTo("past it");
        leave.countDown();
        handling.returns();
    }

    @Test
    void anAssociationThatCannotStartIsTold() throws IOException {
        SctpMultiChannel client = multi();
        client.configureBlocking(false);
        assertThat(client.send(bytes("nobody there"), MessageInfo.createOutgoing(server(999), 2)))
                .isEqualTo(12);
        client.configureBlocking(true);
        List<String> told = new ArrayList<>();
        Listener listener = new Listener("SEND_FAILED");
        assertThat(client.receive(buffer, told, listener)).isNull();
        assertThat(told).containsExactly("CANT_START", "SEND_FAILED");
        assertThat(listener.told).allMatch(each -> each.association() == null);
        assertThat(listener.told.getLast()).isInstanceOfSatisfying(SendFailedNotification.class, failed -> {
            assertThat(text(failed.buffer().position(failed.buffer().limit()))).isEqualTo("nobody there");
            assertThat(failed.streamNumber()).isEqualTo(2);
            assertThat(failed.address()).isEqualTo(server(999));
        });
    }

    @Test
    void aSetOfAssociationsFollowsTheNotifications() throws IOException {
        SctpMultiChannel server = use(servers.openMultiChannel()).bind(new InetSocketAddress(5000));
        SctpChannel client = channel();
        client.connect(server(5000));
        Listener up = new Listener("COMM_UP");
        assertThat(server.receive(buffer, null, up)).isNull();
        assertThat(server.associations()).containsExactly(up.told.getFirst().association());
        client.shutdown();
        NotificationHandler<Void> seesItStill = (notification, attachment) -> {
            if (notification instanceof AssociationChangeNotification change
                    && change.event() == AssocChangeEvent.SHUTDOWN) {
                try {
                    assertThat(server.associations()).containsExactly(change.association());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return HandlerResult.RETURN;
            }
            return HandlerResult.CONTINUE;
        };
        assertThat(server.receive(buffer, null, seesItStill)).isNull();
        assertThat(server.associations()).isEmpty();
    }

    @Test
    void notificationsDoNotMakeANonBlockingReceiveWait() throws IOException {
        SctpChannel client = connect().client();
        client.configureBlocking(false);
        List<Notification> told = new ArrayList<>();
        NotificationHandler<Void> handler = (notification, attachment) -> {
            told.add(notification);
            return HandlerResult.CONTINUE;
        };
        assertThat(client.receive(buffer, null, handler)).isNull();
        assertThat(told).isNotEmpty();
        assertThat(told.getFirst().toString()).contains("COMM_UP");
    }
}
