package io.towpath.net.sctp.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.nio.sctp.AbstractNotificationHandler;
import com.sun.nio.sctp.AssociationChangeNotification;
import com.sun.nio.sctp.HandlerResult;
import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.Notification;
import com.sun.nio.sctp.NotificationHandler;
import com.sun.nio.sctp.PeerAddressChangeNotification;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpMultiChannel;
import com.sun.nio.sctp.SctpServerChannel;
import com.sun.nio.sctp.SendFailedNotification;
import com.sun.nio.sctp.ShutdownNotification;
import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import io.towpath.net.sctp.SctpChannels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/// What every test of channels has: two hosts with two addresses each, and channels that are closed after the
/// test.
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ChannelCase {
    HostPair pair;
    SctpChannels clients;
    SctpChannels servers;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24 10.1.0.1/24", "10.0.0.2/24 10.1.0.2/24");
        clients = pair.a().sctp().channels();
        servers = pair.b().sctp().channels();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        pair.close();
    }

    /// Has `resource` closed after the test.
    <T extends AutoCloseable> T use(T resource) {
        open.add(resource);
        return resource;
    }

    SctpChannel channel() {
        try {
            return use(clients.openChannel());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SctpMultiChannel multi() {
        try {
            return use(clients.openMultiChannel());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SctpServerChannel listen() throws IOException {
        return use(servers.openServerChannel()).bind(new InetSocketAddress(5000));
    }

    /// Both ends of an association, in blocking mode.
    record Ends(SctpChannel client, SctpChannel server) {}

    Ends connect() throws IOException {
        return connect(listen());
    }

    Ends connect(SctpServerChannel listener) throws IOException {
        SctpChannel client = channel();
        assertThat(client.connect(server(5000))).isTrue();
        return new Ends(client, use(Objects.requireNonNull(listener.accept())));
    }

    static InetSocketAddress server(int port) {
        return new InetSocketAddress(address("10.0.0.2"), port);
    }

    static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    static MessageInfo on(int stream) {
        return MessageInfo.createOutgoing((SocketAddress) null, stream);
    }

    static int send(SctpChannel channel, String text) throws IOException {
        return channel.send(bytes(text), on(0));
    }

    static String receive(SctpChannel channel) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(1000);
        MessageInfo info = channel.receive(into, null, null);
        assertThat(info).isNotNull();
        return text(into);
    }

    static String receive(SctpMultiChannel channel) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(1000);
        MessageInfo info = channel.receive(into, null, null);
        assertThat(info).isNotNull();
        return text(into);
    }

    static String text(ByteBuffer written) {
        return StandardCharsets.UTF_8.decode(written.flip()).toString();
    }

    /// Remembers what it was told, each by the method that is meant for it, and goes on until it was told
    /// `last`.
    static final class Listener extends AbstractNotificationHandler<List<String>> {
        final List<Notification> told = new ArrayList<>();
        private final String last;

        Listener(String last) {
            this.last = last;
        }

        private HandlerResult add(String text, Notification notification, @Nullable List<String> attachment) {
            told.add(notification);
            if (attachment != null) {
                attachment.add(text);
            }
            return text.equals(last) ? HandlerResult.RETURN : HandlerResult.CONTINUE;
        }

        @Override
        public HandlerResult handleNotification(AssociationChangeNotification change, List<String> attachment) {
            return add(change.event().toString(), change, attachment);
        }

        @Override
        public HandlerResult handleNotification(PeerAddressChangeNotification change, List<String> attachment) {
            return add(change.event().toString(), change, attachment);
        }

        @Override
        public HandlerResult handleNotification(SendFailedNotification failed, List<String> attachment) {
            return add("SEND_FAILED", failed, attachment);
        }

        @Override
        public HandlerResult handleNotification(ShutdownNotification shutdown, List<String> attachment) {
            return add("PEER_SHUTDOWN", shutdown, attachment);
        }

        /// Address confirmations come when they come.
        List<String> without(List<String> texts) {
            return texts.stream().filter(text -> !text.equals("ADDR_CONFIRMED")).toList();
        }
    }

    static <T> NotificationHandler<T> returning() {
        return (notification, attachment) -> HandlerResult.RETURN;
    }
}
