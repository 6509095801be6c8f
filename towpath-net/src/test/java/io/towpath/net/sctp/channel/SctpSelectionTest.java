package io.towpath.net.sctp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpMultiChannel;
import com.sun.nio.sctp.SctpServerChannel;
import io.towpath.net.parity.Blocked;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Channels of SCTP in selectors of their host.
class SctpSelectionTest extends ChannelCase {
    @Test
    void aChannelThatBlocksIsNotRegistered() throws IOException {
        Selector selector = use(clients.openSelector());
        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() -> channel().register(selector, SelectionKey.OP_READ));
    }

    @Test
    void aRegisteredChannelDoesNotBlock() throws IOException {
        Selector selector = use(clients.openSelector());
        SctpChannel channel = channel();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_CONNECT);
        assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(() -> channel.configureBlocking(true));
    }

    @Test
    void selectorsOfOthersAreRefused() throws IOException {
        try (Selector other = Selector.open()) {
            SctpChannel channel = channel();
            channel.configureBlocking(false);
            assertThatExceptionOfType(IllegalSelectorException.class)
                    .isThrownBy(() -> channel.register(other, SelectionKey.OP_READ));
        }
    }

    @Test
    void operationsThatAChannelDoesNotHaveAreRefused() throws IOException {
        Selector selector = use(clients.openSelector());
        SctpChannel channel = channel();
        channel.configureBlocking(false);
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> channel.register(selector, SelectionKey.OP_ACCEPT));
        SctpMultiChannel multi = multi();
        multi.configureBlocking(false);
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> multi.register(selector, SelectionKey.OP_CONNECT));
    }

    @Test
    void aServerIsAcceptableWhileSomebodyWaits() throws IOException {
        SctpServerChannel listener = listen();
        listener.configureBlocking(false);
        Selector selector = use(servers.openSelector());
        SelectionKey key = listener.register(selector, SelectionKey.OP_ACCEPT);
        assertThat(selector.selectNow()).isZero();
        channel().connect(server(5000));
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isAcceptable()).isTrue();
        assertThat(use(listener.accept())).isNotNull();
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isZero();
    }

    @Test
    void aChannelIsConnectableOnceItIsConnected() throws IOException {
        SctpServerChannel listener = listen();
        SctpChannel client = channel();
        client.configureBlocking(false);
        Selector selector = use(clients.openSelector());
        SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT);
        if (!client.connect(server(5000))) {
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isConnectable()).isTrue();
            assertThat(client.finishConnect()).isTrue();
        }
        key.interestOps(SelectionKey.OP_WRITE);
        selector.selectedKeys().clear();
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isWritable()).isTrue();
        assertThat(use(listener.accept())).isNotNull();
    }

    @Test
    void aChannelIsConnectableOnceItHasFailed() throws IOException {
        SctpChannel client = channel();
        client.configureBlocking(false);
        Selector selector = use(clients.openSelector());
        SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT);
        try {
            boolean connected = client.connect(server(999));
            assertThat(connected).isFalse();
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isConnectable()).isTrue();
            client.finishConnect();
            throw new AssertionError("nobody listens there");
        } catch (IOException refused) {
            assertThat(client.isOpen()).isFalse();
        }
    }

    @Test
    void aChannelIsReadableWhileThereIsSomething() throws IOException {
        Ends ends = connect();
        ends.server().configureBlocking(false);
        Selector selector = use(servers.openSelector());
        SelectionKey key = ends.server().register(selector, SelectionKey.OP_READ);
        ByteBuffer into = ByteBuffer.allocate(3);
        assertThat(ends.server().receive(into, null, null)).as("notifications").isNull();
        send(ends.client(), "abcdef");
        MessageInfo info = null;
        while (info == null) { // other notifications may come first
            selector.selectedKeys().clear();
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isReadable()).isTrue();
            info = ends.server().receive(into, null, null);
        }
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).as("the rest of the message").isEqualTo(1);
        assertThat(ends.server().receive(into.clear(), null, null).isComplete()).isTrue();
        assertThat(ends.server().receive(into, null, null)).isNull();
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isZero();
        ends.client().close();
        assertThat(selector.select()).as("its end").isEqualTo(1);
    }

    @Test
    void aChannelIsWritableWhileThereIsRoom() throws IOException {
        Ends ends = connect();
        ends.client().configureBlocking(false);
        Selector selector = use(clients.openSelector());
        SelectionKey key = ends.client().register(selector, SelectionKey.OP_WRITE);
        assertThat(selector.select()).isEqualTo(1);
        int taken = 0;
        while (ends.client().send(ByteBuffer.allocate(10_000), on(0)) > 0) {
            taken++;
        }
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isZero();
        for (int i = 0; i < taken; i++) {
            ends.server().receive(ByteBuffer.allocate(10_000), null, null);
        }
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isWritable()).isTrue();
    }

    @Test
    void aSleepingSelectorIsWokenByAMessage() throws IOException {
        Ends ends = connect();
        ends.server().configureBlocking(false);
        Selector selector = use(servers.openSelector());
        ends.server().register(selector, SelectionKey.OP_READ);
        while (selector.selectNow() > 0) {
            ends.server().receive(ByteBuffer.allocate(1), null, null);
            selector.selectedKeys().clear();
        }
        Blocked selecting = Blocked.in(selector::select);
        send(ends.client(), "wake up");
        selecting.returns();
    }

    @Test
    void oneSelectorServesManyAssociationsAndOtherChannelsOfTheHost() throws IOException {
        Selector selector = use(servers.openSelector());
        SctpServerChannel listener = listen();
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        ServerSocketChannel tcp = use(pair.b().selectorProvider().openServerSocketChannel());
        tcp.bind(new InetSocketAddress(5000)).configureBlocking(false);
        tcp.register(selector, SelectionKey.OP_ACCEPT);
        SctpMultiChannel multi = use(servers.openMultiChannel()).bind(new InetSocketAddress(6000));
        multi.configureBlocking(false);
        multi.register(selector, SelectionKey.OP_READ);
        Map<Integer, SctpChannel> peers = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            SctpChannel peer = channel();
            peer.connect(server(i % 2 == 0 ? 5000 : 6000));
            send(peer, "echo " + i);
            peers.put(i, peer);
        }
        int echoes = 0;
        ByteBuffer buffer = ByteBuffer.allocate(100);
        while (echoes < 10) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                echoes += serve(selector, key, buffer);
            }
            selector.selectedKeys().clear();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(receive(peers.get(i))).isEqualTo("echo " + i);
        }
    }

    private int serve(Selector selector, SelectionKey key, ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (key.channel() instanceof SctpServerChannel server) {
            SctpChannel accepted = use(server.accept());
            accepted.configureBlocking(false);
            accepted.register(selector, SelectionKey.OP_READ);
            return 0;
        }
        if (key.channel() instanceof SctpMultiChannel multi) {
            MessageInfo info = multi.receive(buffer, null, null);
            return info == null ? 0 : Math.min(1, multi.send(buffer.flip(), info));
        }
        SctpChannel channel = (SctpChannel) key.channel();
        MessageInfo info = channel.receive(buffer, null, null);
        return info == null ? 0 : Math.min(1, channel.send(buffer.flip(), info));
    }
}
