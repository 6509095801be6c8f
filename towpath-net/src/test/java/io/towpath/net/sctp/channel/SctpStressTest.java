package io.towpath.net.sctp.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpMultiChannel;
import io.towpath.net.parity.Blocked;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Many threads on few channels: nothing is lost, and nobody sleeps for ever.
class SctpStressTest extends ChannelCase {
    private static final int PEERS = 16;
    private static final int MESSAGES = 300;

    @Test
    void manyPeersTalkToOneMultiChannelThatBlocks() throws Exception {
        SctpMultiChannel server = use(servers.openMultiChannel()).bind(new InetSocketAddress(5000));
        Blocked echo = Blocked.in(true, () -> {
            ByteBuffer buffer = ByteBuffer.allocate(100);
            for (int i = 0; i < PEERS * MESSAGES; i++) {
                MessageInfo info = server.receive(buffer.clear(), null, null);
                server.send(buffer.flip(), MessageInfo.createOutgoing(info.association(), null, info.streamNumber()));
            }
        });
        converse();
        echo.returns();
    }

    @Test
    void manyPeersTalkToOneMultiChannelInASelector() throws Exception {
        SctpMultiChannel server = use(servers.openMultiChannel()).bind(new InetSocketAddress(5000));
        server.configureBlocking(false);
        Selector selector = use(servers.openSelector());
        server.register(selector, SelectionKey.OP_READ);
        Blocked echo = Blocked.in(() -> {
            ByteBuffer buffer = ByteBuffer.allocate(100);
            for (int served = 0; served < PEERS * MESSAGES; ) {
                selector.select();
                selector.selectedKeys().clear();
                for (MessageInfo info = server.receive(buffer.clear(), null, null);
                        info != null;
                        info = server.receive(buffer.clear(), null, null)) {
                    served += Math.min(1, server.send(buffer.flip(), info));
                }
            }
        });
        converse();
        echo.returns();
    }

    /// Every peer asks by its own channel, and waits for each answer.
    private void converse() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    ask(number);
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread each : threads) {
            each.join();
        }
        assertThat(failures).isEmpty();
    }

    private void ask(int number) throws IOException {
        try (SctpChannel channel = clients.openChannel()) {
            channel.connect(server(5000));
            ByteBuffer into = ByteBuffer.allocate(100);
            for (int i = 0; i < MESSAGES; i++) {
                String text = number + " asks " + i;
                channel.send(bytes(text), on(i % 10));
                MessageInfo info = channel.receive(into.clear(), null, null);
                assertThat(info.streamNumber()).isEqualTo(i % 10);
                assertThat(text(into)).isEqualTo(text);
            }
        }
    }

    @Test
    void channelsOpenAndCloseFromManyThreadsWhileOthersTalk() throws Exception {
        SctpMultiChannel server = use(servers.openMultiChannel()).bind(new InetSocketAddress(5000));
        Blocked discard = Blocked.in(true, () -> {
            ByteBuffer buffer = ByteBuffer.allocate(100);
            while (server.receive(buffer.clear(), null, null) != null) {
                Thread.onSpinWait();
            }
        });
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 20; round++) {
                    try (SctpChannel channel = clients.openChannel()) {
                        channel.connect(server(5000));
                        channel.send(bytes("short visit"), on(0));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            }));
        }
        for (Thread each : threads) {
            each.join();
        }
        while (!server.associations().isEmpty()) {
            Thread.onSpinWait();
        }
        server.close();
        discard.endsBy().isInstanceOf(java.nio.channels.ClosedChannelException.class);
    }
}
