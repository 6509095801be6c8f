package io.towpath.net.sctp.channel;

import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_DISABLE_FRAGMENTS;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_EXPLICIT_COMPLETE;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_FRAGMENT_INTERLEAVE;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_INIT_MAXSTREAMS;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_NODELAY;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_PRIMARY_ADDR;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_SET_PEER_PRIMARY_ADDR;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SO_LINGER;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SO_RCVBUF;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SO_SNDBUF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.IllegalUnbindException;
import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpMultiChannel;
import com.sun.nio.sctp.SctpSocketOption;
import com.sun.nio.sctp.SctpStandardSocketOptions.InitMaxStreams;
import io.towpath.sctp.SctpConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import org.junit.jupiter.api.Test;

/// The documentation of `SctpStandardSocketOptions`.
class SctpOptionsTest extends ChannelCase {
    @Test
    void supportedOptionsAreTheStandardOnes() {
        assertThat(channel().supportedOptions())
                .contains(
                        SCTP_DISABLE_FRAGMENTS,
                        SCTP_EXPLICIT_COMPLETE,
                        SCTP_FRAGMENT_INTERLEAVE,
                        SCTP_INIT_MAXSTREAMS,
                        SCTP_NODELAY,
                        SCTP_PRIMARY_ADDR,
                        SCTP_SET_PEER_PRIMARY_ADDR,
                        SO_SNDBUF,
                        SO_RCVBUF,
                        SO_LINGER)
                .isEqualTo(multi().supportedOptions());
    }

