package io.towpath.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `SocketShutdownOutputBySelfTest` of the suite tests, whose other side is a server socket of the machine: here
/// it is one of the host.
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShutdownBySelfTest {
    private final BlockingQueue<Byte> received = new LinkedBlockingQueue<>();
    private final Bootstrap bootstrap =
            OneHost.INSTANCE.clientSocket().getFirst().newInstance();
    private ServerSocket server;
    private SocketChannel channel;
    private Socket peer;

    @BeforeEach
    void listen() throws Exception {
        server = OneHost.INSTANCE.host().serverSocketFactory().createServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private void connect() throws Exception {
        channel = (SocketChannel) bootstrap
                .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
                        received.add(message.readByte());
                    }
                })
                .connect(server.getLocalSocketAddress())
                .sync()
                .channel();
        peer = server.accept();
    }

    @AfterEach
    void close() throws Exception {
        channel.close().sync();
        peer.close();
        server.close();
    }

    @Test
    void afterTheOutputIsShutThePeerReadsTheEndAndMayStillWrite() throws Exception {
        connect();
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1})).sync();
        assertThat(peer.getInputStream().read()).isEqualTo(1);
        assertThat(channel.isActive()).isTrue();
        assertThat(channel.isInputShutdown()).isFalse();
        assertThat(channel.isOutputShutdown()).isFalse();
        channel.shutdownOutput().sync();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
        assertThat(channel.isActive()).isTrue();
        assertThat(channel.isInputShutdown()).isFalse();
        assertThat(channel.isOutputShutdown()).isTrue();
        peer.getOutputStream().write(2);
        assertThat(received.take()).isEqualTo((byte) 2);
        assertThatThrownBy(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {3}))
                        .sync())
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isInstanceOf(ClosedChannelException.class),
                        thrown -> assertThat(thrown).isInstanceOf(SocketException.class));
    }

    @Test
    void nothingCanBeShutAfterAClose() throws Exception {
        connect();
        channel.close().sync();
        assertThatThrownBy(() -> channel.shutdownInput().sync()).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> channel.shutdownOutput().sync()).isInstanceOf(ClosedChannelException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shuttingWorksWithATimeToLinger(boolean output) throws Exception {
        bootstrap.option(ChannelOption.SO_LINGER, 1);
        connect();
        (output ? channel.shutdownOutput() : channel.shutdown()).sync();
        assertThat(channel.isOutputShutdown()).isTrue();
        assertThat(channel.isInputShutdown()).isEqualTo(!output);
    }
}
