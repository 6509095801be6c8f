package io.towpath.net.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.HostPair;
import io.towpath.net.Towpath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many changes from several threads against one selecting thread. A lost wake-up would stop the exchange for ever;
/// the test's time allows for none.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SelectorStressTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64})
    void everyByteThatIsSentWakesTheSelector(int connections) throws Exception {
        int rounds = 30_000 / connections;
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
                Selector selector = pair.b().selectorProvider().openSelector();
                ServerSocketChannel listener = pair.b().selectorProvider().openServerSocketChannel()) {
            listener.bind(new InetSocketAddress(5)).configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicBoolean done = new AtomicBoolean();
            Thread echo = Thread.ofPlatform().start(() -> echo(selector, done, failure));
            List<Thread> askers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                askers.add(Thread.ofVirtual().start(() -> ask(pair, rounds, failure)));
            }
            for (Thread asker : askers) {
                asker.join();
            }
            done.set(true);
            selector.wakeup();
            echo.join();
            assertThat(failure.get()).isNull();
        }
    }

    private static void ask(HostPair pair, int rounds, AtomicReference<Throwable> failure) {
        try (SocketChannel channel = pair.a().selectorProvider().openSocketChannel()) {
            channel.connect(new InetSocketAddress("10.0.0.2", 5));
            ByteBuffer one = ByteBuffer.allocate(1);
            for (int i = 0; i < rounds; i++) {
                channel.write(one.clear());
                if (channel.read(one.clear()) != 1) {
                    throw new IOException("no answer in round " + i);
                }
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /// Answers by turns of interest: reading, then writing, so that interest sets change all the time.
    private static void echo(Selector selector, AtomicBoolean done, AtomicReference<Throwable> failure) {
        try {
            while (!done.get()) {
                selector.select(key -> {
                    try {
                        answer(selector, key);
                    } catch (IOException e) {
                        failure.compareAndSet(null, e);
                    }
                });
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private static void answer(Selector selector, SelectionKey key) throws IOException {
        if (key.isAcceptable()) {
            SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
            if (accepted != null) {
                accepted.configureBlocking(false).register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(1));
            }
            return;
        }
        SocketChannel channel = (SocketChannel) key.channel();
        ByteBuffer one = (ByteBuffer) key.attachment();
        if (key.isReadable()) {
            int count = channel.read(one.clear());
            if (count < 0) {
                channel.close();
            } else if (count == 1) {
                one.flip();
                key.interestOps(SelectionKey.OP_WRITE);
            }
        } else if (key.isWritable() && channel.write(one) == 1) {
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    @Test
    void everyWakeupEndsASelection() throws Exception {
        try (HostPair pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24");
                Selector selector = pair.a().selectorProvider().openSelector()) {
            int[] turns = {0};
            Object turn = new Object();
            Thread selecting = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 50_000; i++) {
                        selector.select();
                        synchronized (turn) {
                            turns[0]++;
                            turn.notify();
                        }
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            for (int i = 0; i < 50_000; i++) {
                if (ThreadLocalRandom.current().nextBoolean()) {
                    Thread.onSpinWait();
                }
                selector.wakeup();
                synchronized (turn) {
                    while (turns[0] <= i) {
                        turn.wait();
                    }
                }
            }
            selecting.join();
            assertThat(turns[0]).isEqualTo(50_000);
        }
    }
}
