package io.towpath.net.parity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [DatagramChannel], [DatagramSocket] and [MulticastSocket].
class DatagramParityTest extends ParityCase {
    private DatagramChannel client() throws IOException {
        return use(on.clientChannels().openDatagramChannel(StandardProtocolFamily.INET))
                .bind(new InetSocketAddress(on.clientAddress(), 0));
    }

    private DatagramChannel server() throws IOException {
        return use(on.serverChannels().openDatagramChannel(StandardProtocolFamily.INET))
                .bind(new InetSocketAddress(on.serverAddress(), 0));
    }

    private DatagramSocket datagrams() throws IOException {
        return use(on.datagramSocket(new InetSocketAddress(on.clientAddress(), 0)));
    }

    private static DatagramPacket packet(String text, SocketAddress to) {
        byte[] data = text.getBytes(UTF_8);
        return new DatagramPacket(data, data.length, to);
    }

    private static String text(ByteBuffer received) {
        return UTF_8.decode(received.flip()).toString();
    }

    // ---- channels

    @Test
    void aNewChannelIsNothingYet() throws IOException {
        DatagramChannel channel = use(on.clientChannels().openDatagramChannel());
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.isBlocking()).isTrue();
        assertThat(channel.isConnected()).isFalse();
        assertThat(channel.getLocalAddress()).isNull();
        assertThat(channel.getRemoteAddress()).isNull();
        assertThat(channel.validOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    @Test
    void aDatagramArrivesWhole() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        ByteBuffer hello = bytes("hello");
        assertThat(client.send(hello, server.getLocalAddress())).isEqualTo(5);
        assertThat(hello.hasRemaining()).isFalse();
        ByteBuffer into = ByteBuffer.allocate(100);
        assertThat(server.receive(into)).isEqualTo(client.getLocalAddress());
        assertThat(text(into)).isEqualTo("hello");
    }

