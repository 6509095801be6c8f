package io.towpath.junit;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.net.Host;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

/// `java.net` and `java.nio` in virtual time and in lock-step.
class AdaptersTest {
    private static String sockets(long seed) throws Exception {
        String[] capture = new String[1];
        Network.simulate(seed, net -> {
            Host server = net.host("server");
            Host client = net.host("client");
            net.wire(server, client).delay(ofMillis(150)).loss(0.10);
            try (ServerSocket listening = server.serverSocketFactory().createServerSocket(80)) {
                net.start("server", () -> {
                    for (int i = 0; i < 3; i++) {
                        Socket accepted = listening.accept();
                        net.start("connection", () -> {
                            try (accepted) {
                                accepted.getInputStream().transferTo(accepted.getOutputStream());
                            }
                        });
                    }
                });
                for (int i = 0; i < 3; i++) {
                    try (Socket socket = client.socketFactory().createSocket()) {
                        socket.connect(new InetSocketAddress(net.address(server).toString(), 80), 30_000);
                        socket.getOutputStream().write(new byte[10_000]);
                        socket.shutdownOutput();
                        assertThat(socket.getInputStream().readAllBytes()).hasSize(10_000);
                    }
                }
            }
            capture[0] = Digest.of(net.capture());
        });
        return capture[0];
    }

    @Test
    void socketsOfJavaNetRepeatThemselves() throws Exception {
        String first = sockets(11);
        assertThat(sockets(11)).isEqualTo(first);
        assertThat(sockets(11)).isEqualTo(first);
        assertThat(sockets(12)).isNotEqualTo(first);
    }

    @TowpathTest
    void timeoutsOfJavaNetAreInVirtualTime(Network net) throws Exception {
        Host server = net.host("server");
        Host client = net.host("client");
        net.wire(server, client);
        try (ServerSocket listening = server.serverSocketFactory().createServerSocket(80);
                Socket socket =
                        client.socketFactory().createSocket(net.address(server).toString(), 80)) {
            socket.setSoTimeout(3_600_000);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(net.now()).isEqualTo(ofSeconds(3600));
        }
    }

    /// One thread, one selector, all connections: as frameworks do it.
    private static void serve(Host server, int port) throws IOException {
        try (Selector selector = server.selectorProvider().openSelector();
                ServerSocketChannel listening = server.selectorProvider().openServerSocketChannel()) {
            listening.bind(new InetSocketAddress(port));
            listening.configureBlocking(false);
            listening.register(selector, SelectionKey.OP_ACCEPT);
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            for (int open = -1; open != 0; ) {
                selector.select();
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (key.isAcceptable()) {
                        SocketChannel accepted = listening.accept();
                        accepted.configureBlocking(false);
                        accepted.register(selector, SelectionKey.OP_READ);
                        open = Math.max(open, 0) + 1;
                    } else if (key.channel() instanceof SocketChannel channel) {
                        if (channel.read(buffer) < 0) {
                            channel.close();
                            open--;
                        }
                        buffer.flip();
                        while (channel.isOpen() && buffer.hasRemaining()) {
                            channel.write(buffer);
                        }
                        buffer.clear();
                    }
                }
            }
        }
    }

    private static String channels(long seed) throws Exception {
        String[] capture = new String[1];
        Network.simulate(seed, net -> {
            Host server = net.host("server");
            Host client = net.host("client");
            net.wire(server, client).delay(ofMillis(150)).loss(0.10);
            Task<?> serving = net.start("selector", () -> serve(server, 80));
            net.sleep(ofMillis(1));
            Network.Step talk = () -> {
                try (SocketChannel channel = client.selectorProvider().openSocketChannel()) {
                    channel.connect(new InetSocketAddress(net.address(server).toString(), 80));
                    for (int i = 0; i < 10; i++) {
                        channel.write(ByteBuffer.allocate(1000));
                        ByteBuffer back = ByteBuffer.allocate(1000);
                        while (back.hasRemaining() && channel.read(back) >= 0) {
                            assertThat(back.position()).isPositive();
                        }
                    }
                }
            };
            net.run(talk, talk, talk);
            serving.join();
            capture[0] = Digest.of(net.capture());
            assertThat(net.now()).isGreaterThan(ofSeconds(3));
        });
        return capture[0];
    }

    @Test
    void channelsAndSelectorsRepeatThemselves() throws Exception {
        String first = channels(3);
        assertThat(channels(3)).isEqualTo(first);
        assertThat(channels(3)).isEqualTo(first);
        assertThat(channels(4)).isNotEqualTo(first);
    }
}
