package io.towpath.net.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [SocketChannel].
class SocketChannelParityTest extends ParityCase {
    // ---- state

    @Test
    void aNewChannelIsOpenAndNothingElse() throws IOException {
        SocketChannel channel = channel();
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.isBlocking()).isTrue();
        assertThat(channel.isConnected()).isFalse();
        assertThat(channel.isConnectionPending()).isFalse();
        assertThat(channel.isRegistered()).isFalse();
        assertThat(channel.getLocalAddress()).isNull();
        assertThat(channel.getRemoteAddress()).isNull();
        assertThat(channel.validOps())
                .isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT);
    }

    @Test
    void aConnectedChannelKnowsBothEnds() throws IOException {
        Channels ends = connectChannels();
        assertThat(ends.client().isConnected()).isTrue();
        assertThat(ends.client().getRemoteAddress()).isEqualTo(ends.server().getLocalAddress());
        assertThat(ends.server().getRemoteAddress()).isEqualTo(ends.client().getLocalAddress());
        assertThat(((InetSocketAddress) ends.client().getLocalAddress()).getAddress())
                .isEqualTo(on.clientAddress());
    }

    @Test
    void addressesAfterCloseAreRefused() throws IOException {
        Channels ends = connectChannels();
        ends.client().close();
        assertThat(ends.client().isOpen()).isFalse();
        assertThat(ends.client().isConnected()).isFalse();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(ends.client()::getLocalAddress);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(ends.client()::getRemoteAddress);
        ends.client().close();
    }

    // ---- bind and connect

    @Test
    void bindThenConnect() throws IOException {
        SocketChannel channel = channel();
        channel.bind(new InetSocketAddress(on.clientAddress(), 0));
        SocketAddress local = channel.getLocalAddress();
        assertThat(((InetSocketAddress) local).getPort()).isPositive();
        channel.connect(listenChannel().getLocalAddress());
        assertThat(channel.getLocalAddress()).isEqualTo(local);
    }

    @Test
    void bindFaults() throws IOException {
        SocketChannel channel = channel();
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> channel.bind(InetSocketAddress.createUnresolved("nowhere.invalid", 0)));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> channel.bind(new SocketAddress() {}));
        channel.bind(null);
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> channel.bind(null));
        channel.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.bind(null));
    }

    @Test
    void aPortInUseIsRefused() throws IOException {
        SocketChannel one = channel();
        one.bind(new InetSocketAddress(on.clientAddress(), 0));
        SocketAddress taken = one.getLocalAddress();
        SocketChannel other = channel();
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> other.bind(taken));
        assertThat(other.isOpen()).isTrue();
    }

    @Test
    void connectFaults() throws IOException {
        SocketChannel channel = channel();
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> channel.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 9)));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> channel.connect(new SocketAddress() {}));
        channel.connect(listenChannel().getLocalAddress());
        assertThatExceptionOfType(AlreadyConnectedException.class)
                .isThrownBy(() -> channel.connect(channel.getRemoteAddress()));
        assertThat(channel.isOpen()).isTrue();
        channel.close();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> channel.connect(new InetSocketAddress(on.serverAddress(), 9)));
    }

    @Test
    void refusedAndClosed() throws IOException {
        InetSocketAddress closed = on.closedPort();
        SocketChannel channel = channel();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> channel.connect(closed))
                .withMessageContaining("Connection refused");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void connectWithoutBlocking() throws IOException {
        ServerSocketChannel listener = listenChannel();
        SocketChannel channel = channel();
        channel.configureBlocking(false);
        boolean done = channel.connect(listener.getLocalAddress());
        assertThat(channel.isConnectionPending()).isEqualTo(!done);
        while (!channel.finishConnect()) {
            Thread.onSpinWait();
        }
        assertThat(channel.isConnected()).isTrue();
        assertThat(channel.isConnectionPending()).isFalse();
        assertThat(channel.finishConnect()).isTrue();
        use(listener.accept());
    }

    @Test
    void refusedWithoutBlocking() throws IOException {
        InetSocketAddress closed = on.closedPort();
        SocketChannel channel = channel();
        channel.configureBlocking(false);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> {
            channel.connect(closed);
            while (!channel.finishConnect()) {
                Thread.onSpinWait();
            }
        });
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void finishConnectNeedsAConnect() throws IOException {
        SocketChannel channel = channel();
        assertThatExceptionOfType(NoConnectionPendingException.class).isThrownBy(channel::finishConnect);
        channel.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::finishConnect);
    }

    // ---- reading and writing

    @Test
    void bytesArrive() throws IOException {
        Channels ends = connectChannels();
        ByteBuffer hello = bytes("hello");
        assertThat(ends.client().write(hello)).isEqualTo(5);
        assertThat(hello.hasRemaining()).isFalse();
        assertThat(text(ends.server(), 5)).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void buffersKeepTheirPositions(boolean direct) throws IOException {
        Channels ends = connectChannels();
        ByteBuffer from = direct ? ByteBuffer.allocateDirect(20) : ByteBuffer.allocate(20);
        from.put(bytes("..hello.."));
        from.position(2).limit(7);
        assertThat(ends.client().write(from)).isEqualTo(5);
        assertThat(from.position()).isEqualTo(7);
        ByteBuffer into = direct ? ByteBuffer.allocateDirect(20) : ByteBuffer.allocate(20);
        into.position(3).limit(8);
        while (into.hasRemaining()) {
            ends.server().read(into);
        }
        assertThat(into.position()).isEqualTo(8);
        assertThat(into.get(3)).isEqualTo((byte) 'h');
        assertThat(into.get(7)).isEqualTo((byte) 'o');
        assertThat(into.get(2)).isZero();
    }

    @Test
    void aSliceIsReadIntoItsOwnPart() throws IOException {
        Channels ends = connectChannels();
        ends.client().write(bytes("abc"));
        byte[] whole = new byte[10];
        ByteBuffer slice = ByteBuffer.wrap(whole, 4, 3).slice();
        while (slice.hasRemaining()) {
            ends.server().read(slice);
        }
        assertThat(whole).containsExactly(0, 0, 0, 0, 'a', 'b', 'c', 0, 0, 0);
    }

    @Test
    void aReadOnlyBufferIsWrittenButNotRead() throws IOException {
        Channels ends = connectChannels();
        assertThat(ends.client().write(bytes("abc").asReadOnlyBuffer())).isEqualTo(3);
        assertThat(text(ends.server(), 3)).isEqualTo("abc");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ends.server().read(bytes("abc").asReadOnlyBuffer()));
    }

    @Test
    void nothingIsReadIntoAFullBuffer() throws IOException {
        Channels ends = connectChannels();
        assertThat(ends.client().read(ByteBuffer.allocate(0))).isZero();
        assertThat(ends.client().write(ByteBuffer.allocate(0))).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void scatterAndGather(boolean direct) throws IOException {
        Channels ends = connectChannels();
        ByteBuffer[] from = {bytes("one "), ByteBuffer.allocate(0), bytes("two "), bytes("three")};
        long sent = 0;
        while (sent < 13) {
            sent += ends.client().write(from);
        }
        assertThat(sent).isEqualTo(13);
        ByteBuffer[] into = new ByteBuffer[3];
        for (int i = 0; i < 3; i++) {
            into[i] = direct ? ByteBuffer.allocateDirect(5) : ByteBuffer.allocate(5);
        }
        long received = 0;
        while (received < 13) {
            received += ends.server().read(into);
        }
        assertThat(into[0].hasRemaining()).isFalse();
        assertThat(into[1].hasRemaining()).isFalse();
        assertThat(into[2].position()).isEqualTo(3);
        assertThat(into[2].get(2)).isEqualTo((byte) 'e');
        assertThat(into[0].get(4)).isEqualTo((byte) 't');
    }

    @Test
    void scatterAndGatherOfAPart() throws IOException {
        Channels ends = connectChannels();
        ByteBuffer[] from = {bytes("no"), bytes("yes"), bytes("no")};
        assertThat(ends.client().write(from, 1, 1)).isEqualTo(3);
        assertThat(text(ends.server(), 3)).isEqualTo("yes");
        assertThat(ends.client().write(from, 1, 0)).isZero();
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> ends.client().write(from, 2, 2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> ends.client().read(from, -1, 2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 70_000, 2_000_000})
    void muchDataArrivesIntact(int size) throws Exception {
        Channels ends = connectChannels();
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) (i * 17 + i / 251);
        }
        Blocked writer = Blocked.in(() -> {
            assertThat(ends.client().write(ByteBuffer.wrap(data))).isEqualTo(size);
            ends.client().shutdownOutput();
        });
        ByteBuffer into = ByteBuffer.allocateDirect(size + 1);
        while (ends.server().read(into) >= 0) {
            Thread.onSpinWait();
        }
        byte[] received = new byte[into.flip().remaining()];
        into.get(received);
        assertThat(Arrays.equals(received, data)).isTrue();
        writer.returns();
    }

    @Test
    void withoutBlockingNothingIsThere() throws IOException {
        Channels ends = connectChannels();
        ends.client().configureBlocking(false);
        assertThat(ends.client().read(ByteBuffer.allocate(5))).isZero();
        assertThat(ends.client().read(new ByteBuffer[] {ByteBuffer.allocate(5)}))
                .isZero();
    }

    @Test
    void withoutBlockingWritesEndWhenTheBuffersAreFull() throws IOException {
        Channels ends = connectChannels();
        ends.client().configureBlocking(false);
        long sent = 0;
        ByteBuffer chunk = ByteBuffer.allocate(100_000);
        int none = 0;
        while (none < 1000) {
            chunk.clear();
            int count = ends.client().write(chunk);
            none = count == 0 ? none + 1 : 0;
            sent += count;
        }
        assertThat(sent).isPositive();
        long received = 0;
        ByteBuffer into = ByteBuffer.allocate(100_000);
        while (received < sent) {
            received += ends.server().read(into.clear());
        }
        assertThat(received).isEqualTo(sent);
    }

    @Test
    void usingAnUnconnectedChannelIsRefused() throws IOException {
        SocketChannel channel = channel();
        ByteBuffer buffer = ByteBuffer.allocate(1);
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> channel.read(buffer));
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> channel.write(buffer));
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(channel::shutdownInput);
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(channel::shutdownOutput);
    }

    @Test
    void usingAClosedChannelIsRefused() throws IOException {
        SocketChannel channel = connectChannels().client();
        channel.close();
        ByteBuffer buffer = ByteBuffer.allocate(1);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.read(buffer));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.write(buffer));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::shutdownInput);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.configureBlocking(false));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> channel.getOption(StandardSocketOptions.TCP_NODELAY));
    }

    // ---- the end of the stream

    @Test
    void thePeersCloseIsTheEnd() throws IOException {
        Channels ends = connectChannels();
        ends.server().write(bytes("bye"));
        ends.server().close();
        assertThat(text(ends.client(), 10)).isEqualTo("bye");
        assertThat(ends.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(ends.client().read(new ByteBuffer[] {ByteBuffer.allocate(1)}))
                .isEqualTo(-1);
    }

    @Test
    void halfClosed() throws IOException {
        Channels ends = connectChannels();
        assertThat(ends.client().shutdownOutput()).isSameAs(ends.client());
        ends.client().shutdownOutput(); // again is no mistake
        assertThat(ends.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        ends.server().write(bytes("still"));
        assertThat(text(ends.client(), 5)).isEqualTo("still");
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> ends.client().write(bytes("x")));
    }

    @Test
    void shutdownInputIsTheEndForTheReader() throws IOException {
        Channels ends = connectChannels();
        ends.client().shutdownInput();
        ends.client().shutdownInput();
        assertThat(ends.client().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        ends.client().write(bytes("on"));
        assertThat(text(ends.server(), 2)).isEqualTo("on");
    }

    @Test
    void shutdownInputWakesAReader() throws IOException {
        Channels ends = connectChannels();
        int[] read = {0};
        Blocked reader = Blocked.in(() -> read[0] = ends.client().read(ByteBuffer.allocate(1)));
        ends.client().shutdownInput();
        reader.returns();
        assertThat(read[0]).isEqualTo(-1);
    }

    @Test
    void resetIsAnException() throws IOException {
        Channels ends = connectChannels();
        ends.client().setOption(StandardSocketOptions.SO_LINGER, 0);
        ends.client().close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> ends.server().read(ByteBuffer.allocate(1)))
                .withMessage("Connection reset");
        assertThat(ends.server().isOpen()).isTrue();
    }

    // ---- close and interrupt

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAReader(boolean virtual) throws IOException {
        SocketChannel client = connectChannels().client();
        Blocked reader = Blocked.in(virtual, () -> client.read(ByteBuffer.allocate(1)));
        client.close();
        reader.endsBy().isInstanceOf(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAWriter(boolean virtual) throws IOException {
        SocketChannel client = connectChannels().client();
        Blocked writer = Blocked.in(virtual, () -> {
            while (true) {
                client.write(ByteBuffer.allocate(1_000_000));
            }
        });
        client.close();
        writer.endsBy().isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptingAReaderClosesTheChannel(boolean virtual) throws IOException {
        SocketChannel client = connectChannels().client();
        boolean[] interrupted = {false};
        Blocked reader = Blocked.in(virtual, () -> {
            try {
                client.read(ByteBuffer.allocate(1));
            } finally {
                interrupted[0] = Thread.currentThread().isInterrupted();
            }
        });
        reader.thread().interrupt();
        reader.endsBy().isInstanceOf(ClosedByInterruptException.class);
        assertThat(client.isOpen()).isFalse();
        assertThat(interrupted[0]).isTrue();
    }

    @Test
    void anInterruptedThreadCannotBlock() throws IOException {
        SocketChannel client = connectChannels().client();
        Blocked reader = Blocked.in(() -> {
            Thread.currentThread().interrupt();
            client.read(ByteBuffer.allocate(1));
        });
        reader.endsBy().isInstanceOf(ClosedByInterruptException.class);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void anInterruptDoesNotDisturbChannelsThatDoNotBlock() throws IOException {
        Channels ends = connectChannels();
        ends.client().configureBlocking(false);
        Thread.currentThread().interrupt();
        assertThat(ends.client().read(ByteBuffer.allocate(1))).isZero();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ends.client().isOpen()).isTrue();
    }

    // ---- options

    @Test
    void options() throws IOException {
        SocketChannel channel = channel();
        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
        assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
        assertThat(channel.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(-1);
        assertThat(channel.setOption(StandardSocketOptions.TCP_NODELAY, true)).isSameAs(channel);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 30_000);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 40_000);
        channel.setOption(StandardSocketOptions.IP_TOS, 0x10);
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.connect(listenChannel().getLocalAddress());
        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_SNDBUF)).isGreaterThanOrEqualTo(30_000);
        assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isGreaterThanOrEqualTo(40_000);
        assertThat(channel.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
        assertThat(channel.getOption(StandardSocketOptions.SO_REUSEADDR)).isTrue();
    }

    @Test
    void optionFaults() throws IOException {
        SocketChannel channel = channel();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 3));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> channel.getOption(StandardSocketOptions.SO_BROADCAST));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> channel.setOption(null, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.setOption(StandardSocketOptions.SO_SNDBUF, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> channel.setOption(StandardSocketOptions.TCP_NODELAY, null));
        assertThat(channel.supportedOptions())
                .contains(
                        StandardSocketOptions.SO_SNDBUF,
                        StandardSocketOptions.SO_RCVBUF,
                        StandardSocketOptions.SO_KEEPALIVE,
                        StandardSocketOptions.SO_REUSEADDR,
                        StandardSocketOptions.SO_LINGER,
                        StandardSocketOptions.TCP_NODELAY);
    }

    // ---- other channels and streams

    @Test
    void aFileIsTransferredToAChannelAndBack(@TempDir Path folder) throws Exception {
        Channels ends = connectChannels();
        byte[] data = new byte[300_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i ^ i >> 8);
        }
        Path source = Files.write(folder.resolve("source"), data);
        Blocked sender = Blocked.in(() -> {
            try (FileChannel file = FileChannel.open(source)) {
                long at = 0;
                while (at < data.length) {
                    at += file.transferTo(at, data.length - at, ends.client());
                }
            }
            ends.client().shutdownOutput();
        });
        Path copy = Files.createFile(folder.resolve("copy"));
        try (FileChannel file = FileChannel.open(copy, java.nio.file.StandardOpenOption.WRITE)) {
            long at = 0;
            while (at < data.length) {
                at += file.transferFrom(ends.server(), at, data.length - at);
            }
        }
        sender.returns();
        assertThat(Arrays.equals(Files.readAllBytes(copy), data)).isTrue();
    }

    @Test
    void streamsOverAChannel() throws IOException {
        Channels ends = connectChannels();
        java.nio.channels.Channels.newOutputStream(ends.client()).write(new byte[] {1, 2, 3});
        assertThat(java.nio.channels.Channels.newInputStream(ends.server()).readNBytes(3))
                .containsExactly(1, 2, 3);
    }

    @Test
    void streamsNeedABlockingChannel() throws IOException {
        Channels ends = connectChannels();
        ends.client().configureBlocking(false);
        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() ->
                        java.nio.channels.Channels.newInputStream(ends.client()).read());
    }

    // ---- the adaptor

    @Test
    void theAdaptorIsOneAndKnowsItsChannel() throws IOException {
        SocketChannel channel = channel();
        Socket socket = channel.socket();
        assertThat(channel.socket()).isSameAs(socket);
        assertThat(socket.getChannel()).isSameAs(channel);
        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertThat(socket.getPort()).isZero();
    }

    @Test
    void theAdaptorConnectsReadsAndWrites() throws IOException {
        ServerSocketChannel listener = listenChannel();
        SocketChannel channel = channel();
        channel.socket().connect(listener.getLocalAddress(), 10_000);
        SocketChannel accepted = use(listener.accept());
        channel.socket().getOutputStream().write(new byte[] {5, 6});
        assertThat(accepted.socket().getInputStream().readNBytes(2)).containsExactly(5, 6);
        assertThat(channel.isConnected()).isTrue();
        assertThat(channel.socket().getPort()).isEqualTo(listener.socket().getLocalPort());
        assertThat(channel.socket().getInetAddress()).isEqualTo(on.serverAddress());
    }

    @Test
    void theAdaptorTimesOut() throws IOException {
        Channels ends = connectChannels();
        Socket socket = ends.client().socket();
        socket.setSoTimeout(20);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> socket.getInputStream().read());
        assertThat(ends.client().isOpen()).isTrue();
    }

    @Test
    void theAdaptorNeedsABlockingChannel() throws IOException {
        Channels ends = connectChannels();
        ends.client().configureBlocking(false);
        Socket socket = ends.client().socket();
        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() -> socket.getInputStream().read());
        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() -> socket.getOutputStream().write(1));
    }

    @Test
    void theAdaptorsOptionsAreTheChannels() throws IOException {
        SocketChannel channel = channel();
        channel.socket().setTcpNoDelay(true);
        channel.socket().setSoLinger(true, 4);
        channel.socket().setKeepAlive(true);
        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(channel.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(4);
        assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        assertThat(channel.socket().getTcpNoDelay()).isTrue();
        assertThat(channel.socket().getSoLinger()).isEqualTo(4);
    }

    @Test
    void theAdaptorClosesTheChannel() throws IOException {
        SocketChannel channel = connectChannels().client();
        channel.socket().close();
        assertThat(channel.isOpen()).isFalse();
        assertThat(channel.socket().isClosed()).isTrue();
        assertThatThrownBy(() -> channel.socket().getInputStream())
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket is closed");
    }

    @Test
    void theAdaptorShutsDown() throws IOException {
        Channels ends = connectChannels();
        ends.client().socket().shutdownOutput();
        assertThat(ends.client().socket().isOutputShutdown()).isTrue();
        assertThat(ends.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        ends.client().socket().shutdownInput();
        assertThat(ends.client().socket().isInputShutdown()).isTrue();
    }
}
