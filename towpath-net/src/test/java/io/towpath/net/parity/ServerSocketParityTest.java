package io.towpath.net.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [ServerSocket].
class ServerSocketParityTest extends ParityCase {
    private ServerSocket server() throws IOException {
        return use(on.serverSocket());
    }

    @Test
    void aNewOneIsNothingYet() throws IOException {
        ServerSocket server = server();
        assertThat(server.isBound()).isFalse();
        assertThat(server.isClosed()).isFalse();
        assertThat(server.getLocalPort()).isEqualTo(-1);
        assertThat(server.getInetAddress()).isNull();
        assertThat(server.getLocalSocketAddress()).isNull();
        assertThat(server.getChannel()).isNull();
    }

    @Test
    void aBoundOneKnowsWhere() throws IOException {
        ServerSocket server = listen();
        assertThat(server.isBound()).isTrue();
        assertThat(server.getLocalPort()).isPositive();
        assertThat(server.getInetAddress()).isEqualTo(on.serverAddress());
        assertThat(server.getLocalSocketAddress())
                .isEqualTo(new InetSocketAddress(on.serverAddress(), server.getLocalPort()));
    }

    @Test
    void everyAddress() throws IOException {
        ServerSocket server = server();
        server.bind(new InetSocketAddress(0));
        assertThat(server.getInetAddress().isAnyLocalAddress()).isTrue();
        socket().connect(new InetSocketAddress(on.serverAddress(), server.getLocalPort()));
        assertThat(use(server.accept()).getLocalAddress()).isEqualTo(on.serverAddress());
    }

    @Test
    void bindToNullChooses() throws IOException {
        ServerSocket server = server();
        server.bind(null);
        assertThat(server.getLocalPort()).isPositive();
    }