    @Test
    void otherOptionsAreNotSupported() {
        SctpSocketOption<Integer> strange = new SctpSocketOption<>() {
            @Override
            public String name() {
                return "STRANGE";
            }

            @Override
            public Class<Integer> type() {
                return Integer.class;
            }
        };
        SctpChannel channel = channel();
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> channel.setOption(strange, 1));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> channel.getOption(strange));
        assertThatNullPointerException().isThrownBy(() -> channel.getOption(null));
        assertThatNullPointerException().isThrownBy(() -> channel.setOption(null, 1));
    }

    @Test
    void valuesThatAreNoneAreRefused() {
        SctpChannel channel = channel();
        assertThatIllegalArgumentException().isThrownBy(() -> channel.setOption(SCTP_NODELAY, null));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.setOption(SO_SNDBUF, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.setOption(SO_RCVBUF, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.setOption(SCTP_FRAGMENT_INTERLEAVE, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> channel.setOption(SCTP_FRAGMENT_INTERLEAVE, -1));
    }

    @Test
    void theDefaultsAreTheDocumentedOnes() throws IOException {
        SctpChannel channel = channel();
        assertThat(channel.getOption(SCTP_EXPLICIT_COMPLETE)).isFalse();
        assertThat(channel.getOption(SCTP_DISABLE_FRAGMENTS)).isFalse();
        assertThat(channel.getOption(SCTP_NODELAY)).isFalse();
        assertThat(channel.getOption(SO_LINGER)).isNegative();
        assertThat(channel.getOption(SCTP_FRAGMENT_INTERLEAVE)).isZero();
        assertThat(multi().getOption(SCTP_FRAGMENT_INTERLEAVE, null)).isEqualTo(1);
    }

    @Test
    void whatWasSetIsFoundAgain() throws IOException {
        SctpChannel channel = channel();
        assertThat(channel.setOption(SCTP_NODELAY, true)).isSameAs(channel);
        channel.setOption(SCTP_DISABLE_FRAGMENTS, true)
                .setOption(SCTP_EXPLICIT_COMPLETE, true)
                .setOption(SCTP_FRAGMENT_INTERLEAVE, 2)
                .setOption(SO_SNDBUF, 50_000)
                .setOption(SO_RCVBUF, 60_000)
                .setOption(SO_LINGER, 100_000)
                .setOption(SCTP_INIT_MAXSTREAMS, InitMaxStreams.create(7, 8));
        assertThat(channel.getOption(SCTP_NODELAY)).isTrue();
        assertThat(channel.getOption(SCTP_DISABLE_FRAGMENTS)).isTrue();
        assertThat(channel.getOption(SCTP_EXPLICIT_COMPLETE)).isTrue();
        assertThat(channel.getOption(SCTP_FRAGMENT_INTERLEAVE)).isEqualTo(2);
        assertThat(channel.getOption(SO_SNDBUF)).isEqualTo(50_000);
        assertThat(channel.getOption(SO_RCVBUF)).isEqualTo(60_000);
        assertThat(channel.getOption(SO_LINGER)).as("its maximum value").isEqualTo(65_535);
        assertThat(channel.getOption(SCTP_INIT_MAXSTREAMS)).isEqualTo(InitMaxStreams.create(7, 8));
        channel.setOption(SO_LINGER, -5);
        assertThat(channel.getOption(SO_LINGER)).as("disabled").isEqualTo(-1);
    }

    @Test
    void messagesLargerThanThePathTakesAreRefusedWithoutFragments() throws IOException {
        SctpChannel client = connect().client();
        client.setOption(SCTP_DISABLE_FRAGMENTS, true);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> client.send(ByteBuffer.allocate(2000), on(0)))
                .withMessage("Message too long");
        assertThat(client.send(ByteBuffer.allocate(1000), on(0))).isEqualTo(1000);
    }

    @Test
    void theSendBufferBoundsAMessage() throws IOException {
        SctpChannel client = connect().client();
        client.setOption(SO_SNDBUF, 5000);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.send(ByteBuffer.allocate(5001), on(0)));
        assertThat(client.send(ByteBuffer.allocate(5000), on(0))).isEqualTo(5000);
    }

    @Test
    void aMessageIsCompleteWhenTheUserSaysSo() throws IOException {
        Ends ends = connect();
        ends.client().setOption(SCTP_EXPLICIT_COMPLETE, true);
        assertThat(ends.client().send(bytes("one "), on(2).complete(false))).isEqualTo(4);
        assertThat(ends.client().send(bytes("message "), on(2).complete(false))).isEqualTo(8);
        ends.server().configureBlocking(false);
        ByteBuffer into = ByteBuffer.allocate(100);
        assertThat(ends.server().receive(into, null, null)).isNull();
        ends.server().configureBlocking(true);
        assertThat(ends.client().send(bytes("only"), on(2).complete(true))).isEqualTo(4);
        assertThat(ends.server().receive(into, null, null).isComplete()).isTrue();
        assertThat(text(into)).isEqualTo("one message only");
        ends.client().setOption(SCTP_EXPLICIT_COMPLETE, false);
        ends.client().send(bytes("each for itself"), on(2).complete(false));
        assertThat(receive(ends.server())).isEqualTo("each for itself");
    }

    @Test
    void messagesOfSeveralPeersGrowBesideEachOther() throws IOException {
        SctpMultiChannel server = use(servers.openMultiChannel()).bind(new InetSocketAddress(5000));
        SctpChannel one = channel();
        SctpChannel two = channel();
        one.connect(server(5000));
        two.connect(server(5000));
        send(one, "1");
        ByteBuffer into = ByteBuffer.allocate(100);
        Association first = server.receive(into, null, null).association();
        send(two, "2");
        Association second = server.receive(into, null, null).association();
        server.setOption(SCTP_EXPLICIT_COMPLETE, true, null);
        server.send(bytes("to "), MessageInfo.createOutgoing(first, null, 0).complete(false));
        server.send(bytes("for "), MessageInfo.createOutgoing(second, null, 0).complete(false));
        server.send(bytes("one"), MessageInfo.createOutgoing(first, null, 0));
        server.send(bytes("two"), MessageInfo.createOutgoing(second, null, 0));
        assertThat(receive(one)).isEqualTo("to one");
        assertThat(receive(two)).isEqualTo("for two");
    }

    @Test
    void aMessageThatGrowsTooLongKeepsWhatItHad() throws IOException {
        Ends ends = connect();
        ends.client().setOption(SCTP_EXPLICIT_COMPLETE, true).setOption(SO_SNDBUF, 2000);
        ends.client().send(bytes("kept"), on(0).complete(false));
        ByteBuffer large = ByteBuffer.allocate(1999);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ends.client().send(large, on(0)));
        assertThat(large.position()).isZero();
        ends.client().send(bytes(" all"), on(0));
        assertThat(receive(ends.server())).isEqualTo("kept all");
    }

    @Test
    void thePrimaryAddressIsOneOfThePeers() throws IOException {
        Ends ends = connect();
        assertThat(ends.client().getOption(SCTP_PRIMARY_ADDR)).isEqualTo(server(5000));
        InetSocketAddress second = new InetSocketAddress(address("10.1.0.2"), 5000);
        ends.client().setOption(SCTP_PRIMARY_ADDR, second);
        assertThat(ends.client().getOption(SCTP_PRIMARY_ADDR)).isEqualTo(second);
        send(ends.client(), "by the second way");
        assertThat(receive(ends.server())).isEqualTo("by the second way");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        ends.client().setOption(SCTP_PRIMARY_ADDR, new InetSocketAddress(address("10.0.0.77"), 5000)));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> channel().getOption(SCTP_PRIMARY_ADDR));
    }

    /// Channels of hosts that change addresses of open associations (RFC 5061), authenticated (RFC 4895).
    private static SctpConfig changeable() {
        SctpConfig usual = SctpConfig.defaults();
        return usual.withFeatures(usual.features().withAuthentication(true).withAddressConfiguration(true));
    }

    private Ends connectChangeable() throws IOException {
        var listener =
                use(pair.b().sctp().channels(changeable()).openServerChannel()).bind(new InetSocketAddress(5000));
        SctpChannel client = use(pair.a().sctp().channels(changeable()).openChannel());
        client.bind(new InetSocketAddress(address("10.0.0.1"), 7000));
        client.connect(server(5000));
        return new Ends(client, use(listener.accept()));
    }

    @Test
    void theAddressesOfAnOpenAssociationChangeWhereBothAgreed() throws IOException {
        Ends ends = connectChangeable();
        InetSocketAddress first = new InetSocketAddress(address("10.0.0.1"), 7000);
        InetSocketAddress second = new InetSocketAddress(address("10.1.0.1"), 7000);
        assertThat(ends.server().getRemoteAddresses()).containsExactly(first);
        assertThat(ends.client().bindAddress(address("10.1.0.1"))).isSameAs(ends.client());
        ends.server().receive(ByteBuffer.allocate(1), null, new Listener("ADDR_ADDED"));
        assertThat(ends.server().getRemoteAddresses()).containsExactlyInAnyOrder(first, second);
        assertThat(ends.client().getAllLocalAddresses()).containsExactlyInAnyOrder(first, second);
        assertThatExceptionOfType(AlreadyBoundException.class)
                .isThrownBy(() -> ends.client().bindAddress(address("10.1.0.1")));
        ends.client().setOption(SCTP_SET_PEER_PRIMARY_ADDR, second);
        ends.server().receive(ByteBuffer.allocate(1), null, new Listener("ADDR_MADE_PRIMARY"));
        assertThat(ends.server().getOption(SCTP_PRIMARY_ADDR)).isEqualTo(second);
        ends.client().unbindAddress(address("10.0.0.1"));
        ends.server().receive(ByteBuffer.allocate(1), null, new Listener("ADDR_REMOVED"));
        assertThat(ends.server().getRemoteAddresses()).containsExactly(second);
        assertThatExceptionOfType(IllegalUnbindException.class)
                .isThrownBy(() -> ends.client().unbindAddress(address("10.0.0.1")));
        send(ends.client(), "by what is left");
        assertThat(receive(ends.server())).isEqualTo("by what is left");
    }

    @Test
    void thePeersPrimaryAddressIsSetOnly() throws IOException {
        SctpChannel client = connect().client();
        assertThatIllegalArgumentException().isThrownBy(() -> client.getOption(SCTP_SET_PEER_PRIMARY_ADDR));
        assertThatExceptionOfType(IOException.class)
                .as("nobody agreed on that")
                .isThrownBy(() ->
                        client.setOption(SCTP_SET_PEER_PRIMARY_ADDR, new InetSocketAddress(address("10.1.0.1"), 0)));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.unbindAddress(address("10.1.0.1")));
    }

    @Test
    void settingsWithoutAnOptionComeWithTheChannels() throws IOException {
        SctpConfig few = SctpConfig.defaults().withStreams(2, 3);
        SctpChannel channel = use(pair.a().sctp().channels(few).openChannel());
        assertThat(channel.getOption(SCTP_INIT_MAXSTREAMS)).isEqualTo(InitMaxStreams.create(3, 2));
        channel.setOption(SCTP_INIT_MAXSTREAMS, InitMaxStreams.create(9, 9));
        channel.setOption(SCTP_INIT_MAXSTREAMS, InitMaxStreams.create(0, 0));
        assertThat(channel.getOption(SCTP_INIT_MAXSTREAMS))
                .as("the endpoints default value")
                .isEqualTo(InitMaxStreams.create(3, 2));
    }

    @Test
    void aMultiChannelNamesTheAssociationWhosePrimaryAddressItMeans() throws IOException {
        SctpMultiChannel server = use(servers.openMultiChannel()).bind(new InetSocketAddress(5000));
        SctpChannel client = channel();
        client.connect(server(5000));
        send(client, "hello");
        Association association =
                server.receive(ByteBuffer.allocate(10), null, null).association();
        InetSocketAddress second = new InetSocketAddress(
                address("10.1.0.1"), ((InetSocketAddress) server.getOption(SCTP_PRIMARY_ADDR, association)).getPort());
        server.setOption(SCTP_PRIMARY_ADDR, second, association);
        assertThat(server.getOption(SCTP_PRIMARY_ADDR, association)).isEqualTo(second);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> server.getOption(SCTP_PRIMARY_ADDR, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.getOption(SCTP_PRIMARY_ADDR, client.association()));
    }

    @Test
    void closingLingersUntilThePeerHasEverything() throws IOException {
        Ends ends = connect();
        ends.client().setOption(SO_LINGER, 20);
        send(ends.client(), "all of it");
        ends.client().close();
        assertThat(receive(ends.server())).isEqualTo("all of it");
        assertThat(ends.server().receive(ByteBuffer.allocate(1), null, null).bytes())
                .isEqualTo(-1);
    }

    @Test
    void partsOfAMessageComeWithoutOthersBetweenThem() throws IOException {
        var listener = use(servers.openServerChannel()).bind(new InetSocketAddress(5000));
        SctpChannel client = channel();
        client.connect(server(5000));
        SctpChannel server = use(listener.accept());
        // Longer than half the receive buffer: it is delivered before it is whole.
        client.setOption(SO_SNDBUF, 1_000_000);
        client.send(ByteBuffer.allocate(600_000), on(1));
        client.send(bytes("behind it"), on(2));
        ByteBuffer into = ByteBuffer.allocate(1_000_000);
        int parts = 0;
        MessageInfo info = server.receive(into, null, null);
        while (!info.isComplete()) {
            parts++;
            assertThat(info.streamNumber()).isEqualTo(1);
            info = server.receive(into, null, null);
        }
        assertThat(parts).isPositive();
        assertThat(into.position()).isEqualTo(600_000);
        assertThat(receive(server)).isEqualTo("behind it");
    }
}
