package io.towpath.netty.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.DatagramConnectNotExistsTest;
import io.netty.testsuite.transport.socket.DatagramMulticastIPv6Test;
import io.netty.testsuite.transport.socket.DatagramMulticastTest;
import io.netty.testsuite.transport.socket.DatagramUnicastIPv6MappedTest;
import io.netty.testsuite.transport.socket.DatagramUnicastIPv6Test;
import io.netty.testsuite.transport.socket.DatagramUnicastInetTest;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;

/// The tests of datagrams.
class DatagramSuiteTest {
    @Nested
    class DatagramUnicastInet extends DatagramUnicastInetTest {
        @Override
        public void testReceiveEmptyDatagrams(Bootstrap sb, Bootstrap cb) throws Throwable {
            receiveEmptyDatagrams(sb, newSocketAddress(), this::sendToAddress);
        }

        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.datagram(socketProtocolFamily());
        }
    }

    @Nested
    class DatagramUnicastIPv6 extends DatagramUnicastIPv6Test {
        @Override
        public void testReceiveEmptyDatagrams(Bootstrap sb, Bootstrap cb) throws Throwable {
            receiveEmptyDatagrams(sb, newSocketAddress(), this::sendToAddress);
        }

        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.datagram(socketProtocolFamily());
        }
    }

    @Nested
    class DatagramUnicastIPv6Mapped extends DatagramUnicastIPv6MappedTest {
        @Override
        public void testReceiveEmptyDatagrams(Bootstrap sb, Bootstrap cb) throws Throwable {
            receiveEmptyDatagrams(sb, newSocketAddress(), this::sendToAddress);
        }

        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.datagram(socketProtocolFamily());
        }
    }

    @Nested
    class DatagramMulticast extends DatagramMulticastTest {
        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.datagram(socketProtocolFamily());
        }
    }

    @Nested
    class DatagramMulticastIPv6 extends DatagramMulticastIPv6Test {
        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return OneHost.INSTANCE.datagram(socketProtocolFamily());
        }
    }

    @Nested
    class DatagramConnectNotExists extends DatagramConnectNotExistsTest {
        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return OneHost.INSTANCE.datagramSocket();
        }
    }

    /// `testReceiveEmptyDatagrams` of the suite, which sends from a socket of the machine, from one of the host.
    private static void receiveEmptyDatagrams(
            Bootstrap bootstrap, SocketAddress local, UnaryOperator<InetSocketAddress> target) throws Exception {
        Semaphore received = new Semaphore(0);
        Channel server = bootstrap
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
                        assertThat(packet.content().isReadable()).isFalse();
                        received.release();
                    }
                })
                .bind(local)
                .sync()
                .channel();
        InetSocketAddress to = target.apply((InetSocketAddress) server.localAddress());
        try (DatagramSocket client = OneHost.INSTANCE.host().datagramSocket(local)) {
            for (int i = 0; i < 100; i++) {
                client.send(new java.net.DatagramPacket(new byte[0], 0, to));
                received.acquire();
            }
        } finally {
            server.close().sync();
        }
    }
}