    @Test
    void aPortInUseIsRefused() throws IOException {
        ServerSocket one = listen();
        ServerSocket other = server();
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> other.bind(one.getLocalSocketAddress()))
                .withMessageContaining("Address already in use");
    }

    @Test
    void bindTwiceIsRefused() throws IOException {
        ServerSocket server = listen();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> server.bind(null))
                .withMessage("Already bound");
    }

    @Test
    void bindAfterCloseIsRefused() throws IOException {
        ServerSocket server = server();
        server.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> server.bind(null))
                .withMessage("Socket is closed");
    }

    @Test
    void unresolvedAndForeignAddressesAreRefused() throws IOException {
        ServerSocket server = server();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> server.bind(InetSocketAddress.createUnresolved("nowhere.invalid", 0)))
                .withMessage("Unresolved address");
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> server.bind(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> server.bind(new SocketAddress() {}));
    }

    @Test
    void thePortIsFreeAgainAfterClose() throws IOException {
        ServerSocket one = listen();
        SocketAddress where = one.getLocalSocketAddress();
        one.close();
        ServerSocket other = server();
        other.bind(where);
        socket().connect(where);
        assertThat(use(other.accept()).isConnected()).isTrue();
    }

    @Test
    void thePortIsFreeAgainWhileConnectionsLive() throws IOException {
        ServerSocket one = listen();
        SocketAddress where = one.getLocalSocketAddress();
        socket().connect(where);
        Socket accepted = use(one.accept());
        one.close();
        ServerSocket other = server();
        other.bind(where);
        assertThat(accepted.isClosed()).isFalse();
    }

    @Test
    void acceptBeforeBindIsRefused() throws IOException {
        ServerSocket server = server();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(server::accept)
                .withMessage("Socket is not bound yet");
    }

    @Test
    void acceptAfterCloseIsRefused() throws IOException {
        ServerSocket server = listen();
        server.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(server::accept)
                .withMessage("Socket is closed");
    }

    @Test
    void acceptsInTheOrderOfArrival() throws IOException {
        ServerSocket server = listen();
        int[] ports = new int[5];
        for (int i = 0; i < ports.length; i++) {
            Socket client = socket();
            client.connect(server.getLocalSocketAddress());
            ports[i] = client.getLocalPort();
        }
        for (int port : ports) {
            assertThat(use(server.accept()).getPort()).isEqualTo(port);
        }
    }

    @Test
    void acceptTimesOut() throws IOException {
        ServerSocket server = listen();
        server.setSoTimeout(20);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(server::accept)
                .withMessage("Accept timed out");
        socket().connect(server.getLocalSocketAddress());
        assertThat(use(server.accept()).isConnected()).isTrue();
    }

    @Test
    void theTimeoutIsNotInherited() throws IOException {
        ServerSocket server = listen();
        server.setSoTimeout(20_000);
        socket().connect(server.getLocalSocketAddress());
        assertThat(use(server.accept()).getSoTimeout()).isZero();
        assertThat(server.getSoTimeout()).isEqualTo(20_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAnAcceptor(boolean virtual) throws IOException {
        ServerSocket server = listen();
        Blocked acceptor = Blocked.in(virtual, server::accept);
        server.close();
        acceptor.endsBy().isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }

    @Test
    void closeWakesAnAcceptorWithATimeout() throws IOException {
        ServerSocket server = listen();
        server.setSoTimeout(60_000);
        Blocked acceptor = Blocked.in(server::accept);
        server.close();
        acceptor.endsBy().isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }

    @Test
    void interruptingAVirtualAcceptorClosesTheServer() throws IOException {
        ServerSocket server = listen();
        Blocked acceptor = Blocked.in(true, server::accept);
        acceptor.thread().interrupt();
        acceptor.endsBy().isInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
        assertThat(server.isClosed()).isTrue();
    }

    @Test
    void twoAcceptorsGetOneEach() throws IOException {
        ServerSocket server = listen();
        Blocked one = Blocked.in(true, () -> use(server.accept()));
        Blocked other = Blocked.in(true, () -> use(server.accept()));
        socket().connect(server.getLocalSocketAddress());
        socket().connect(server.getLocalSocketAddress());
        one.returns();
        other.returns();
    }

    @Test
    void clientsThatNobodyAcceptedLearnOfTheClose() throws IOException {
        ServerSocket server = listen();
        Socket client = socket();
        client.connect(server.getLocalSocketAddress());
        server.close();
        client.setSoTimeout(10_000);
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> client.getInputStream().read())
                .withMessage("Connection reset");
    }

    @Test
    void acceptedSocketsOutliveTheServer() throws IOException {
        ServerSocket server = listen();
        Socket client = socket();
        client.connect(server.getLocalSocketAddress());
        Socket accepted = use(server.accept());
        server.close();
        client.getOutputStream().write(1);
        assertThat(accepted.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void reuseAddressIsOnAtFirst() throws IOException {
        ServerSocket server = server();
        assertThat(server.getReuseAddress()).isEqualTo(isLinux());
        server.setReuseAddress(false);
        assertThat(server.getReuseAddress()).isFalse();
    }

    @Test
    void theReceiveBufferIsInherited() throws IOException {
        ServerSocket server = server();
        server.setReceiveBufferSize(30_000);
        assertThat(server.getReceiveBufferSize()).isGreaterThanOrEqualTo(30_000);
        server.bind(new InetSocketAddress(on.serverAddress(), 0));
        socket().connect(server.getLocalSocketAddress());
        assertThat(use(server.accept()).getReceiveBufferSize()).isGreaterThanOrEqualTo(30_000);
    }

    @Test
    void valuesOutOfRangeAreRefused() throws IOException {
        ServerSocket server = server();
        assertThatIllegalArgumentException().isThrownBy(() -> server.setSoTimeout(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> server.setReceiveBufferSize(0));
    }

    @Test
    void optionsAfterCloseAreRefused() throws IOException {
        ServerSocket server = server();
        server.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> server.setSoTimeout(1))
                .withMessage("Socket is closed");
        assertThatExceptionOfType(SocketException.class).isThrownBy(server::getReuseAddress);
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> server.getOption(StandardSocketOptions.SO_RCVBUF));
    }

    @Test
    void supportedOptions() throws IOException {
        ServerSocket server = server();
        assertThat(server.supportedOptions())
                .contains(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR)
                .doesNotContain(StandardSocketOptions.TCP_NODELAY, StandardSocketOptions.SO_LINGER);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> server.setOption(StandardSocketOptions.TCP_NODELAY, true));
    }

    @Test
    void theStateOutlivesTheClose() throws IOException {
        ServerSocket server = listen();
        int port = server.getLocalPort();
        server.close();
        server.close();
        assertThat(server.isBound()).isTrue();
        assertThat(server.isClosed()).isTrue();
        assertThat(server.getLocalPort()).isEqualTo(port);
    }
}
