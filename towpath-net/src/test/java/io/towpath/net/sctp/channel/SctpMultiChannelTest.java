package io.towpath.net.sctp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.IllegalUnbindException;
import com.sun.nio.sctp.InvalidStreamException;
import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpMultiChannel;
import com.sun.nio.sctp.SctpStandardSocketOptions;
import io.towpath.net.parity.Blocked;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The documentation of `SctpMultiChannel`.
class SctpMultiChannelTest extends ChannelCase {
    private SctpMultiChannel server;

    @BeforeEach
    void bind() throws IOException {
        server = use(servers.openMultiChannel()).bind(new InetSocketAddress(5000));
    }

    private static MessageInfo toServer(int stream) {
        return MessageInfo.createOutgoing(server(5000), stream);
    }

    /// The association that `client` has with the server, after one message there and back.
    private Association greet(SctpMultiChannel client) throws IOException {
        client.send(bytes("hello"), toServer(0));
        ByteBuffer into = ByteBuffer.allocate(100);
        MessageInfo info = server.receive(into, null, null);
        server.send(into.flip(), info);
        return client.receive(into.clear(), null, null).association();
    }

    @Test
    void aNewChannelIsNotBound() throws IOException {
        SctpMultiChannel channel = multi();
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.getAllLocalAddresses()).isEmpty();
        assertThat(channel.associations()).isEmpty();
        assertThat(channel.validOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        assertThatExceptionOfType(NotYetBoundException.class).isThrownBy(() -> receive(channel));
    }

    @Test
    void anUnboundChannelThatSendsIsBound() throws IOException {
        SctpMultiChannel client = multi();
        assertThat(client.send(bytes("hello"), toServer(0))).isEqualTo(5);
        assertThat(client.getAllLocalAddresses()).isNotEmpty();
        assertThat(receive(server)).isEqualTo("hello");
    }

