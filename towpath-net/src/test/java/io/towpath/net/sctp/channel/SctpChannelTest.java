package io.towpath.net.sctp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.IllegalUnbindException;
import com.sun.nio.sctp.InvalidStreamException;
import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpServerChannel;
import com.sun.nio.sctp.SctpStandardSocketOptions;
import io.towpath.net.parity.Blocked;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The documentation of `SctpChannel`, but for notifications, options and selectors.
class SctpChannelTest extends ChannelCase {
    // ---- opening --------------------------------------------------------------------------------------------------

    @Test
    void aNewChannelIsOpenButNotConnected() throws IOException {
        SctpChannel channel = channel();
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.isBlocking()).isTrue();
        assertThat(channel.association()).isNull();
        assertThat(channel.isConnectionPending()).isFalse();
        assertThat(channel.getRemoteAddresses()).isEmpty();
        assertThat(channel.getAllLocalAddresses()).isEmpty();
        assertThat(channel.provider()).isSameAs(pair.a().selectorProvider());
        assertThat(channel.validOps())
                .isEqualTo(SelectionKey.OP_CONNECT | SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    @Test
    void openWithAPeerConnects() throws IOException {
        SctpServerChannel listener = listen();
        SctpChannel client = use(clients.openChannel(server(5000), 3, 4));
        Association association = client.association();
        assertThat(association.maxOutboundStreams()).isEqualTo(3);
        assertThat(association.maxInboundStreams()).isEqualTo(4);
        Association other = use(listener.accept()).association();
        assertThat(other.maxInboundStreams()).isEqualTo(3);
        assertThat(other.maxOutboundStreams()).isEqualTo(4);
    }

    @Test
    void anUnconnectedChannelDoesNoInputAndNoOutput() {
        SctpChannel channel = channel();
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> send(channel, "x"));
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> receive(channel));
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(channel::shutdown);
    }

    // ---- binding --------------------------------------------------------------------------------------------------

    @Test
    void bindTakesAnAddressAndAPort() throws IOException {
        SctpChannel channel = channel();
        assertThat(channel.bind(new InetSocketAddress(address("10.0.0.1"), 7000)))
                .isSameAs(channel);
        assertThat(channel.getAllLocalAddresses()).containsExactly(new InetSocketAddress(address("10.0.0.1"), 7000));
    }

    @Test
    void bindToNullChoosesAPort() throws IOException {
        SctpChannel channel = channel().bind(null);
        assertThat(channel.getAllLocalAddresses())
                .extracting(each -> ((InetSocketAddress) each).getPort())
                .allMatch(port -> port > 0);
        assertThat(channel.getAllLocalAddresses())
                .extracting(each -> ((InetSocketAddress) each).getAddress())
                .contains(address("10.0.0.1"), address("10.1.0.1"));
    }

    @Test
    void bindIsForOnce() throws IOException {
        SctpChannel channel = channel().bind(null);
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> channel.bind(null));
    }

    @Test
    void bindComesBeforeConnect() throws IOException {
        SctpChannel channel = connect().client();
        assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(() -> channel.bind(null));
    }

    @Test
    void bindDoesNotDisturbAConnectThatIsUnderWay() throws IOException {
        SctpChannel channel = pending();
        assertThatExceptionOfType(ConnectionPendingException.class).isThrownBy(() -> channel.bind(null));
    }

    /// A channel whose peer does not answer.
    private SctpChannel pending() throws IOException {
        SctpChannel channel = channel();
        channel.configureBlocking(false);
        assertThat(channel.connect(new InetSocketAddress(address("10.0.0.99"), 5000)))
                .isFalse();
        assertThat(channel.isConnectionPending()).isTrue();
        return channel;
    }

    @Test
    void bindWantsAnInternetAddressOfThisHost() throws IOException {
        SctpChannel channel = channel();
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> channel.bind(UnixDomainSocketAddress.of("/tmp/x")));
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> channel.bind(InetSocketAddress.createUnresolved("nobody", 1)));
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> channel.bind(new InetSocketAddress(address("10.0.0.77"), 1)));
        use(clients.openChannel()).bind(new InetSocketAddress(7000));
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> channel.bind(new InetSocketAddress(7000)));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aClosedChannelGivesItsPortBack() throws IOException {
        channel().bind(new InetSocketAddress(7000)).close();
        SctpChannel again = channel().bind(new InetSocketAddress(7000));
        assertThat(again.getAllLocalAddresses()).isNotEmpty();
    }

    @Test
    void addressesAreAddedAndRemoved() throws IOException {
        SctpChannel channel = channel().bind(new InetSocketAddress(address("10.0.0.1"), 7000));
        assertThat(channel.bindAddress(address("10.1.0.1"))).isSameAs(channel);
        assertThat(channel.getAllLocalAddresses())
                .containsExactlyInAnyOrder(
                        new InetSocketAddress(address("10.0.0.1"), 7000),
                        new InetSocketAddress(address("10.1.0.1"), 7000));
        assertThat(channel.unbindAddress(address("10.0.0.1")))
                .as("also the first one")
                .isSameAs(channel);
        assertThat(channel.getAllLocalAddresses()).containsExactly(new InetSocketAddress(address("10.1.0.1"), 7000));
    }

    @Test
    void thePeerLearnsTheAddressesThatAreBound() throws IOException {
        SctpServerChannel listener = listen();
        SctpChannel client = channel().bind(new InetSocketAddress(address("10.0.0.1"), 7000));
        client.connect(server(5000));
        assertThat(use(listener.accept()).getRemoteAddresses())
                .containsExactly(new InetSocketAddress(address("10.0.0.1"), 7000));
    }

    @Test
    void addressesAreAddedToWhatIsBoundOnly() {
        SctpChannel channel = channel();
        assertThatExceptionOfType(NotYetBoundException.class)
                .isThrownBy(() -> channel.bindAddress(address("10.0.0.1")));
        assertThatExceptionOfType(NotYetBoundException.class)
                .isThrownBy(() -> channel.unbindAddress(address("10.0.0.1")));
    }

    @Test
    void anAddressIsAddedOnce() throws IOException {
        SctpChannel channel = channel().bind(new InetSocketAddress(address("10.0.0.1"), 0));
        assertThatExceptionOfType(AlreadyBoundException.class)
                .isThrownBy(() -> channel.bindAddress(address("10.0.0.1")));
    }

    @Test
    void neitherNullNorTheWildcardIsAddedOrRemoved() throws IOException {
        SctpChannel channel = channel().bind(new InetSocketAddress(address("10.0.0.1"), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.bindAddress(null));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.bindAddress(address("0.0.0.0")));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.unbindAddress(null));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.unbindAddress(address("::")));
    }

    @Test
    void theLastAddressAndOnesThatAreNotBoundAreNotRemoved() throws IOException {
        SctpChannel channel = channel().bind(new InetSocketAddress(address("10.0.0.1"), 0));
        assertThatExceptionOfType(IllegalUnbindException.class)
                .isThrownBy(() -> channel.unbindAddress(address("10.0.0.1")));
        assertThatExceptionOfType(IllegalUnbindException.class)
                .isThrownBy(() -> channel.unbindAddress(address("10.1.0.1")));
    }

    @Test
    void addressesDoNotChangeWhileAConnectIsUnderWay() throws IOException {
        SctpChannel channel = pending();
        assertThatExceptionOfType(ConnectionPendingException.class)
                .isThrownBy(() -> channel.bindAddress(address("10.0.0.1")));
        assertThatExceptionOfType(ConnectionPendingException.class)
                .isThrownBy(() -> channel.unbindAddress(address("10.0.0.1")));
    }

    // ---- connecting -----------------------------------------------------------------------------------------------

    @Test
    void connectWaitsForTheAssociation() throws IOException {
        Ends ends = connect();
        SctpChannel client = ends.client();
        assertThat(client.association()).isNotNull().isSameAs(client.association());
        assertThat(client.isConnectionPending()).isFalse();
        assertThat(client.getRemoteAddresses())
                .containsExactlyInAnyOrder(server(5000), new InetSocketAddress(address("10.1.0.2"), 5000));
        assertThat(ends.server().getRemoteAddresses()).hasSize(2).isSubsetOf(client.getAllLocalAddresses());
    }

    @Test
    void connectIsForOnce() throws IOException {
        SctpChannel channel = connect().client();
        assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(() -> channel.connect(server(5000)));
        assertThatExceptionOfType(AlreadyConnectedException.class)
                .isThrownBy(() -> channel.connect(server(5000), 1, 1));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void oneConnectAtATime() throws IOException {
        SctpChannel channel = pending();
        assertThatExceptionOfType(ConnectionPendingException.class).isThrownBy(() -> channel.connect(server(5000)));
        assertThat(channel.finishConnect()).isFalse();
        assertThatExceptionOfType(NotYetConnectedException.class).isThrownBy(() -> send(channel, "x"));
    }

    @Test
    void connectWantsAnInternetAddress() {
        SctpChannel channel = channel();
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> channel.connect(InetSocketAddress.createUnresolved("nobody", 1)));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> channel.connect(UnixDomainSocketAddress.of("/tmp/x")));
        assertThat(channel.isOpen()).as("nothing was begun").isTrue();
    }

    @Test
    void connectWantsNumbersOfStreamsThatThereAre() {
        SctpChannel channel = channel();
        assertThatIllegalArgumentException().isThrownBy(() -> channel.connect(server(5000), -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.connect(server(5000), 0, 70_000));
    }

    @Test
    void aConnectThatFailsClosesTheChannel() {
        SctpChannel refused = channel();
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> refused.connect(server(999)));
        assertThat(refused.isOpen()).isFalse();
        SctpChannel nowhere = channel();
        assertThatExceptionOfType(NoRouteToHostException.class)
                .isThrownBy(() -> nowhere.connect(new InetSocketAddress(address("192.0.2.1"), 5000)));
        assertThat(nowhere.isOpen()).isFalse();
    }

    @Test
    void aConnectThatDoesNotBlockIsFinishedLater() throws IOException {
        SctpServerChannel listener = listen();
        SctpChannel client = channel();
        client.configureBlocking(false);
        boolean connected = client.connect(server(5000));
        while (!connected) {
            assertThat(client.isConnectionPending()).isTrue();
            connected = client.finishConnect();
        }
        assertThat(client.isConnectionPending()).isFalse();
        assertThat(client.finishConnect()).as("connected already").isTrue();
        assertThat(use(listener.accept()).association()).isNotNull();
    }

    @Test
    void aConnectThatDoesNotBlockFailsAtOnceOrWhenItIsFinished() throws IOException {
        SctpChannel client = channel();
        client.configureBlocking(false);
        assertThatThrownBy(() -> {
                    boolean connected = client.connect(server(999));
                    while (!connected) {
                        connected = client.finishConnect();
                    }
                })
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void finishConnectWantsAConnectThatIsUnderWay() {
        SctpChannel channel = channel();
        assertThatExceptionOfType(NoConnectionPendingException.class).isThrownBy(channel::finishConnect);
    }

    @Test
    void finishConnectBlocksInBlockingMode() throws IOException {
        SctpChannel channel = pending();
        channel.configureBlocking(true);
        Blocked caller = Blocked.in(channel::finishConnect);
        channel.close();
        caller.endsBy().isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void aCloseEndsABlockedConnect() throws IOException {
        SctpChannel channel = channel();
        Blocked caller = Blocked.in(() -> channel.connect(new InetSocketAddress(address("10.0.0.99"), 5000)));
        channel.close();
        caller.endsBy().isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void anInterruptClosesAChannelThatConnects() {
        SctpChannel channel = channel();
        Blocked caller = Blocked.in(() -> channel.connect(new InetSocketAddress(address("10.0.0.99"), 5000)));
        caller.thread().interrupt();
        caller.endsBy().isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aSenderWaitsForAConnectThatIsUnderWay() throws IOException {
        SctpChannel channel = channel();
        Blocked connecting = Blocked.in(() -> channel.connect(new InetSocketAddress(address("10.0.0.99"), 5000)));
        Blocked sender = Blocked.in(() -> send(channel, "x"));
        channel.close();
        connecting.endsBy().isInstanceOf(AsynchronousCloseException.class);
        sender.endsBy().isExactlyInstanceOf(ClosedChannelException.class);
    }

    // ---- sending and receiving ------------------------------------------------------------------------------------

    @Test
    void messagesKeepTheirBoundsAndWhatComesWithThem() throws IOException {
        Ends ends = connect();
        ByteBuffer source = bytes("hello");
        assertThat(ends.client().send(source, on(3).payloadProtocolID(-2).unordered(true)))
                .isEqualTo(5);
        assertThat(source.hasRemaining()).isFalse();
        send(ends.client(), "more");
        ByteBuffer into = ByteBuffer.allocate(100);
        into.position(10);
        MessageInfo info = ends.server().receive(into, null, null);
        assertThat(info.bytes()).isEqualTo(5);
        assertThat(into.position()).isEqualTo(15);
        assertThat(into.slice(10, 5)).isEqualTo(bytes("hello"));
        assertThat(info.isComplete()).isTrue();
        assertThat(info.isUnordered()).isTrue();
        assertThat(info.streamNumber()).isEqualTo(3);
        assertThat(info.payloadProtocolID()).isEqualTo(-2);
        assertThat(info.association()).isSameAs(ends.server().association());
        assertThat(ends.client().getAllLocalAddresses()).contains(info.address());
        assertThat(receive(ends.server())).isEqualTo("more");
    }

    @Test
    void aBufferThatIsTooSmallTakesTheMessageInPieces() throws IOException {
        Ends ends = connect();
        send(ends.client(), "abcdefgh");
        send(ends.client(), "next");
        ByteBuffer into = ByteBuffer.allocate(3);
        MessageInfo first = ends.server().receive(into, null, null);
        assertThat(first.isComplete()).isFalse();
        assertThat(first.bytes()).isEqualTo(3);
        assertThat(text(into)).isEqualTo("abc");
        into.clear();
        assertThat(ends.server().receive(into, null, null).isComplete()).isFalse();
        assertThat(text(into)).isEqualTo("def");
        into.clear();
        MessageInfo last = ends.server().receive(into, null, null);
        assertThat(last.isComplete()).isTrue();
        assertThat(last.bytes()).isEqualTo(2);
        assertThat(receive(ends.server())).isEqualTo("next");
    }

    @Test
    void directBuffersServeAsWell() throws IOException {
        Ends ends = connect();
        ByteBuffer source = ByteBuffer.allocateDirect(20_000);
        byte[] content = new byte[20_000];
        new Random(1).nextBytes(content);
        source.put(content).flip();
        assertThat(ends.client().send(source, on(1))).isEqualTo(20_000);
        assertThat(source.hasRemaining()).isFalse();
        ByteBuffer into = ByteBuffer.allocateDirect(30_000);
        assertThat(ends.server().receive(into, null, null).bytes()).isEqualTo(20_000);
        byte[] got = new byte[20_000];
        into.flip().get(got);
        assertThat(got).isEqualTo(content);
    }

    @Test
    void receiveDoesNotWaitInNonBlockingMode() throws IOException {
        SctpChannel server = connect().server();
        server.configureBlocking(false);
        assertThat(server.receive(ByteBuffer.allocate(10), null, null)).isNull();
    }

    @Test
    void sendDoesNotWaitInNonBlockingMode() throws IOException {
        Ends ends = connect();
        ends.client().configureBlocking(false);
        ByteBuffer source = ByteBuffer.allocate(10_000);
        int taken = 0;
        while (ends.client().send(source.clear(), on(0)) > 0) {
            taken++;
        }
        assertThat(source.position()).as("what did not leave").isZero();
        for (int i = 0; i < taken; i++) {
            assertThat(ends.server()
                            .receive(ByteBuffer.allocate(10_000), null, null)
                            .bytes())
                    .isEqualTo(10_000);
        }
    }

    @Test
    void sendWaitsForRoomInBlockingMode() throws IOException {
        Ends ends = connect();
        int count = 100;
        Blocked sender = Blocked.in(() -> {
            for (int i = 0; i < count; i++) {
                ends.client().send(ByteBuffer.allocate(10_000), on(0));
            }
        });
        for (int i = 0; i < count; i++) {
            assertThat(ends.server()
                            .receive(ByteBuffer.allocate(10_000), null, null)
                            .bytes())
                    .isEqualTo(10_000);
        }
        sender.returns();
    }

    @Test
    void streamsThatDoNotExistAreRefused() throws IOException {
        SctpChannel client = connect().client();
        int streams = client.association().maxOutboundStreams();
        assertThatExceptionOfType(InvalidStreamException.class).isThrownBy(() -> client.send(bytes("x"), on(streams)));
        assertThat(client.send(bytes("x"), on(streams - 1))).isEqualTo(1);
    }

    @Test
    void buffersAndInfosThatAreNoneAreRefused() throws IOException {
        SctpChannel client = connect().client();
        assertThatIllegalArgumentException().isThrownBy(() -> client.send(null, on(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> client.send(bytes("x"), null));
        assertThatIllegalArgumentException().isThrownBy(() -> client.receive(null, null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.receive(bytes("x").asReadOnlyBuffer(), null, null));
    }

    @Test
    void anotherAssociationIsRefused() throws IOException {
        SctpServerChannel listener = listen();
        SctpChannel one = connect(listener).client();
        SctpChannel two = connect(listener).client();
        MessageInfo info = MessageInfo.createOutgoing(two.association(), null, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> one.send(bytes("x"), info));
        assertThat(two.send(bytes("x"), info)).isEqualTo(1);
    }

    @Test
    void aMessageGoesToThePreferredAddress() throws IOException {
        Ends ends = connect();
        InetSocketAddress second = new InetSocketAddress(address("10.1.0.2"), 5000);
        assertThat(ends.client().send(bytes("by the other way"), MessageInfo.createOutgoing(second, 0)))
                .isPositive();
        ByteBuffer into = ByteBuffer.allocate(100);
        MessageInfo info = ends.server().receive(into, null, null);
        assertThat(text(into)).isEqualTo("by the other way");
        assertThat(((InetSocketAddress) info.address()).getAddress())
                .as("where it came from")
                .isEqualTo(address("10.1.0.1"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ends.client()
                        .send(
                                bytes("x"),
                                MessageInfo.createOutgoing(new InetSocketAddress(address("10.0.0.77"), 5000), 0)));
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> ends.client()
                        .send(
                                bytes("x"),
                                MessageInfo.createOutgoing(InetSocketAddress.createUnresolved("nobody", 1), 0)));
    }

    @Test
    void theInfoOfAMessageServesForTheAnswer() throws IOException {
        Ends ends = connect();
        ends.client().send(bytes("question"), on(5).payloadProtocolID(46));
        ByteBuffer buffer = ByteBuffer.allocate(100);
        MessageInfo info = ends.server().receive(buffer, null, null);
        assertThat(ends.server().send(buffer.flip(), info)).isEqualTo(8);
        MessageInfo answer = ends.client().receive(buffer.clear(), null, null);
        assertThat(answer.streamNumber()).isEqualTo(5);
        assertThat(answer.payloadProtocolID()).isEqualTo(46);
        assertThat(text(buffer)).isEqualTo("question");
    }

    @Test
    void aMessageWithALifetimeArrivesInTime() throws IOException {
        Ends ends = connect();
        ends.client().send(bytes("quick"), on(0).timeToLive(5000));
        assertThat(receive(ends.server())).isEqualTo("quick");
    }

    @Test
    void oneThreadReceivesAndAnotherSendsAtTheSameTime() throws IOException {
        Ends ends = connect();
        Blocked reader = Blocked.in(() -> assertThat(receive(ends.client())).isEqualTo("at last"));
        send(ends.client(), "meanwhile");
        assertThat(receive(ends.server())).isEqualTo("meanwhile");
        send(ends.server(), "at last");
        reader.returns();
    }

    @Test
    void aCloseEndsABlockedReceive() throws IOException {
        SctpChannel client = connect().client();
        Blocked reader = Blocked.in(() -> receive(client));
        client.close();
        reader.endsBy().isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void anInterruptClosesAChannelThatReceives() throws IOException {
        SctpChannel client = connect().client();
        Blocked reader = Blocked.in(true, () -> receive(client));
        reader.thread().interrupt();
        reader.endsBy().isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void aCloseEndsABlockedSend() throws IOException {
        SctpChannel client = connect().client();
        client.setOption(SctpStandardSocketOptions.SO_SNDBUF, 60_000);
        var begun = new AtomicInteger();
        Blocked sender = Blocked.in(() -> {
            while (true) {
                begun.incrementAndGet();
                client.send(ByteBuffer.allocate(50_000), on(0));
            }
        });
        // Nobody receives: 256 KiB hold five messages, the sixth stays with the sender, which has room for one
        // alone. The seventh never finds room.
        while (begun.get() < 7 || sender.thread().getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        client.close();
        sender.endsBy().isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    // ---- ending ---------------------------------------------------------------------------------------------------

    @Test
    void aShutdownLetsEverythingArrive() throws IOException {
        Ends ends = connect();
        send(ends.server(), "on its way");
        send(ends.client(), "last words");
        assertThat(ends.client().shutdown()).isSameAs(ends.client());
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> send(ends.client(), "too late"));
        assertThat(receive(ends.client())).isEqualTo("on its way");
        assertThat(receive(ends.server())).isEqualTo("last words");
        assertThat(ends.client().isOpen()).isTrue();
        assertThat(ends.client().shutdown()).as("without effect").isSameAs(ends.client());
    }

    @Test
    void theEndOfTheAssociationIsNoMessage() throws IOException {
        Ends ends = connect();
        ends.client().shutdown();
        ByteBuffer into = ByteBuffer.allocate(10);
        MessageInfo end = ends.server().receive(into, null, null);
        assertThat(end.bytes()).isEqualTo(-1);
        assertThat(into.position()).isZero();
        assertThat(end.association()).isSameAs(ends.server().association());
        assertThat(ends.server().receive(into, null, null).bytes())
                .as("and so on")
                .isEqualTo(-1);
        assertThat(ends.client().receive(into, null, null).bytes()).isEqualTo(-1);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> send(ends.server(), "x"));
    }

    @Test
    void aLostAssociationIsAnError() throws IOException {
        Ends ends = connect();
        ends.client().setOption(SctpStandardSocketOptions.SO_LINGER, 0);
        ends.client().close();
        assertThatThrownBy(() -> receive(ends.server()))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
    }

    @Test
    void aClosedChannelDoesNothingAnyMore() throws IOException {
        SctpChannel channel = connect().client();
        channel.close();
        channel.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> send(channel, "x"));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> receive(channel));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.bind(null));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> channel.connect(server(5000)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::finishConnect);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::association);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::getRemoteAddresses);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::getAllLocalAddresses);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::shutdown);
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> channel.bindAddress(address("10.0.0.1")));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> channel.unbindAddress(address("10.0.0.1")));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> channel.getOption(SctpStandardSocketOptions.SCTP_NODELAY));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> channel.setOption(SctpStandardSocketOptions.SCTP_NODELAY, true));
        assertThat(channel.supportedOptions())
                .as("even after the channel has been closed")
                .isNotEmpty();
    }

    @Test
    void aCloseDeliversWhatWasSent() throws IOException {
        Ends ends = connect();
        for (int i = 0; i < 20; i++) {
            send(ends.client(), "message " + i);
        }
        ends.client().close();
        for (int i = 0; i < 20; i++) {
            assertThat(receive(ends.server())).isEqualTo("message " + i);
        }
        assertThat(ends.server().receive(ByteBuffer.allocate(1), null, null).bytes())
                .isEqualTo(-1);
    }

    @Test
    void theEndOfTheHostEndsItsChannels() throws IOException {
        SctpChannel client = connect().client();
        Blocked reader = Blocked.in(() -> receive(client));
        pair.a().close();
        reader.endsBy().isInstanceOf(IOException.class);
    }
}
