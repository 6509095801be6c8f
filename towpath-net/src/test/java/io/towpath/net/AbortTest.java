package io.towpath.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Offloads;
import io.towpath.link.Link;
import io.towpath.link.LinkDecorator;
import io.towpath.link.MemoryLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A connection is aborted right after a write.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AbortTest {
    /// A link on which something else happens while its host is being driven.
    private static final class Busy extends LinkDecorator {
        volatile Runnable meanwhile;

        Busy(Link inner) {
            super(inner);
        }

        @Override
        public long deadline() {
            Runnable next = meanwhile;
            if (next != null) {
                meanwhile = null;
                try {
                    Thread.ofPlatform().start(next).join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            return super.deadline();
        }
    }

    /// As with the sockets of an operating system, where a write has sent what it may when it returns; also when the
    /// shard learns of both in one go.
    @Test
    void whatWasWrittenBeforeLeavesBeforeTheReset() throws Exception {
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 256);
        Busy link = new Busy(wire.a());
        try (Host a = Towpath.host("a").link(link).address("10.0.0.1/24").start();
                Host b = Towpath.host("b").link(wire.b()).address("10.0.0.2/24").start();
                TcpServer server = b.listen(7);
                TcpStream stream = a.connect("10.0.0.2", 7);
                TcpStream peer = server.accept()) {
            link.meanwhile = () -> {
                try {
                    stream.write(new byte[] {1, 2, 3});
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                stream.abort();
            };
            assertThat(a.snapshot()).isNotNull();
            assertThat(peer.input().readNBytes(3)).containsExactly(1, 2, 3);
            assertThatThrownBy(() -> peer.input().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }
}