    @Test
    void bindIsForOnceAndForFreePorts() throws IOException {
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> server.bind(null));
        SctpMultiChannel other = use(servers.openMultiChannel());
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> other.bind(new InetSocketAddress(5000)));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> other.bind(UnixDomainSocketAddress.of("/tmp/x")));
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> other.bind(InetSocketAddress.createUnresolved("nobody", 1), 3));
        assertThat(other.bind(null).getAllLocalAddresses()).isNotEmpty();
    }

    @Test
    void associationsAreThoseWhoseBeginningWasReceived() throws IOException {
        SctpMultiChannel client = multi();
        client.send(bytes("hello"), toServer(0));
        assertThat(server.associations()).isEmpty();
        assertThat(receive(server)).isEqualTo("hello");
        assertThat(server.associations()).hasSize(1);
        Association association = server.associations().iterator().next();
        assertThat(server.getRemoteAddresses(association)).hasSize(2);
        SctpChannel single = channel();
        single.connect(server(5000));
        send(single, "me too");
        assertThat(receive(server)).isEqualTo("me too");
        assertThat(server.associations()).hasSize(2).contains(association);
    }

    @Test
    void anAssociationThatIsOverIsGone() throws IOException {
        SctpMultiChannel client = multi();
        Association association = greet(client);
        Association atServer = server.associations().iterator().next();
        assertThat(client.associations()).containsExactly(association);
        assertThat(client.shutdown(association)).isSameAs(client);
        server.receive(ByteBuffer.allocate(10), null, new Listener("SHUTDOWN"));
        assertThat(server.associations()).isEmpty();
        assertThat(server.getRemoteAddresses(atServer)).isEmpty();
    }

    @Test
    void thePeerIsFoundByAnyOfItsAddresses() throws IOException {
        SctpMultiChannel client = multi();
        Association association = greet(client);
        InetSocketAddress second = new InetSocketAddress(address("10.1.0.2"), 5000);
        assertThat(client.send(bytes("second"), MessageInfo.createOutgoing(second, 1)))
                .isPositive();
        assertThat(client.send(bytes("third"), MessageInfo.createOutgoing(association, null, 1)))
                .isPositive();
        assertThat(client.send(bytes("fourth"), MessageInfo.createOutgoing(association, second, 1)))
                .isPositive();
        assertThat(receive(server)).isEqualTo("second");
        assertThat(receive(server)).isEqualTo("third");
        assertThat(receive(server)).isEqualTo("fourth");
        assertThat(server.associations()).hasSize(1);
    }

    @Test
    void streamsThatDoNotExistAreRefused() throws IOException {
        SctpMultiChannel client = multi();
        Association association = greet(client);
        int streams = association.maxOutboundStreams();
        assertThatExceptionOfType(InvalidStreamException.class)
                .isThrownBy(() -> client.send(bytes("x"), toServer(streams)));
        assertThatExceptionOfType(InvalidStreamException.class)
                .isThrownBy(() -> client.send(bytes("x"), MessageInfo.createOutgoing(association, null, streams)));
    }

    @Test
    void argumentsThatAreNoneAreRefused() throws IOException {
        SctpMultiChannel client = multi();
        Association association = greet(client);
        assertThatIllegalArgumentException().isThrownBy(() -> client.send(null, toServer(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> client.send(bytes("x"), null));
        assertThatIllegalArgumentException().isThrownBy(() -> client.send(bytes("x"), on(0)));
        assertThatIllegalArgumentException().isThrownBy(() -> client.receive(null, null, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.receive(bytes("x").asReadOnlyBuffer(), null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> client.shutdown(null));
        assertThatIllegalArgumentException().isThrownBy(() -> client.branch(null));
        assertThatIllegalArgumentException().isThrownBy(() -> server.shutdown(association));
        assertThatIllegalArgumentException().isThrownBy(() -> server.branch(association));
        assertThatIllegalArgumentException().isThrownBy(() -> server.getRemoteAddresses(association));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.send(bytes("x"), MessageInfo.createOutgoing(association, null, 0)));
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> client.send(
                        bytes("x"), MessageInfo.createOutgoing(InetSocketAddress.createUnresolved("nobody", 1), 0)));
    }

    @Test
    void aBranchIsAChannelOfItsOwn() throws IOException {
        SctpMultiChannel client = multi();
        Association association = greet(client);
        client.send(bytes("waiting"), toServer(0));
        Association atServer = server.associations().iterator().next();
        SctpChannel branched = use(server.branch(atServer));
        assertThat(branched.isBlocking()).isTrue();
        assertThat(branched.association()).isSameAs(atServer);
        assertThat(branched.getRemoteAddresses()).hasSize(2);
        assertThat(branched.getAllLocalAddresses()).contains(server(5000));
        assertThat(server.associations()).isEmpty();
        assertThat(receive(branched)).isEqualTo("waiting");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.send(bytes("x"), MessageInfo.createOutgoing(atServer, null, 0)));
        server.close();
        assertThat(send(branched, "still here")).isPositive();
        assertThat(receive(client)).isEqualTo("still here");
        branched.close();
        client.receive(ByteBuffer.allocate(10), null, new Listener("SHUTDOWN"));
        assertThat(client.associations()).doesNotContain(association);
    }

    @Test
    void receiveDoesNotWaitInNonBlockingMode() throws IOException {
        server.configureBlocking(false);
        assertThat(server.receive(ByteBuffer.allocate(10), null, null)).isNull();
    }

    @Test
    void sendDoesNotWaitInNonBlockingMode() throws IOException {
        SctpMultiChannel client = multi();
        Association association = greet(client);
        client.configureBlocking(false);
        MessageInfo info = MessageInfo.createOutgoing(association, null, 0);
        int taken = 0;
        while (client.send(ByteBuffer.allocate(10_000), info) > 0) {
            taken++;
        }
        for (int i = 0; i < taken; i++) {
            assertThat(server.receive(ByteBuffer.allocate(10_000), null, null).bytes())
                    .isEqualTo(10_000);
        }
    }

    @Test
    void aBufferThatIsTooSmallTakesTheMessageInPieces() throws IOException {
        multi().send(bytes("abcdef"), toServer(0));
        ByteBuffer into = ByteBuffer.allocate(4);
        assertThat(server.receive(into, null, null).isComplete()).isFalse();
        assertThat(text(into)).isEqualTo("abcd");
        into.clear();
        assertThat(server.receive(into, null, null).isComplete()).isTrue();
        assertThat(text(into)).isEqualTo("ef");
    }

    @Test
    void aCloseEndsABlockedReceive() throws IOException {
        Blocked reader = Blocked.in(() -> receive(server));
        server.close();
        reader.endsBy().isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void anInterruptClosesAChannelThatReceives() {
        Blocked reader = Blocked.in(() -> receive(server));
        reader.thread().interrupt();
        reader.endsBy().isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(server.isOpen()).isFalse();
    }

    @Test
    void aCloseShutsItsAssociationsDown() throws IOException {
        SctpChannel one = channel();
        one.connect(server(5000));
        SctpChannel two = channel();
        two.connect(server(5000));
        server.close();
        assertThat(one.receive(ByteBuffer.allocate(1), null, null).bytes()).isEqualTo(-1);
        assertThat(two.receive(ByteBuffer.allocate(1), null, null).bytes()).isEqualTo(-1);
    }

    @Test
    void aCloseWithoutLingerAbortsItsAssociations() throws IOException {
        SctpChannel one = channel();
        one.connect(server(5000));
        server.setOption(SctpStandardSocketOptions.SO_LINGER, 0, null);
        server.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> receive(one));
    }

    @Test
    void aClosedChannelDoesNothingAnyMore() throws IOException {
        SctpMultiChannel client = multi();
        Association association = greet(client);
        client.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> client.send(bytes("x"), toServer(0)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> receive(client));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> client.bind(null));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(client::associations);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(client::getAllLocalAddresses);
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> client.getRemoteAddresses(association));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> client.shutdown(association));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> client.branch(association));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> client.bindAddress(address("10.0.0.1")));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> client.unbindAddress(address("10.0.0.1")));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> client.getOption(SctpStandardSocketOptions.SCTP_NODELAY, null));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> client.setOption(SctpStandardSocketOptions.SCTP_NODELAY, true, null));
        assertThat(client.supportedOptions()).isNotEmpty();
    }

    @Test
    void addressesAreAddedAndRemovedForAssociationsToCome() throws IOException {
        SctpMultiChannel one = use(servers.openMultiChannel());
        assertThatExceptionOfType(NotYetBoundException.class).isThrownBy(() -> one.bindAddress(address("10.0.0.2")));
        assertThatExceptionOfType(NotYetBoundException.class).isThrownBy(() -> one.unbindAddress(address("10.0.0.2")));
        one.bind(new InetSocketAddress(address("10.0.0.2"), 6000));
        assertThatIllegalArgumentException().isThrownBy(() -> one.bindAddress(null));
        assertThatIllegalArgumentException().isThrownBy(() -> one.unbindAddress(address("0.0.0.0")));
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> one.bindAddress(address("10.0.0.2")));
        assertThatExceptionOfType(IllegalUnbindException.class)
                .isThrownBy(() -> one.unbindAddress(address("10.0.0.2")));
        assertThat(one.bindAddress(address("10.1.0.2"))).isSameAs(one);
        SctpChannel client = channel();
        client.connect(server(6000));
        assertThat(client.getRemoteAddresses()).hasSize(2);
        assertThat(one.unbindAddress(address("10.0.0.2"))).isSameAs(one);
        assertThat(one.getAllLocalAddresses()).containsExactly(new InetSocketAddress(address("10.1.0.2"), 6000));
    }
}
