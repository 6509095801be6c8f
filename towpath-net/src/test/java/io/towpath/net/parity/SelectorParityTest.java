package io.towpath.net.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [Selector] and [SelectionKey], with channels of the client unless said.
class SelectorParityTest extends ParityCase {
    private Selector selector() throws IOException {
        return use(on.clientChannels().openSelector());
    }

    private static SelectionKey register(SocketChannel channel, Selector selector, int ops) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, ops);
    }

    // ---- registration

    @Test
    void aFreshSelectorHasNothing() throws IOException {
        Selector selector = selector();
        assertThat(selector.isOpen()).isTrue();
        assertThat(selector.keys()).isEmpty();
        assertThat(selector.selectedKeys()).isEmpty();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.provider()).isSameAs(on.clientChannels());
    }

    @Test
    void aKeyKnowsWhatItIs() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        client.configureBlocking(false);
        SelectionKey key = client.register(selector, SelectionKey.OP_READ, "attached");
        assertThat(key.channel()).isSameAs(client);
        assertThat(key.selector()).isSameAs(selector);
        assertThat(key.attachment()).isEqualTo("attached");
        assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_READ);
        assertThat(key.isValid()).isTrue();
        assertThat(key.isReadable()).isFalse();
        assertThat(selector.keys()).containsExactly(key);
        assertThat(client.keyFor(selector)).isSameAs(key);
        assertThat(client.isRegistered()).isTrue();
    }

    @Test
    void registeringAgainChangesTheKey() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        SelectionKey key = register(client, selector, SelectionKey.OP_READ);
        assertThat(client.register(selector, SelectionKey.OP_WRITE, "new")).isSameAs(key);
        assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_WRITE);
        assertThat(key.attachment()).isEqualTo("new");
    }

    @Test
    void aBlockingChannelCannotBeRegistered() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() -> client.register(selector, SelectionKey.OP_READ));
    }

    @Test
    void aRegisteredChannelCannotBlock() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        register(client, selector, SelectionKey.OP_READ);
        assertThatExceptionOfType(IllegalBlockingModeException.class).isThrownBy(() -> client.configureBlocking(true));
    }

    @Test
    void aChannelMayBlockAgainAfterItsKeyIsGone() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        register(client, selector, SelectionKey.OP_READ).cancel();
        selector.selectNow();
        client.configureBlocking(true);
        assertThat(client.isRegistered()).isFalse();
    }

    @Test
    void aClosedChannelCannotBeRegistered() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        client.configureBlocking(false);
        client.close();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> client.register(selector, SelectionKey.OP_READ));
    }

    @Test
    void operationsThatAChannelDoesNotHaveAreRefused() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        client.configureBlocking(false);
        assertThatIllegalArgumentException().isThrownBy(() -> client.register(selector, SelectionKey.OP_ACCEPT));
        SelectionKey key = client.register(selector, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> key.interestOps(SelectionKey.OP_ACCEPT));
        assertThatIllegalArgumentException().isThrownBy(() -> key.interestOpsOr(SelectionKey.OP_ACCEPT));
    }

    @Test
    void interestOpsOneByOne() throws IOException {
        Selector selector = selector();
        SelectionKey key = register(connectChannels().client(), selector, SelectionKey.OP_READ);
        assertThat(key.interestOpsOr(SelectionKey.OP_WRITE)).isEqualTo(SelectionKey.OP_READ);
        assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        assertThat(key.interestOpsAnd(~SelectionKey.OP_READ)).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_WRITE);
    }

    @Test
    void theSetsOfKeysCannotGrow() throws IOException {
        Selector selector = selector();
        SelectionKey key = register(connectChannels().client(), selector, SelectionKey.OP_READ);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> selector.selectedKeys().add(key));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> selector.keys().add(key));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> selector.keys().remove(key));
    }

    @Test
    void oneChannelInTwoSelectors() throws IOException {
        Selector one = selector();
        Selector other = selector();
        Channels ends = connectChannels();
        SelectionKey first = register(ends.client(), one, SelectionKey.OP_READ);
        SelectionKey second = register(ends.client(), other, SelectionKey.OP_READ);
        ends.server().write(bytes("x"));
        assertThat(one.select()).isEqualTo(1);
        assertThat(other.select()).isEqualTo(1);
        assertThat(first.isReadable()).isTrue();
        assertThat(second.isReadable()).isTrue();
    }

    // ---- what is ready

    @Test
    void dataMakesReadable() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        assertThat(selector.selectNow()).isZero();
        ends.server().write(bytes("hello"));
        assertThat(selector.select()).isEqualTo(1);
        assertThat(selector.selectedKeys()).containsExactly(key);
        assertThat(key.isReadable()).isTrue();
        assertThat(key.isWritable()).isFalse();
        assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_READ);
        assertThat(text(ends.client(), 5)).isEqualTo("hello");
    }

    @Test
    void dataWakesASelect() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        register(ends.client(), selector, SelectionKey.OP_READ);
        int[] count = {0};
        Blocked selecting = Blocked.in(() -> count[0] = selector.select());
        ends.server().write(bytes("x"));
        selecting.returns();
        assertThat(count[0]).isEqualTo(1);
    }

    @Test
    void readableUntilAllIsRead() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().write(bytes("ab"));
        for (int i = 0; i < 3; i++) {
            assertThat(selector.select()).isEqualTo(1);
            selector.selectedKeys().clear();
        }
        assertThat(text(ends.client(), 2)).isEqualTo("ab");
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.selectedKeys()).isEmpty();
        assertThat(key.isValid()).isTrue();
    }

    @Test
    void aSelectedKeyThatStaysIsNotCountedAgain() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().write(bytes("ab"));
        assertThat(selector.select()).isEqualTo(1);
        assertThat(selector.select()).isZero();
        assertThat(selector.selectedKeys()).containsExactly(key);
    }

    @Test
    void readyOpsOfASelectedKeyGather() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().write(bytes("ab"));
        assertThat(selector.select()).isEqualTo(1);
        key.interestOps(SelectionKey.OP_WRITE);
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    @Test
    void anOpenConnectionIsWritable() throws IOException {
        Selector selector = selector();
        SelectionKey key = register(connectChannels().client(), selector, SelectionKey.OP_WRITE);
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isWritable()).isTrue();
    }

    @Test
    void aFullBufferIsNotWritableUntilThePeerReads() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        register(ends.client(), selector, SelectionKey.OP_WRITE);
        long sent = 0;
        ByteBuffer chunk = ByteBuffer.allocate(100_000);
        while (selector.select(300) > 0) { // the last of these waits in vain
            sent += ends.client().write(chunk.clear());
            selector.selectedKeys().clear();
        }
        Blocked selecting = Blocked.in(selector::select);
        long received = 0;
        while (received < sent) {
            received += ends.server().read(chunk.clear());
        }
        selecting.returns();
        assertThat(selector.selectedKeys()).hasSize(1);
    }

    @Test
    void theEndOfTheStreamIsReadable() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().close();
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isReadable()).isTrue();
        assertThat(ends.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void halfClosedByThePeerIsReadable() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().shutdownOutput();
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isReadable()).isTrue();
    }

    @Test
    void shutdownInputIsReadable() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.client().shutdownInput();
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isReadable()).isTrue();
        assertThat(ends.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void aResetIsReadable() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().setOption(StandardSocketOptions.SO_LINGER, 0);
        ends.server().close();
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isReadable()).isTrue();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ends.client().read(ByteBuffer.allocate(1)));
    }

    @Test
    void aConnectionToAcceptIsAcceptable() throws IOException {
        Selector selector = use(on.serverChannels().openSelector());
        ServerSocketChannel listener = listenChannel();
        listener.configureBlocking(false);
        SelectionKey key = listener.register(selector, SelectionKey.OP_ACCEPT);
        assertThat(selector.selectNow()).isZero();
        assertThat(listener.accept()).isNull();
        Blocked selecting = Blocked.in(selector::select);
        channel().connect(listener.getLocalAddress());
        selecting.returns();
        assertThat(key.isAcceptable()).isTrue();
        assertThat(use(listener.accept()).isConnected()).isTrue();
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isZero();
    }

    @Test
    void severalConnectionsStayAcceptableToTheLast() throws IOException {
        Selector selector = use(on.serverChannels().openSelector());
        ServerSocketChannel listener = listenChannel();
        listener.configureBlocking(false);
        for (int i = 0; i < 20; i++) {
            channel().connect(listener.getLocalAddress());
        }
        listener.register(selector, SelectionKey.OP_ACCEPT);
        for (int i = 0; i < 20; i++) {
            assertThat(selector.select()).isEqualTo(1);
            selector.selectedKeys().clear();
            assertThat(use(listener.accept())).isNotNull();
        }
        assertThat(selector.selectNow()).isZero();
    }

    @Test
    void connectIsFinishedBySelection() throws IOException {
        Selector selector = selector();
        ServerSocketChannel listener = listenChannel();
        SocketChannel channel = channel();
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        if (!channel.connect(listener.getLocalAddress())) {
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isConnectable()).isTrue();
            assertThat(channel.finishConnect()).isTrue();
        }
        key.interestOps(SelectionKey.OP_WRITE);
        selector.selectedKeys().clear();
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isWritable()).isTrue();
    }

    @Test
    void aRefusedConnectIsConnectable() throws IOException {
        InetSocketAddress closed = on.closedPort();
        Selector selector = selector();
        SocketChannel channel = channel();
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> {
            channel.connect(closed);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.isConnectable()).isTrue();
            channel.finishConnect();
        });
        assertThat(key.isValid()).isFalse();
    }

    @Test
    void manyChannels() throws IOException {
        Selector selector = selector();
        List<Channels> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Channels ends = connectChannels();
            register(ends.client(), selector, SelectionKey.OP_READ).attach(i);
            all.add(ends);
        }
        for (int i = 0; i < 100; i += 10) {
            all.get(i).server().write(bytes("x"));
        }
        List<Object> ready = new ArrayList<>();
        while (ready.size() < 10) {
            selector.select();
            selector.selectedKeys().forEach(key -> ready.add(key.attachment()));
            for (SelectionKey key : selector.selectedKeys()) {
                assertThat(((SocketChannel) key.channel()).read(ByteBuffer.allocate(10)))
                        .isEqualTo(1);
            }
            selector.selectedKeys().clear();
        }
        assertThat(ready).containsExactlyInAnyOrder(0, 10, 20, 30, 40, 50, 60, 70, 80, 90);
        assertThat(selector.selectNow()).isZero();
    }

    // ---- the forms of select

    @Test
    void selectTimesOut() throws IOException {
        Selector selector = selector();
        register(connectChannels().client(), selector, SelectionKey.OP_READ);
        long before = System.nanoTime();
        assertThat(selector.select(30)).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(25));
    }

    @Test
    void aNegativeTimeoutIsRefused() throws IOException {
        Selector selector = selector();
        assertThatIllegalArgumentException().isThrownBy(() -> selector.select(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> selector.select(key -> {}, -1));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> selector.select(null));
    }

    @Test
    void anActionSeesEveryReadyKey() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().write(bytes("abc"));
        List<SelectionKey> seen = new ArrayList<>();
        assertThat(selector.select(seen::add)).isEqualTo(1);
        assertThat(selector.select(seen::add, 1000)).isEqualTo(1);
        assertThat(selector.selectNow(seen::add)).isEqualTo(1);
        assertThat(seen).containsExactly(key, key, key);
        assertThat(key.isReadable()).isTrue();
        assertThat(selector.selectedKeys()).isEmpty();
        text(ends.client(), 3);
        assertThat(selector.selectNow(seen::add)).isZero();
    }

    @Test
    void anActionThatThrowsEndsTheSelection() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().write(bytes("abc"));
        assertThatIllegalStateException()
                .isThrownBy(() -> selector.select(key -> {
                    throw new IllegalStateException("mine");
                }));
        assertThat(selector.selectNow(key -> {})).isEqualTo(1);
    }

    @Test
    void anActionMayNotSelect() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().write(bytes("abc"));
        assertThatIllegalStateException()
                .isThrownBy(() -> selector.select(key -> {
                    try {
                        selector.selectNow();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }));
    }

    @Test
    void anActionMayCloseItsChannel() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().write(bytes("abc"));
        assertThat(selector.select(key -> {
                    try {
                        key.channel().close();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .isEqualTo(1);
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
    }

    // ---- wakeup, interrupt, close

    @Test
    void wakeupEndsASelect() throws IOException {
        Selector selector = selector();
        int[] count = {-1};
        Blocked selecting = Blocked.in(() -> count[0] = selector.select());
        assertThat(selector.wakeup()).isSameAs(selector);
        selecting.returns();
        assertThat(count[0]).isZero();
    }

    @Test
    void wakeupBeforehandEndsTheNextSelectOnly() throws IOException {
        Selector selector = selector();
        selector.wakeup();
        selector.wakeup();
        assertThat(selector.select()).isZero();
        assertThat(selector.select(20)).isZero();
    }

    @Test
    void selectNowUsesUpAWakeup() throws IOException {
        Selector selector = selector();
        selector.wakeup();
        assertThat(selector.selectNow()).isZero();
        long before = System.nanoTime();
        selector.select(30);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(25));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptEndsASelect(boolean virtual) throws IOException {
        Selector selector = selector();
        boolean[] interrupted = {false};
        Blocked selecting = Blocked.in(virtual, () -> {
            selector.select();
            interrupted[0] = Thread.currentThread().isInterrupted();
        });
        selecting.thread().interrupt();
        selecting.returns();
        assertThat(interrupted[0]).isTrue();
        assertThat(selector.isOpen()).isTrue();
    }

    @Test
    void anInterruptedThreadDoesNotBlock() throws IOException {
        Selector selector = selector();
        Thread.currentThread().interrupt();
        assertThat(selector.select()).isZero();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closeEndsASelect() throws IOException {
        Selector selector = selector();
        register(connectChannels().client(), selector, SelectionKey.OP_READ);
        Blocked selecting = Blocked.in(selector::select);
        selector.close();
        Throwable end = selecting.end().join();
        assertThat(end == null || end instanceof ClosedSelectorException).isTrue();
    }

    @Test
    void aClosedSelectorIsOfNoUse() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        SelectionKey key = register(client, selector, SelectionKey.OP_READ);
        selector.close();
        selector.close();
        assertThat(selector.isOpen()).isFalse();
        assertThat(key.isValid()).isFalse();
        assertThat(client.isRegistered()).isFalse();
        assertThat(client.isOpen()).isTrue();
        assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(selector::select);
        assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(selector::selectNow);
        assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(selector::keys);
        assertThatExceptionOfType(ClosedSelectorException.class).isThrownBy(selector::selectedKeys);
        assertThatExceptionOfType(ClosedSelectorException.class)
                .isThrownBy(() -> client.register(selector, SelectionKey.OP_READ));
        assertThat(selector.wakeup()).isSameAs(selector);
    }

    // ---- cancelled keys

    @Test
    void aCancelledKeyIsGoneAfterTheNextSelection() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        key.cancel();
        assertThat(key.isValid()).isFalse();
        assertThat(selector.keys()).containsExactly(key);
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.keys()).isEmpty();
        assertThat(ends.client().keyFor(selector)).isNull();
        key.cancel();
    }

    @Test
    void aCancelledKeyCannotBeUsed() throws IOException {
        Selector selector = selector();
        SelectionKey key = register(connectChannels().client(), selector, SelectionKey.OP_READ);
        key.cancel();
        assertThatExceptionOfType(CancelledKeyException.class).isThrownBy(key::interestOps);
        assertThatExceptionOfType(CancelledKeyException.class).isThrownBy(() -> key.interestOps(0));
        assertThatExceptionOfType(CancelledKeyException.class).isThrownBy(key::readyOps);
        assertThatExceptionOfType(CancelledKeyException.class).isThrownBy(key::isReadable);
    }

    @Test
    void aCancelledKeyIsNotSelected() throws IOException {
        Selector selector = selector();
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        ends.server().write(bytes("x"));
        assertThat(selector.select()).isEqualTo(1);
        key.cancel();
        assertThat(selector.selectNow()).isZero();
        assertThat(selector.selectedKeys()).isEmpty();
    }

    @Test
    void registeringBeforeTheCancelledKeyIsGoneIsRefused() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        register(client, selector, SelectionKey.OP_READ).cancel();
        assertThatExceptionOfType(CancelledKeyException.class)
                .isThrownBy(() -> client.register(selector, SelectionKey.OP_READ));
        selector.selectNow();
        assertThat(client.register(selector, SelectionKey.OP_READ).isValid()).isTrue();
    }

    @Test
    void closingAChannelCancelsItsKeys() throws IOException {
        Selector selector = selector();
        SocketChannel client = connectChannels().client();
        SelectionKey key = register(client, selector, SelectionKey.OP_READ);
        client.close();
        assertThat(key.isValid()).isFalse();
        selector.selectNow();
        assertThat(selector.keys()).isEmpty();
    }

    // ---- changes during a selection

    @Test
    void registeringDoesNotWaitForASelect() throws IOException {
        Selector selector = selector();
        Blocked selecting = Blocked.in(selector::select);
        Channels ends = connectChannels();
        SelectionKey key = register(ends.client(), selector, SelectionKey.OP_READ);
        assertThat(key.isValid()).isTrue();
        selector.wakeup();
        selecting.returns();
        ends.server().write(bytes("x"));
        assertThat(selector.select()).isEqualTo(1);
    }

    @Test
    void interestThatGrewCountsAtTheNextSelection() throws IOException {
        Selector selector = selector();
        SelectionKey key = register(connectChannels().client(), selector, 0);
        assertThat(selector.selectNow()).isZero();
        key.interestOps(SelectionKey.OP_WRITE);
        assertThat(selector.selectNow()).isEqualTo(1);
        selector.selectedKeys().clear();
        key.interestOps(0);
        assertThat(selector.selectNow()).isZero();
    }

    /// Libraries rely on it that look at `OP_CONNECT` only.
    @Test
    void whoIgnoresWhatAConnectReturnsFindsItInTheSelector() throws IOException {
        Selector selector = selector();
        ServerSocketChannel listener = listenChannel();
        SocketChannel channel = channel();
        channel.configureBlocking(false);
        assertThat(channel.connect(listener.getLocalAddress())).isFalse();
        assertThat(channel.isConnectionPending()).isTrue();
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        assertThat(selector.select(20_000)).isEqualTo(1);
        assertThat(key.isConnectable()).isTrue();
        assertThat(channel.finishConnect()).isTrue();
        assertThat(channel.isConnected()).isTrue();
    }

    // ---- pipes

    @Test
    void aPipeInASelector() throws IOException {
        Selector selector = selector();
        Pipe pipe = on.clientChannels().openPipe();
        use(pipe.sink());
        use(pipe.source()).configureBlocking(false);
        SelectionKey key = pipe.source().register(selector, SelectionKey.OP_READ);
        assertThat(selector.selectNow()).isZero();
        Blocked selecting = Blocked.in(selector::select);
        pipe.sink().write(bytes("x"));
        selecting.returns();
        assertThat(key.isReadable()).isTrue();
    }
}