    @Test
    void anEmptyDatagramIsOneToo() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        assertThat(client.send(ByteBuffer.allocate(0), server.getLocalAddress()))
                .isZero();
        ByteBuffer into = ByteBuffer.allocate(10);
        assertThat(server.receive(into)).isEqualTo(client.getLocalAddress());
        assertThat(into.position()).isZero();
    }

    @Test
    void whatDoesNotFitIsDiscarded() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        client.send(bytes("too long"), server.getLocalAddress());
        client.send(bytes("next"), server.getLocalAddress());
        ByteBuffer into = ByteBuffer.allocate(3);
        server.receive(into);
        assertThat(text(into)).isEqualTo("too");
        ByteBuffer more = ByteBuffer.allocateDirect(10);
        server.receive(more);
        assertThat(text(more)).isEqualTo("next");
    }

    @Test
    void sendingBindsAnUnboundChannel() throws IOException {
        DatagramChannel server = server();
        DatagramChannel channel = use(on.clientChannels().openDatagramChannel(StandardProtocolFamily.INET));
        channel.send(bytes("x"), server.getLocalAddress());
        assertThat(channel.getLocalAddress()).isNotNull();
        assertThat(((InetSocketAddress) server.receive(ByteBuffer.allocate(1))).getPort())
                .isEqualTo(((InetSocketAddress) channel.getLocalAddress()).getPort());
    }

    @Test
    void withoutBlockingNothingIsThere() throws IOException {
        DatagramChannel server = server();
        server.configureBlocking(false);
        assertThat(server.receive(ByteBuffer.allocate(1))).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1472, 1473, 9000, 60_000})
    void sizes(int size) throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        ByteBuffer data = ByteBuffer.allocate(size);
        for (int i = 0; i < size; i++) {
            data.put(i, (byte) (i * 7));
        }
        assertThat(client.send(data, server.getLocalAddress())).isEqualTo(size);
        ByteBuffer into = ByteBuffer.allocate(size + 1);
        server.receive(into);
        assertThat(into.flip()).isEqualTo(data.rewind());
    }

    @Test
    void tooLongIsRefused() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        ByteBuffer data = ByteBuffer.allocate(65_508);
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> client.send(data, server.getLocalAddress()));
        assertThat(data.position()).isZero();
    }

    @Test
    void bindFaults() throws IOException {
        DatagramChannel client = client();
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> client.bind(null));
        DatagramChannel fresh = use(on.clientChannels().openDatagramChannel(StandardProtocolFamily.INET));
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> fresh.bind(client.getLocalAddress()));
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> fresh.bind(InetSocketAddress.createUnresolved("nowhere.invalid", 0)));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> fresh.bind(new SocketAddress() {}));
        fresh.bind(null);
        assertThat(((InetSocketAddress) fresh.getLocalAddress()).getPort()).isPositive();
    }

    @Test
    void sendFaults() throws IOException {
        DatagramChannel client = client();
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> client.send(bytes("x"), InetSocketAddress.createUnresolved("nowhere.invalid", 5)));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> client.send(bytes("x"), new InetSocketAddress(on.serverAddress(), 0)));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> client.send(bytes("x"), null));
        client.close();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> client.send(bytes("x"), new InetSocketAddress(on.serverAddress(), 5)));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> client.receive(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(client::getLocalAddress);
    }

    @Test
    void aReadOnlyBufferCannotReceive() throws IOException {
        DatagramChannel server = server();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.receive(bytes("x").asReadOnlyBuffer()));
    }

    // ---- connected channels

    @Test
    void aConnectedChannelReadsAndWrites() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        client.connect(server.getLocalAddress());
        assertThat(client.isConnected()).isTrue();
        assertThat(client.getRemoteAddress()).isEqualTo(server.getLocalAddress());
        assertThat(client.write(bytes("ping"))).isEqualTo(4);
        ByteBuffer into = ByteBuffer.allocate(10);
        SocketAddress from = server.receive(into);
        server.send(bytes("pong"), from);
        ByteBuffer answer = ByteBuffer.allocate(10);
        assertThat(client.read(answer)).isEqualTo(4);
        assertThat(text(answer)).isEqualTo("pong");
    }

    @Test
    void scatterAndGather() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        client.connect(server.getLocalAddress());
        server.connect(client.getLocalAddress());
        assertThat(client.write(new ByteBuffer[] {bytes("ab"), bytes("cde")})).isEqualTo(5);
        ByteBuffer[] into = {ByteBuffer.allocate(1), ByteBuffer.allocateDirect(3)};
        assertThat(server.read(into)).isEqualTo(4); // the rest is discarded
        assertThat(text(into[0])).isEqualTo("a");
        assertThat(text(into[1])).isEqualTo("bcd");
    }

    @Test
    void othersAreNotHeard() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        DatagramChannel stranger = server();
        client.connect(server.getLocalAddress());
        stranger.send(bytes("stranger"), client.getLocalAddress());
        server.send(bytes("friend"), client.getLocalAddress());
        ByteBuffer into = ByteBuffer.allocate(10);
        client.receive(into);
        assertThat(text(into)).isEqualTo("friend");
    }

    @Test
    void connectedElsewhere() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        client.connect(server.getLocalAddress());
        assertThatExceptionOfType(AlreadyConnectedException.class)
                .isThrownBy(() -> client.connect(server.getLocalAddress()));
        SocketAddress other = server().getLocalAddress();
        assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(() -> client.send(bytes("x"), other));
        assertThat(client.send(bytes("x"), server.getLocalAddress())).isEqualTo(1);
    }

    @Test
    void disconnectedAgain() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        client.connect(server.getLocalAddress());
        assertThat(client.disconnect()).isSameAs(client);
        assertThat(client.isConnected()).isFalse();
        assertThat(client.getRemoteAddress()).isNull();
        client.disconnect();
        DatagramChannel other = server();
        assertThat(client.send(bytes("x"), other.getLocalAddress())).isEqualTo(1);
    }

    @Test
    void readingAndWritingNeedAPeer() throws IOException {
        DatagramChannel client = client();
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> client.read(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> client.write(bytes("x")));
    }

    @Test
    void nobodyAtThePort() throws Exception {
        DatagramChannel gone = server();
        SocketAddress where = gone.getLocalAddress();
        gone.close();
        DatagramChannel client = client();
        client.connect(where);
        client.write(bytes("x"));
        assertThatExceptionOfType(PortUnreachableException.class).isThrownBy(() -> client.read(ByteBuffer.allocate(1)));
        assertThat(client.isOpen()).isTrue();
    }

    // ---- close and interrupt

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAReceiver(boolean virtual) throws IOException {
        DatagramChannel server = server();
        Blocked receiver = Blocked.in(virtual, () -> server.receive(ByteBuffer.allocate(1)));
        server.close();
        receiver.endsBy().isInstanceOf(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void interruptingAReceiverClosesTheChannel(boolean virtual) throws IOException {
        DatagramChannel server = server();
        Blocked receiver = Blocked.in(virtual, () -> server.receive(ByteBuffer.allocate(1)));
        receiver.thread().interrupt();
        receiver.endsBy().isInstanceOf(ClosedByInterruptException.class);
        assertThat(server.isOpen()).isFalse();
    }

    // ---- selection

    @Test
    void aDatagramMakesReadable() throws IOException {
        Selector selector = use(on.serverChannels().openSelector());
        DatagramChannel server = server();
        server.configureBlocking(false);
        SelectionKey key = server.register(selector, SelectionKey.OP_READ);
        assertThat(selector.selectNow()).isZero();
        Blocked selecting = Blocked.in(selector::select);
        client().send(bytes("x"), server.getLocalAddress());
        selecting.returns();
        assertThat(key.isReadable()).isTrue();
        server.receive(ByteBuffer.allocate(1));
        selector.selectedKeys().clear();
        assertThat(selector.selectNow()).isZero();
        key.interestOps(SelectionKey.OP_WRITE);
        assertThat(selector.select()).isEqualTo(1);
        assertThat(key.isWritable()).isTrue();
    }

    // ---- options

    @Test
    void options() throws IOException {
        DatagramChannel client = client();
        assertThat(client.supportedOptions())
                .contains(
                        StandardSocketOptions.SO_SNDBUF,
                        StandardSocketOptions.SO_RCVBUF,
                        StandardSocketOptions.SO_REUSEADDR,
                        StandardSocketOptions.SO_BROADCAST,
                        StandardSocketOptions.IP_TOS,
                        StandardSocketOptions.IP_MULTICAST_IF,
                        StandardSocketOptions.IP_MULTICAST_TTL,
                        StandardSocketOptions.IP_MULTICAST_LOOP);
        assertThat(client.getOption(StandardSocketOptions.SO_BROADCAST)).isFalse();
        assertThat(client.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isTrue();
        assertThat(client.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(1);
        client.setOption(StandardSocketOptions.SO_BROADCAST, true);
        client.setOption(StandardSocketOptions.IP_TOS, 0x10);
        client.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 4);
        client.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
        client.setOption(StandardSocketOptions.SO_RCVBUF, 30_000);
        assertThat(client.getOption(StandardSocketOptions.SO_BROADCAST)).isTrue();
        assertThat(client.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
        assertThat(client.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(4);
        assertThat(client.getOption(StandardSocketOptions.IP_MULTICAST_LOOP)).isFalse();
        assertThat(client.getOption(StandardSocketOptions.SO_RCVBUF)).isGreaterThanOrEqualTo(30_000);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> client.setOption(StandardSocketOptions.TCP_NODELAY, true));
    }

    // ---- the adaptor

    @Test
    void theAdaptor() throws IOException {
        DatagramChannel server = server();
        DatagramChannel client = client();
        DatagramSocket socket = client.socket();
        assertThat(client.socket()).isSameAs(socket);
        assertThat(socket.getChannel()).isSameAs(client);
        assertThat(socket.getLocalSocketAddress()).isEqualTo(client.getLocalAddress());
        socket.send(packet("hi", server.getLocalAddress()));
        ByteBuffer into = ByteBuffer.allocate(5);
        assertThat(server.receive(into)).isEqualTo(client.getLocalAddress());
        client.configureBlocking(false);
        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() -> socket.receive(new DatagramPacket(new byte[1], 1)));
        socket.close();
        assertThat(client.isOpen()).isFalse();
    }

    // ---- DatagramSocket

    @Test
    void aSocketKnowsWhere() throws IOException {
        DatagramSocket socket = datagrams();
        assertThat(socket.isBound()).isTrue();
        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.getLocalPort()).isPositive();
        assertThat(socket.getLocalAddress()).isEqualTo(on.clientAddress());
        assertThat(socket.getPort()).isEqualTo(-1);
        assertThat(socket.getInetAddress()).isNull();
        assertThat(socket.getRemoteSocketAddress()).isNull();
        assertThat(socket.getBroadcast()).isTrue();
        assertThat(socket.getReuseAddress()).isFalse();
        assertThat(socket.getSoTimeout()).isZero();
    }

    @Test
    void anUnboundSocket() throws IOException {
        DatagramSocket socket = use(on.datagramSocket(null));
        assertThat(socket.isBound()).isFalse();
        assertThat(socket.getLocalPort()).isZero();
        assertThat(socket.getLocalAddress().isAnyLocalAddress()).isTrue();
        socket.bind(new InetSocketAddress(on.clientAddress(), 0));
        assertThat(socket.isBound()).isTrue();
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.bind(null));
    }

    @Test
    void socketsExchangeDatagrams() throws IOException {
        DatagramChannel server = server();
        DatagramSocket socket = datagrams();
        socket.send(packet("ping", server.getLocalAddress()));
        ByteBuffer into = ByteBuffer.allocate(10);
        SocketAddress from = server.receive(into);
        server.send(bytes("answer"), from);
        DatagramPacket answer = new DatagramPacket(new byte[10], 10);
        socket.receive(answer);
        assertThat(answer.getLength()).isEqualTo(6);
        assertThat(new String(answer.getData(), 0, 6, UTF_8)).isEqualTo("answer");
        assertThat(answer.getSocketAddress()).isEqualTo(server.getLocalAddress());
    }

    @Test
    void aPacketIsUsedAgain() throws IOException {
        DatagramChannel server = server();
        DatagramSocket socket = datagrams();
        DatagramPacket packet = new DatagramPacket(new byte[20], 2, 10);
        for (String text : new String[] {"abc", "a longer one", "short"}) {
            server.send(bytes(text), socket.getLocalSocketAddress());
            socket.receive(packet);
            String expected = text.substring(0, Math.min(10, text.length()));
            assertThat(packet.getOffset()).isEqualTo(2);
            assertThat(new String(packet.getData(), 2, packet.getLength(), UTF_8))
                    .isEqualTo(expected);
        }
    }

    @Test
    void receiveTimesOut() throws IOException {
        DatagramSocket socket = datagrams();
        socket.setSoTimeout(20);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> socket.receive(new DatagramPacket(new byte[1], 1)))
                .withMessage("Receive timed out");
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setSoTimeout(-1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAReceivingSocket(boolean virtual) throws IOException {
        DatagramSocket socket = datagrams();
        Blocked receiver = Blocked.in(virtual, () -> socket.receive(new DatagramPacket(new byte[1], 1)));
        socket.close();
        receiver.endsBy().isInstanceOf(SocketException.class).hasMessage("Socket closed");
        assertThat(socket.isClosed()).isTrue();
        assertThat(socket.getLocalPort()).isEqualTo(-1);
        assertThat(socket.getLocalAddress()).isNull();
    }

    @Test
    void interruptingAVirtualReceiverClosesTheSocket() throws IOException {
        DatagramSocket socket = datagrams();
        Blocked receiver = Blocked.in(true, () -> socket.receive(new DatagramPacket(new byte[1], 1)));
        receiver.thread().interrupt();
        receiver.endsBy().isInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void aConnectedSocket() throws IOException {
        DatagramChannel server = server();
        DatagramSocket socket = datagrams();
        socket.connect(server.getLocalAddress());
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.getInetAddress()).isEqualTo(on.serverAddress());
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(server.getLocalAddress());
        byte[] data = "bare".getBytes(UTF_8);
        socket.send(new DatagramPacket(data, data.length));
        ByteBuffer into = ByteBuffer.allocate(10);
        server.receive(into);
        assertThat(text(into)).isEqualTo("bare");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.send(packet("x", new InetSocketAddress(on.serverAddress(), 9))));
        socket.disconnect();
        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.getPort()).isEqualTo(-1);
    }

    @Test
    void aDatagramWithoutAnAddressIsRefused() throws IOException {
        DatagramSocket socket = datagrams();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.send(new DatagramPacket(new byte[1], 1)))
                .withMessage("Address not set");
    }

    @Test
    void optionsOfASocket() throws IOException {
        DatagramSocket socket = datagrams();
        socket.setBroadcast(false);
        socket.setReuseAddress(true);
        socket.setTrafficClass(0x20);
        socket.setSendBufferSize(30_000);
        socket.setReceiveBufferSize(40_000);
        assertThat(socket.getBroadcast()).isFalse();
        assertThat(socket.getReuseAddress()).isTrue();
        assertThat(socket.getTrafficClass()).isEqualTo(0x20);
        assertThat(socket.getSendBufferSize()).isGreaterThanOrEqualTo(30_000);
        assertThat(socket.getReceiveBufferSize()).isGreaterThanOrEqualTo(40_000);
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setReceiveBufferSize(0));
        assertThatIllegalArgumentException().isThrownBy(() -> socket.setTrafficClass(256));
        socket.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.setSoTimeout(5))
                .withMessage("Socket is closed");
    }

    // ---- groups

    private static InetAddress group(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {(byte) 239, 1, 2, (byte) last});
    }

    private static NetworkInterface anInterface() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private DatagramChannel member(int port) throws IOException {
        DatagramChannel channel = use(on.clientChannels().openDatagramChannel(StandardProtocolFamily.INET));
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, anInterface());
        channel.bind(new InetSocketAddress(port));
        return channel;
    }

    private static int portOf(DatagramChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @Test
    void membersOfAGroupHearIt() throws IOException {
        DatagramChannel one = member(0);
        DatagramChannel other = member(portOf(one));
        MembershipKey key = one.join(group(1), anInterface());
        other.join(group(1), anInterface());
        assertThat(key.isValid()).isTrue();
        assertThat(key.group()).isEqualTo(group(1));
        assertThat(key.networkInterface()).isEqualTo(anInterface());
        assertThat(key.sourceAddress()).isNull();
        assertThat(key.channel()).isSameAs(one);
        assertThat(one.join(group(1), anInterface())).isEqualTo(key);
        one.send(bytes("all"), new InetSocketAddress(group(1), portOf(one)));
        for (DatagramChannel each : new DatagramChannel[] {one, other}) {
            ByteBuffer into = ByteBuffer.allocate(10);
            each.receive(into);
            assertThat(text(into)).isEqualTo("all");
        }
    }

    @Test
    void whoLeftHearsNothing() throws IOException {
        DatagramChannel one = member(0);
        MembershipKey key = one.join(group(2), anInterface());
        key.drop();
        assertThat(key.isValid()).isFalse();
        one.send(bytes("x"), new InetSocketAddress(group(2), portOf(one)));
        one.socket().setSoTimeout(100);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> one.socket().receive(new DatagramPacket(new byte[1], 1)));
    }

    @Test
    void joinFaults() throws IOException {
        DatagramChannel one = member(0);
        assertThatIllegalArgumentException().isThrownBy(() -> one.join(on.serverAddress(), anInterface()));
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> one.join(group(4), null));
        assertThatIllegalArgumentException().isThrownBy(() -> one.join(group(4), anInterface(), group(5)));
        one.join(group(4), anInterface());
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> one.join(group(4), anInterface(), on.clientAddress()));
        one.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> one.join(group(4), anInterface()));
    }

    @Test
    void closingEndsMemberships() throws IOException {
        DatagramChannel one = member(0);
        MembershipKey key = one.join(group(6), anInterface());
        one.close();
        assertThat(key.isValid()).isFalse();
    }

    @Test
    void aMulticastSocket() throws IOException {
        MulticastSocket socket = use(on.multicastSocket(new InetSocketAddress(0)));
        assertThat(socket.getReuseAddress()).isTrue();
        socket.setNetworkInterface(anInterface());
        socket.setTimeToLive(3);
        assertThat(socket.getTimeToLive()).isEqualTo(3);
        SocketAddress group = new InetSocketAddress(group(7), 0);
        socket.joinGroup(group, anInterface());
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.joinGroup(group, anInterface()));
        socket.send(packet("hello", new InetSocketAddress(group(7), socket.getLocalPort())));
        DatagramPacket heard = new DatagramPacket(new byte[10], 10);
        socket.receive(heard);
        assertThat(heard.getLength()).isEqualTo(5);
        socket.leaveGroup(group, anInterface());
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.leaveGroup(group, anInterface()));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> socket.joinGroup(new InetSocketAddress(on.serverAddress(), 0), anInterface()));
    }
}
