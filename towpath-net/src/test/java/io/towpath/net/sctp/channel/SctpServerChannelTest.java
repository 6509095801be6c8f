package io.towpath.net.sctp.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.nio.sctp.IllegalUnbindException;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpServerChannel;
import com.sun.nio.sctp.SctpStandardSocketOptions;
import com.sun.nio.sctp.SctpStandardSocketOptions.InitMaxStreams;
import io.towpath.net.parity.Blocked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.junit.jupiter.api.Test;

/// The documentation of `SctpServerChannel`.
class SctpServerChannelTest extends ChannelCase {
    private SctpServerChannel unbound() {
        try {
            return use(servers.openServerChannel());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aNewChannelIsNotBound() throws IOException {
        SctpServerChannel channel = unbound();
        assertThat(channel.isOpen()).isTrue();
        assertThat(channel.getAllLocalAddresses()).isEmpty();
        assertThat(channel.validOps()).isEqualTo(SelectionKey.OP_ACCEPT);
        assertThatExceptionOfType(NotYetBoundException.class).isThrownBy(channel::accept);
    }

    @Test
    void bindListens() throws IOException {
        SctpServerChannel channel = unbound();
        assertThat(channel.bind(new InetSocketAddress(address("10.0.0.2"), 5000), 5))
                .isSameAs(channel);
        assertThat(channel.getAllLocalAddresses()).containsExactly(server(5000));
        assertThat(channel().connect(server(5000))).isTrue();
    }

    @Test
    void bindToNullChoosesAPort() throws IOException {
        SctpServerChannel channel = unbound().bind(null);
        int port =
                ((InetSocketAddress) channel.getAllLocalAddresses().iterator().next()).getPort();
        assertThat(port).isPositive();
        assertThat(channel().connect(server(port))).isTrue();
    }

    @Test
    void bindIsForOnceAndForFreePorts() throws IOException {
        SctpServerChannel channel = listen();
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> channel.bind(null));
        SctpServerChannel other = unbound();
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> other.bind(new InetSocketAddress(5000)));
        assertThatExceptionOfType(UnsupportedAddressTypeException.class)
                .isThrownBy(() -> other.bind(UnixDomainSocketAddress.of("/tmp/x")));
        assertThatExceptionOfType(UnresolvedAddressException.class)
                .isThrownBy(() -> other.bind(InetSocketAddress.createUnresolved("nobody", 1)));
    }

    @Test
    void acceptWaitsForAnAssociation() throws IOException {
        SctpServerChannel listener = listen();
        Blocked acceptor = Blocked.in(() -> {
            SctpChannel accepted = use(listener.accept());
            send(accepted, "welcome");
        });
        SctpChannel client = channel();
        client.connect(server(5000));
        acceptor.returns();
        assertThat(receive(client)).isEqualTo("welcome");
    }

    @Test
    void acceptDoesNotWaitInNonBlockingMode() throws IOException {
        SctpServerChannel listener = listen();
        listener.configureBlocking(false);
        assertThat(listener.accept()).isNull();
        channel().connect(server(5000));
        SctpChannel accepted = listener.accept();
        while (accepted == null) {
            accepted = listener.accept();
        }
        assertThat(use(accepted).isBlocking())
                .as("regardless of the blocking mode of this channel")
                .isTrue();
    }

