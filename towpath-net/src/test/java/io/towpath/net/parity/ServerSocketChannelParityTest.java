package io.towpath.net.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [ServerSocketChannel].
class ServerSocketChannelParityTest extends ParityCase {
    private ServerSocketChannel fresh() throws IOException {
        return use(on.serverChannels().openServerSocketChannel());
    }

    @Test
    void aNewOneIsNotBound() throws IOException {
        ServerSocketChannel server = fresh();
        assertThat(server.isOpen()).isTrue();
        assertThat(server.isBlocking()).isTrue();
        assertThat(server.getLocalAddress()).isNull();
        assertThat(server.validOps()).isEqualTo(SelectionKey.OP_ACCEPT);
        assertThatExceptionOfType(NotYetBoundException.class).isThrownBy(server::accept);
    }

    @Test
    void boundToPortZero() throws IOException {
        ServerSocketChannel server = fresh();
        assertThat(server.bind(new InetSocketAddress(on.serverAddress(), 0))).isSameAs(server);
        InetSocketAddress where = (InetSocketAddress) server.getLocalAddress();
        assertThat(where.getPort()).isPositive();
        assertThat(where.getAddress()).isEqualTo(on.serverAddress());
    }

    @Test
    void boundToNull() throws IOException {
        ServerSocketChannel server = fresh();
        server.bind(null);
        assertThat(((InetSocketAddress) server.getLocalAddress()).getPort()).isPositive();
    }

    @Test
    void bindFaults() throws IOException {
        ServerSocketChannel server = fresh();
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> server.bind(InetSocketAddress.createUnresolved("nowhere.invalid", 0)));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> server.bind(new SocketAddress() {}));
        server.bind(null);
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> server.bind(null));
        server.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> server.bind(null));
    }

    @Test
    void aPortInUseIsRefused() throws IOException {
        SocketAddress taken = listenChannel().getLocalAddress();
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> fresh().bind(taken));
    }

    @Test
    void acceptedChannelsAreConnectedAndBlock() throws IOException {
        ServerSocketChannel server = listenChannel();
        server.configureBlocking(false);
        assertThat(server.accept()).isNull();
        channel().connect(server.getLocalAddress());
        SocketChannel accepted = server.accept();
        while (accepted == null) {
            accepted = server.accept();
        }
        use(accepted);
        assertThat(accepted.isConnected()).isTrue();
        assertThat(accepted.isBlocking()).isTrue();
        assertThat(accepted.provider()).isSameAs(on.serverChannels());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlockedAcceptorGetsTheConnection(boolean virtual) throws IOException {
        ServerSocketChannel server = listenChannel();
        Blocked acceptor = Blocked.in(virtual, () -> use(server.accept()));
        channel().connect(server.getLocalAddress());
        acceptor.returns();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAnAcceptor(boolean virtual) throws IOException {
        ServerSocketChannel server = listenChannel();
        Blocked acceptor = Blocked.in(virtual, server::accept);
        server.close();
        acceptor.endsBy().isInstanceOf(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptingAnAcceptorClosesTheChannel(boolean virtual) throws IOException {
        ServerSocketChannel server = listenChannel();
        Blocked acceptor = Blocked.in(virtual, server::accept);
        acceptor.thread().interrupt();
        acceptor.endsBy().isInstanceOf(ClosedByInterruptException.class);
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void aClosedOneIsOfNoUse() throws IOException {
        ServerSocketChannel server = listenChannel();
        server.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(server::accept);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(server::getLocalAddress);
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> server.getOption(StandardSocketOptions.SO_RCVBUF));
    }

    @Test
    void options() throws IOException {
        ServerSocketChannel server = fresh();
        assertThat(server.supportedOptions())
                .contains(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR);
        server.setOption(StandardSocketOptions.SO_RCVBUF, 20_000);
        server.setOption(StandardSocketOptions.SO_REUSEADDR, false);
        assertThat(server.getOption(StandardSocketOptions.SO_RCVBUF)).isGreaterThanOrEqualTo(20_000);
        assertThat(server.getOption(StandardSocketOptions.SO_REUSEADDR)).isFalse();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> server.setOption(StandardSocketOptions.TCP_NODELAY, true));
    }

    @Test
    void theAdaptor() throws IOException {
        ServerSocketChannel server = fresh();
        ServerSocket socket = server.socket();
        assertThat(server.socket()).isSameAs(socket);
        assertThat(socket.getChannel()).isSameAs(server);
        assertThat(socket.isBound()).isFalse();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        socket.bind(new InetSocketAddress(on.serverAddress(), 0), 5);
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.getLocalSocketAddress()).isEqualTo(server.getLocalAddress());
        channel().connect(server.getLocalAddress());
        assertThat(use(socket.accept()).getChannel()).isNotNull();
    }

    @Test
    void theAdaptorTimesOut() throws IOException {
        ServerSocket socket = listenChannel().socket();
        socket.setSoTimeout(20);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(socket::accept);
        assertThat(socket.isClosed()).isFalse();
    }

    @Test
    void theAdaptorNeedsABlockingChannel() throws IOException {
        ServerSocketChannel server = listenChannel();
        server.configureBlocking(false);
        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() -> server.socket().accept());
    }

    @Test
    void theAdaptorOfAClosedChannel() throws IOException {
        ServerSocketChannel server = listenChannel();
        server.socket().close();
        assertThat(server.isOpen()).isFalse();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> server.socket().setSoTimeout(1))
                .withMessage("Socket is closed");
    }
}
