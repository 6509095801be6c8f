package io.towpath.net.parity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.Arrays;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [Socket].
class SocketParityTest extends ParityCase {
    // ---- state

    @Test
    void aNewSocketIsNothingYet() throws IOException {
        Socket socket = socket();
        assertThat(socket.isBound()).isFalse();
        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.isClosed()).isFalse();
        assertThat(socket.isInputShutdown()).isFalse();
        assertThat(socket.isOutputShutdown()).isFalse();
        assertThat(socket.getPort()).isZero();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertThat(socket.getInetAddress()).isNull();
        assertThat(socket.getRemoteSocketAddress()).isNull();
        assertThat(socket.getLocalSocketAddress()).isNull();
        assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
        assertThat(socket.getChannel()).isNull();
    }

    @Test
    void aConnectedSocketKnowsBothEnds() throws IOException {
        Ends ends = connect();
        Socket client = ends.client();
        Socket server = ends.server();
        assertThat(client.isBound()).isTrue();
        assertThat(client.isConnected()).isTrue();
        assertThat(client.getInetAddress()).isEqualTo(on.serverAddress());
        assertThat(client.getLocalAddress()).isEqualTo(on.clientAddress());
        assertThat(client.getPort()).isEqualTo(server.getLocalPort());
        assertThat(client.getRemoteSocketAddress()).isEqualTo(server.getLocalSocketAddress());
        assertThat(server.getRemoteSocketAddress()).isEqualTo(client.getLocalSocketAddress());
        assertThat(server.isConnected()).isTrue();
        assertThat(server.isBound()).isTrue();
    }

    @Test
    void theStateOutlivesTheClose() throws IOException {
        Socket client = connect().client();
        int port = client.getPort();
        client.close();
        assertThat(client.isClosed()).isTrue();
        assertThat(client.isConnected()).isTrue();
        assertThat(client.isBound()).isTrue();
        assertThat(client.getPort()).isEqualTo(port);
        assertThat(client.getInetAddress()).isEqualTo(on.serverAddress());
        assertThat(client.getLocalAddress().isAnyLocalAddress()).isTrue();
    }

    @Test
    void closingTwiceIsNoMistake() throws IOException {
        Socket client = connect().client();
        client.close();
        client.close();
        Socket fresh = socket();
        fresh.close();
        fresh.close();
        assertThat(fresh.isClosed()).isTrue();
    }

    // ---- bind

    @Test
    void bindToPortZeroChoosesOne() throws IOException {
        Socket socket = socket();
        socket.bind(new InetSocketAddress(on.clientAddress(), 0));
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.getLocalPort()).isPositive();
        assertThat(socket.getLocalAddress()).isEqualTo(on.clientAddress());
    }

    @Test
    void bindToNullChoosesEverything() throws IOException {
        Socket socket = socket();
        socket.bind(null);
        assertThat(socket.getLocalPort()).isPositive();
        assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
    }

    @Test
    void aBoundSocketConnectsFromWhereItIsBound() throws IOException {
        ServerSocket listener = listen();
        Socket socket = socket();
        socket.bind(new InetSocketAddress(on.clientAddress(), 0));
        int port = socket.getLocalPort();
        socket.connect(listener.getLocalSocketAddress());
        assertThat(socket.getLocalPort()).isEqualTo(port);
        assertThat(use(listener.accept()).getPort()).isEqualTo(port);
    }

    @Test
    void bindTwiceIsRefused() throws IOException {
        Socket socket = socket();
        socket.bind(null);
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.bind(null))
                .withMessage("Already bound");
    }

    @Test
    void aPortInUseIsRefused() throws IOException {
        Socket one = socket();
        one.bind(new InetSocketAddress(on.clientAddress(), 0));
        Socket other = socket();
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> other.bind(one.getLocalSocketAddress()))
                .withMessageContaining("Address already in use");
    }

    @Test
    void anAddressOfSomebodyElseIsRefused() throws IOException {
        Socket socket = socket();
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> socket.bind(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 0)));
    }

    @Test
    void bindAfterCloseIsRefused() throws IOException {
        Socket socket = socket();
        socket.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.bind(null))
                .withMessage("Socket is closed");
    }

    @Test
    void bindToAnUnresolvedAddressIsRefused() throws IOException {
        Socket socket = socket();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.bind(InetSocketAddress.createUnresolved("nowhere.invalid", 0)))
                .withMessage("Unresolved address");
    }

    @Test
    void bindToAnotherKindOfAddressIsRefused() throws IOException {
        Socket socket = socket();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.bind(new OtherAddress()))
                .withMessage("Unsupported address type");
    }

    private static final class OtherAddress extends SocketAddress {}

    @Test
    void aPortGivenBackByCloseCanBeBound() throws IOException {
        Socket one = socket();
        one.bind(new InetSocketAddress(on.clientAddress(), 0));
        SocketAddress address = one.getLocalSocketAddress();
        InetSocketAddress where = new InetSocketAddress(on.clientAddress(), one.getLocalPort());
        one.close();
        Socket other = socket();
        other.bind(where);
        assertThat(other.getLocalSocketAddress()).isEqualTo(address);
    }

    // ---- connect

    @Test
    void nobodyListensMeansRefused() throws IOException {
        InetSocketAddress closed = on.closedPort();
        Socket socket = socket();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> socket.connect(closed))
                .withMessageContaining("Connection refused");
    }

    @Test
    void aFailedConnectClosesTheSocket() throws IOException {
        InetSocketAddress closed = on.closedPort();
        Socket socket = socket();
        assertThatThrownBy(() -> socket.connect(closed)).isInstanceOf(ConnectException.class);
        assertThat(socket.isClosed()).isTrue();
        assertThat(socket.isConnected()).isFalse();
    }

    @Test
    void connectWithATimeoutThatSuffices() throws IOException {
        ServerSocket listener = listen();
        Socket socket = socket();
        socket.connect(listener.getLocalSocketAddress(), 10_000);
        assertThat(socket.isConnected()).isTrue();
    }

    @Test
    void connectTwiceIsRefused() throws IOException {
        Socket client = connect().client();
        SocketAddress remote = client.getRemoteSocketAddress();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> client.connect(remote))
                .withMessageContaining("lready connected");
    }

    @Test
    void connectAfterCloseIsRefused() throws IOException {
        Socket socket = socket();
        socket.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.connect(new InetSocketAddress(on.serverAddress(), 9)))
                .withMessage("Socket is closed");
    }

    @Test
    void connectToNothingIsRefused() throws IOException {
        Socket socket = socket();
        assertThatIllegalArgumentException().isThrownBy(() -> socket.connect(null));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.connect(new OtherAddress()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.connect(new InetSocketAddress(on.serverAddress(), 9), -1));
    }

    @Test
    void connectToAnUnresolvedNameIsRefused() throws IOException {
        Socket socket = socket();
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("nowhere.invalid", 9)));
    }

    @Test
    void aFullBacklogMakesConnectTimeOut() throws IOException {
        ServerSocket listener = use(on.serverSocket());
        listener.bind(new InetSocketAddress(on.serverAddress(), 0), 1);
        SocketAddress where = listener.getLocalSocketAddress();
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> {
            for (int i = 0; i < 10; i++) {
                socket().connect(where, 200);
            }
        });
    }

    // ---- reading and writing

    @Test
    void bytesArriveInOrder() throws IOException {
        Ends ends = connect();
        ends.client().getOutputStream().write("hello".getBytes(UTF_8));
        ends.client().getOutputStream().write(" there".getBytes(UTF_8));
        assertThat(ends.server().getInputStream().readNBytes(11)).isEqualTo("hello there".getBytes(UTF_8));
    }

    @Test
    void bothWaysAtOnce() throws IOException {
        Ends ends = connect();
        ends.client().getOutputStream().write(1);
        ends.server().getOutputStream().write(2);
        assertThat(ends.server().getInputStream().read()).isEqualTo(1);
        assertThat(ends.client().getInputStream().read()).isEqualTo(2);
    }

    @Test
    void aByteAbove127IsNotNegative() throws IOException {
        Ends ends = connect();
        ends.client().getOutputStream().write(0xff);
        assertThat(ends.server().getInputStream().read()).isEqualTo(0xff);
    }

    @Test
    void readReturnsWhatIsThere() throws IOException {
        Ends ends = connect();
        ends.client().getOutputStream().write(new byte[] {1, 2, 3});
        assertThat(ends.server().getInputStream().read(new byte[100])).isBetween(1, 3);
    }

    @Test
    void readOfNothingReturnsAtOnce() throws IOException {
        Ends ends = connect();
        assertThat(ends.client().getInputStream().read(new byte[0])).isZero();
        assertThat(ends.client().getInputStream().read(new byte[5], 5, 0)).isZero();
    }

    @Test
    void readIntoAPartLeavesTheRest() throws IOException {
        Ends ends = connect();
        ends.client().getOutputStream().write(new byte[] {1, 2});
        byte[] into = new byte[6];
        int count = ends.server().getInputStream().readNBytes(into, 2, 2);
        assertThat(count).isEqualTo(2);
        assertThat(into).containsExactly(0, 0, 1, 2, 0, 0);
    }

    @Test
    void boundsAreChecked() throws IOException {
        Ends ends = connect();
        InputStream in = ends.client().getInputStream();
        OutputStream out = ends.client().getOutputStream();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> in.read(new byte[4], 2, 3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> in.read(new byte[4], -1, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> out.write(new byte[4], 2, 3));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> in.read(null, 0, 1));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> out.write(null, 0, 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 65_536, 1_000_000})
    void muchDataArrivesIntact(int size) throws Exception {
        Ends ends = connect();
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) (i * 31 + i / 255);
        }
        Blocked writer = Blocked.in(() -> {
            ends.client().getOutputStream().write(data);
            ends.client().shutdownOutput();
        });
        byte[] received = ends.server().getInputStream().readAllBytes();
        assertThat(Arrays.equals(received, data)).isTrue();
        writer.returns();
    }

    @Test
    void availableCountsWhatIsThere() throws IOException {
        Ends ends = connect();
        assertThat(ends.server().getInputStream().available()).isZero();
        ends.client().getOutputStream().write(new byte[10]);
        assertThat(ends.server().getInputStream().read()).isZero();
        while (ends.server().getInputStream().available() < 9) {
            Thread.onSpinWait();
        }
        assertThat(ends.server().getInputStream().available()).isEqualTo(9);
    }

    @Test
    void skipAndTransferTo() throws IOException {
        Ends ends = connect();
        ends.client().getOutputStream().write("0123456789".getBytes(UTF_8));
        ends.client().shutdownOutput();
        InputStream in = ends.server().getInputStream();
        in.skipNBytes(4);
        var out = new java.io.ByteArrayOutputStream();
        assertThat(in.transferTo(out)).isEqualTo(6);
        assertThat(out.toString(UTF_8)).isEqualTo("456789");
    }

    @Test
    void streamsNeedAConnection() throws IOException {
        Socket socket = socket();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(socket::getInputStream)
                .withMessage("Socket is not connected");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(socket::getOutputStream)
                .withMessage("Socket is not connected");
    }

    @Test
    void streamsNeedAnOpenSocket() throws IOException {
        Socket client = connect().client();
        client.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(client::getInputStream)
                .withMessage("Socket is closed");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(client::getOutputStream)
                .withMessage("Socket is closed");
    }

    @Test
    void closingAStreamClosesTheSocket() throws IOException {
        Ends ends = connect();
        ends.client().getInputStream().close();
        assertThat(ends.client().isClosed()).isTrue();
        ends.server().getOutputStream().close();
        assertThat(ends.server().isClosed()).isTrue();
    }

    @Test
    void usingStreamsAfterCloseFails() throws IOException {
        Socket client = connect().client();
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream();
        client.close();
        assertThatExceptionOfType(SocketException.class).isThrownBy(in::read).withMessage("Socket closed");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> out.write(1))
                .withMessage("Socket closed");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(in::available)
                .withMessage("Socket closed");
    }

    // ---- the end of the stream

    @Test
    void thePeersCloseIsTheEndOfTheStream() throws IOException {
        Ends ends = connect();
        ends.server().close();
        assertThat(ends.client().getInputStream().read()).isEqualTo(-1);
        assertThat(ends.client().getInputStream().read(new byte[5])).isEqualTo(-1);
        assertThat(ends.client().getInputStream().available()).isZero();
    }

    @Test
    void dataComesBeforeTheEnd() throws IOException {
        Ends ends = connect();
        ends.server().getOutputStream().write("bye".getBytes(UTF_8));
        ends.server().close();
        assertThat(ends.client().getInputStream().readAllBytes()).isEqualTo("bye".getBytes(UTF_8));
    }

    @Test
    void shutdownOutputIsSeenAsTheEndAndReadingGoesOn() throws IOException {
        Ends ends = connect();
        ends.client().shutdownOutput();
        assertThat(ends.client().isOutputShutdown()).isTrue();
        assertThat(ends.client().isClosed()).isFalse();
        assertThat(ends.server().getInputStream().read()).isEqualTo(-1);
        ends.server().getOutputStream().write(5);
        assertThat(ends.client().getInputStream().read()).isEqualTo(5);
    }

    @Test
    void writingAfterShutdownOutputFails() throws IOException {
        Ends ends = connect();
        OutputStream out = ends.client().getOutputStream();
        ends.client().shutdownOutput();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> out.write(1));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(ends.client()::getOutputStream)
                .withMessage("Socket output is shutdown");
    }

    @Test
    void shutdownInputIsTheEndForTheReader() throws IOException {
        Ends ends = connect();
        InputStream in = ends.client().getInputStream();
        ends.client().shutdownInput();
        assertThat(ends.client().isInputShutdown()).isTrue();
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.available()).isZero();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(ends.client()::getInputStream)
                .withMessage("Socket input is shutdown");
    }

    @Test
    void shutdownInputThrowsAwayWhatIsThere() throws IOException {
        Ends ends = connect();
        InputStream in = ends.client().getInputStream();
        ends.server().getOutputStream().write(new byte[10]);
        assertThat(in.read()).isZero();
        ends.client().shutdownInput();
        assertThat(in.read()).isEqualTo(-1);
        ends.server().getOutputStream().write(new byte[10]);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void writingGoesOnAfterShutdownInput() throws IOException {
        Ends ends = connect();
        ends.client().shutdownInput();
        ends.client().getOutputStream().write(7);
        assertThat(ends.server().getInputStream().read()).isEqualTo(7);
    }

    @Test
    void shuttingDownTwiceIsRefused() throws IOException {
        Ends ends = connect();
        ends.client().shutdownInput();
        ends.client().shutdownOutput();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(ends.client()::shutdownInput)
                .withMessage("Socket input is already shutdown");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(ends.client()::shutdownOutput)
                .withMessage("Socket output is already shutdown");
    }

    @Test
    void shutdownNeedsAConnection() throws IOException {
        Socket socket = socket();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(socket::shutdownInput)
                .withMessage("Socket is not connected");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(socket::shutdownOutput)
                .withMessage("Socket is not connected");
        socket.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(socket::shutdownInput)
                .withMessage("Socket is closed");
    }

    @Test
    void bothEndsShutDownAndClose() throws IOException {
        Ends ends = connect();
        ends.client().shutdownOutput();
        ends.server().shutdownOutput();
        assertThat(ends.client().getInputStream().read()).isEqualTo(-1);
        assertThat(ends.server().getInputStream().read()).isEqualTo(-1);
    }

    // ---- reset

    @Test
    void lingerZeroResets() throws IOException {
        Ends ends = connect();
        ends.client().setSoLinger(true, 0);
        ends.client().close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> ends.server().getInputStream().read())
                .withMessage("Connection reset");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> ends.server().getInputStream().read())
                .withMessage("Connection reset");
    }

    @Test
    void closingWithUnreadDataDoesNotLoseWhatWasWritten() throws IOException {
        Ends ends = connect();
        ends.client().getOutputStream().write(new byte[10]);
        assertThat(ends.server().getInputStream().read()).isZero();
        ends.server().getOutputStream().write(4);
        ends.server().close();
        assertThat(ends.client().getInputStream().read()).isEqualTo(4);
    }

    @Test
    void writingToAResetConnectionFails() throws IOException {
        Ends ends = connect();
        ends.client().setSoLinger(true, 0);
        ends.client().close();
        assertThatThrownBy(() -> ends.server().getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
            while (true) {
                ends.server().getOutputStream().write(new byte[1000]);
            }
        });
    }

    @Test
    void writingToAClosedPeerFailsInTheEnd() throws IOException {
        Ends ends = connect();
        ends.server().close();
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
            while (true) {
                ends.client().getOutputStream().write(new byte[1000]);
            }
        });
    }

    @Test
    void lingeringClosesInOrder() throws IOException {
        Ends ends = connect();
        ends.client().setSoLinger(true, 5);
        ends.client().getOutputStream().write("all of it".getBytes(UTF_8));
        ends.client().close();
        assertThat(ends.server().getInputStream().readAllBytes()).isEqualTo("all of it".getBytes(UTF_8));
    }

    // ---- timeouts

    @Test
    void readTimesOutAndTheSocketGoesOn() throws IOException {
        Ends ends = connect();
        ends.client().setSoTimeout(20);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> ends.client().getInputStream().read())
                .withMessage("Read timed out");
        ends.server().getOutputStream().write(3);
        ends.client().setSoTimeout(0);
        assertThat(ends.client().getInputStream().read()).isEqualTo(3);
    }

    @Test
    void theTimeoutMayBeSetBeforeConnect() throws IOException {
        ServerSocket listener = listen();
        Socket socket = socket();
        socket.setSoTimeout(20);
        socket.connect(listener.getLocalSocketAddress());
        assertThat(socket.getSoTimeout()).isEqualTo(20);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> socket.getInputStream().read());
    }

    @Test
    void aNegativeTimeoutIsRefused() throws IOException {
        Socket socket = socket();
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setSoTimeout(-1));
        assertThat(socket.getSoTimeout()).isZero();
    }

    // ---- close and interrupt from elsewhere

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAReader(boolean virtual) throws IOException {
        Socket client = connect().client();
        Blocked reader = Blocked.in(virtual, () -> client.getInputStream().read());
        client.close();
        reader.endsBy().isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAReaderWithATimeout(boolean virtual) throws IOException {
        Socket client = connect().client();
        client.setSoTimeout(60_000);
        Blocked reader = Blocked.in(virtual, () -> client.getInputStream().read());
        client.close();
        reader.endsBy().isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAWriter(boolean virtual) throws IOException {
        Socket client = connect().client();
        Blocked writer = Blocked.in(virtual, () -> {
            while (true) {
                client.getOutputStream().write(new byte[100_000]);
            }
        });
        client.close();
        writer.endsBy().isInstanceOf(SocketException.class);
    }

    @Test
    void shutdownInputWakesAReader() throws IOException {
        Socket client = connect().client();
        int[] read = {0};
        Blocked reader = Blocked.in(() -> read[0] = client.getInputStream().read());
        client.shutdownInput();
        reader.returns();
        assertThat(read[0]).isEqualTo(-1);
    }

    @Test
    void interruptingAVirtualReaderClosesTheSocket() throws IOException {
        Socket client = connect().client();
        Blocked reader = Blocked.in(true, () -> client.getInputStream().read());
        reader.thread().interrupt();
        reader.endsBy().isInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void interruptingAVirtualWriterClosesTheSocket() throws IOException {
        Socket client = connect().client();
        Blocked writer = Blocked.in(true, () -> {
            while (true) {
                client.getOutputStream().write(new byte[100_000]);
            }
        });
        writer.thread().interrupt();
        writer.endsBy().isInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void interruptingAPlatformReaderDoesNothing() throws IOException {
        Ends ends = connect();
        Blocked reader = Blocked.in(() -> {
            assertThat(ends.client().getInputStream().read()).isEqualTo(9);
            assertThat(Thread.interrupted()).isTrue();
        });
        reader.thread().interrupt();
        ends.server().getOutputStream().write(9);
        reader.returns();
    }

    // ---- options

    @Test
    void optionsOfAFreshSocket() throws IOException {
        Socket socket = socket();
        assertThat(socket.getTcpNoDelay()).isFalse();
        assertThat(socket.getKeepAlive()).isFalse();
        assertThat(socket.getSoLinger()).isEqualTo(-1);
        assertThat(socket.getOOBInline()).isFalse();
        assertThat(socket.getReuseAddress()).isFalse();
        assertThat(socket.getTrafficClass()).isZero();
        assertThat(socket.getSoTimeout()).isZero();
        assertThat(socket.getSendBufferSize()).isPositive();
        assertThat(socket.getReceiveBufferSize()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void switchesBeforeAndAfterConnect(boolean before) throws IOException {
        Socket socket = before ? socket() : connect().client();
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        socket.setOOBInline(true);
        assertThat(socket.getTcpNoDelay()).isTrue();
        assertThat(socket.getKeepAlive()).isTrue();
        assertThat(socket.getOOBInline()).isTrue();
        if (before) {
            socket.connect(listen().getLocalSocketAddress());
            assertThat(socket.getTcpNoDelay()).isTrue();
            assertThat(socket.getKeepAlive()).isTrue();
            assertThat(socket.getOOBInline()).isTrue();
        }
        socket.setTcpNoDelay(false);
        socket.setKeepAlive(false);
        socket.setOOBInline(false);
        assertThat(socket.getTcpNoDelay()).isFalse();
        assertThat(socket.getKeepAlive()).isFalse();
        assertThat(socket.getOOBInline()).isFalse();
    }

    @Test
    void lingerValues() throws IOException {
        Socket socket = socket();
        socket.setSoLinger(true, 7);
        assertThat(socket.getSoLinger()).isEqualTo(7);
        socket.setSoLinger(false, 7);
        assertThat(socket.getSoLinger()).isEqualTo(-1);
        socket.setSoLinger(true, 100_000);
        assertThat(socket.getSoLinger()).isEqualTo(65_535);
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setSoLinger(true, -1));
    }

    @Test
    void bufferSizes() throws IOException {
        Socket socket = socket();
        socket.setSendBufferSize(50_000);
        socket.setReceiveBufferSize(60_000);
        assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(50_000);
        assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(60_000);
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setSendBufferSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setReceiveBufferSize(-1));
    }

    @Test
    void bufferSizesOfAnOpenConnection() throws IOException {
        Ends ends = connect();
        ends.client().setSendBufferSize(40_000);
        ends.server().setReceiveBufferSize(45_000);
        assertThat(ends.client().getSendBufferSize()).isGreaterThanOrEqualTo(40_000);
        byte[] data = new byte[200_000];
        Blocked writer = Blocked.in(() -> ends.client().getOutputStream().write(data));
        assertThat(ends.server().getInputStream().readNBytes(data.length)).hasSize(data.length);
        writer.returns();
    }

    @Test
    void trafficClass() throws IOException {
        Socket socket = socket();
        socket.setTrafficClass(0x28);
        assertThat(socket.getTrafficClass()).isEqualTo(0x28);
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setTrafficClass(256));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setTrafficClass(-1));
        Socket client = connect().client();
        client.setTrafficClass(0x10);
        assertThat(client.getTrafficClass()).isEqualTo(0x10);
    }

    @Test
    void reuseAddress() throws IOException {
        Socket socket = socket();
        socket.setReuseAddress(true);
        assertThat(socket.getReuseAddress()).isTrue();
    }

    @Test
    void optionsAfterCloseAreRefused() throws IOException {
        Socket socket = socket();
        socket.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.setTcpNoDelay(true))
                .withMessage("Socket is closed");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(socket::getTcpNoDelay)
                .withMessage("Socket is closed");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.setSoTimeout(5))
                .withMessage("Socket is closed");
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.setOption(StandardSocketOptions.TCP_NODELAY, true))
                .withMessage("Socket is closed");
    }

    @Test
    void optionsByName() throws IOException {
        Socket socket = socket();
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        socket.setOption(StandardSocketOptions.SO_LINGER, 3);
        socket.setOption(StandardSocketOptions.IP_TOS, 8);
        assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        assertThat(socket.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(3);
        assertThat(socket.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(8);
        assertThat(socket.getSoLinger()).isEqualTo(3);
        assertThat(socket.getTcpNoDelay()).isTrue();
    }

    @Test
    void supportedOptionsHaveTheDocumentedOnes() throws IOException {
        assertThat(socket().supportedOptions())
                .contains(
                        StandardSocketOptions.SO_SNDBUF,
                        StandardSocketOptions.SO_RCVBUF,
                        StandardSocketOptions.SO_KEEPALIVE,
                        StandardSocketOptions.SO_LINGER,
                        StandardSocketOptions.SO_REUSEADDR,
                        StandardSocketOptions.TCP_NODELAY,
                        StandardSocketOptions.IP_TOS,
                        ExtendedSocketOptions.TCP_KEEPIDLE,
                        ExtendedSocketOptions.TCP_KEEPINTERVAL,
                        ExtendedSocketOptions.TCP_KEEPCOUNT);
    }

    @Test
    void keepAliveTimes() throws IOException {
        Socket socket = socket();
        socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
        socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 4);
        assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(60);
        assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(5);
        assertThat(socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(4);
    }

    @Test
    void anOptionOfAnotherKindOfSocketIsRefused() throws IOException {
        Socket socket = socket();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1))
                .withMessage("'IP_MULTICAST_TTL' not supported");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> socket.getOption(StandardSocketOptions.SO_BROADCAST));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> socket.getOption(null));
    }

    // ---- urgent data

    @Test
    void urgentDataIsLeftOutUnlessInline() throws IOException {
        Ends ends = connect();
        ends.client().getOutputStream().write(new byte[] {1, 2});
        ends.client().sendUrgentData(3);
        ends.client().getOutputStream().write(4);
        ends.client().shutdownOutput();
        assertThat(ends.server().getInputStream().readAllBytes()).containsExactly(1, 2, 4);
    }

    @Test
    void urgentDataInline() throws IOException {
        Ends ends = connect();
        ends.server().setOOBInline(true);
        ends.client().getOutputStream().write(new byte[] {1, 2});
        ends.client().sendUrgentData(0x103); // only the lowest octet
        ends.client().getOutputStream().write(4);
        ends.client().shutdownOutput();
        assertThat(ends.server().getInputStream().readAllBytes()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void urgentDataAloneDoesNotWakeAReader() throws IOException {
        Ends ends = connect();
        ends.server().setSoTimeout(50);
        ends.client().sendUrgentData(3);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> ends.server().getInputStream().read());
    }

    @Test
    void urgentDataNeedsAConnection() throws IOException {
        Socket socket = socket();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> socket.sendUrgentData(1));
        socket.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.sendUrgentData(1))
                .withMessage("Socket closed");
    }
}