    @Test
    void aCloseEndsABlockedAccept() throws IOException {
        SctpServerChannel listener = listen();
        Blocked acceptor = Blocked.in(listener::accept);
        listener.close();
        acceptor.endsBy().isExactlyInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void anInterruptClosesAChannelThatAccepts() throws IOException {
        SctpServerChannel listener = listen();
        Blocked acceptor = Blocked.in(listener::accept);
        acceptor.thread().interrupt();
        acceptor.endsBy().isExactlyInstanceOf(ClosedByInterruptException.class);
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void aClosedChannelDoesNothingAnyMore() throws IOException {
        SctpServerChannel listener = listen();
        SctpChannel before = connect(listener).client();
        listener.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::accept);
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> listener.bind(null));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::getAllLocalAddresses);
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> listener.bindAddress(address("10.0.0.2")));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> listener.unbindAddress(address("10.0.0.2")));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> listener.getOption(SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> listener.setOption(
                        SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS, InitMaxStreams.create(1, 1)));
        assertThat(listener.supportedOptions()).contains(SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS);
        assertThat(send(before, "accepted before")).isPositive();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> channel().connect(server(5000)));
    }

    @Test
    void addressesAreAddedAndRemovedForAssociationsToCome() throws IOException {
        SctpServerChannel listener = unbound().bind(server(5000));
        SctpChannel first = connect(listener).client();
        assertThat(first.getRemoteAddresses()).containsExactly(server(5000));
        assertThat(listener.bindAddress(address("10.1.0.2"))).isSameAs(listener);
        assertThat(listener.getAllLocalAddresses()).hasSize(2);
        assertThat(connect(listener).client().getRemoteAddresses()).hasSize(2);
        assertThat(listener.unbindAddress(address("10.0.0.2"))).isSameAs(listener);
        assertThat(listener.getAllLocalAddresses()).containsExactly(new InetSocketAddress(address("10.1.0.2"), 5000));
    }

    @Test
    void addressesThatCannotBeAddedOrRemoved() throws IOException {
        SctpServerChannel none = unbound();
        assertThatExceptionOfType(NotYetBoundException.class).isThrownBy(() -> none.bindAddress(address("10.0.0.2")));
        assertThatExceptionOfType(NotYetBoundException.class).isThrownBy(() -> none.unbindAddress(address("10.0.0.2")));
        SctpServerChannel one = unbound().bind(server(5000));
        assertThatIllegalArgumentException().isThrownBy(() -> one.bindAddress(null));
        assertThatIllegalArgumentException().isThrownBy(() -> one.unbindAddress(null));
        assertThatIllegalArgumentException().isThrownBy(() -> one.bindAddress(address("0.0.0.0")));
        assertThatIllegalArgumentException().isThrownBy(() -> one.unbindAddress(address("0.0.0.0")));
        assertThatExceptionOfType(AlreadyBoundException.class).isThrownBy(() -> one.bindAddress(address("10.0.0.2")));
        assertThatExceptionOfType(IllegalUnbindException.class)
                .isThrownBy(() -> one.unbindAddress(address("10.0.0.2")));
        assertThatExceptionOfType(IllegalUnbindException.class)
                .isThrownBy(() -> one.unbindAddress(address("10.1.0.2")));
        assertThatExceptionOfType(BindException.class).isThrownBy(() -> one.bindAddress(address("10.0.0.77")));
        SctpServerChannel all = unbound().bind(new InetSocketAddress(5001));
        assertThatIllegalStateException().isThrownBy(() -> all.bindAddress(address("10.0.0.2")));
    }

    @Test
    void theBacklogBoundsWhoWaits() throws IOException {
        unbound().bind(server(5000), 1);
        channel().connect(server(5000));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> channel().connect(server(5000)));
    }

    @Test
    void streamsOfAcceptedAssociationsAreBounded() throws IOException {
        SctpServerChannel listener = unbound();
        listener.setOption(SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS, InitMaxStreams.create(2, 3));
        listener.bind(server(5000));
        SctpChannel accepted = connect(listener).server();
        assertThat(accepted.association().maxInboundStreams()).isEqualTo(2);
        assertThat(accepted.association().maxOutboundStreams()).isEqualTo(3);
        listener.setOption(SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS, InitMaxStreams.create(0, 0));
        assertThat(listener.getOption(SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS))
                .as("the endpoints default value")
                .isEqualTo(channel().getOption(SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> listener.setOption(SctpStandardSocketOptions.SCTP_NODELAY, true));
    }

    @Test
    void whoHasShutDownIsAcceptedWithWhatHeSent() throws IOException {
        SctpServerChannel listener = listen();
        SctpChannel client = channel();
        client.connect(server(5000));
        send(client, "and gone");
        client.close();
        SctpChannel accepted = use(listener.accept());
        assertThat(receive(accepted)).isEqualTo("and gone");
    }
}
