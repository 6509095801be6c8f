package io.towpath.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketChannelNotYetConnectedTest;
import io.netty.testsuite.transport.socket.SocketConnectionAttemptTest;
import io.netty.testsuite.transport.socket.SocketShutdownOutputByPeerTest;
import io.netty.testsuite.transport.socket.WriteBeforeRegisteredTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/// The tests of one side of a connection.
class OneSideSuiteTest {
    @Nested
    class SocketChannelNotYetConnected extends SocketChannelNotYetConnectedTest {
        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return OneHost.INSTANCE.clientSocket();
        }

        /// The suite's own has a server on the machine's sockets.
        @Test
        @Override
        public void readMustBePendingUntilChannelIsActive(TestInfo info) throws Throwable {
            run(info, this::readBeforeConnect);
        }

        private void readBeforeConnect(Bootstrap client) throws Exception {
            Channel server = OneHost.INSTANCE
                    .serverSocket()
                    .getFirst()
                    .newInstance()
                    .childHandler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelActive(ChannelHandlerContext ctx) {
                            ctx.writeAndFlush(Unpooled.copyInt(42));
                        }
                    })
                    .bind(newSocketAddress())
                    .sync()
                    .channel();
            BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
            Channel channel = client.handler(new ByteToMessageDecoder() {
                        @Override
                        public void handlerAdded(ChannelHandlerContext ctx) {
                            assertThat(ctx.channel().isActive()).isFalse();
                            ctx.read();
                        }

                        @Override
                        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
                            if (in.readableBytes() >= Integer.BYTES) {
                                received.add(in.readInt());
                            }
                        }
                    })
                    .connect(server.localAddress())
                    .sync()
                    .channel();
            assertThat(received.take()).isEqualTo(42);
            channel.close().sync();
            server.close().sync();
        }
    }

    @Nested
    class SocketConnectionAttempt extends SocketConnectionAttemptTest {
        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return OneHost.INSTANCE.clientSocket();
        }
    }

    @Nested
    class WriteBeforeRegistered extends WriteBeforeRegisteredTest {
        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return OneHost.INSTANCE.clientSocket();
        }
    }

    @Nested
    class SocketShutdownOutputByPeer extends SocketShutdownOutputByPeerTest {
        @Override
        protected List<BootstrapFactory<ServerBootstrap>> newFactories() {
            return OneHost.INSTANCE.serverSocket();
        }

        @Override
        protected Socket newSocket() {
            try {
                return OneHost.INSTANCE.host().socketFactory().createSocket();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
