package io.towpath.net.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [Pipe].
class PipeParityTest extends ParityCase {
    private Pipe pipe() throws IOException {
        Pipe pipe = on.clientChannels().openPipe();
        use(pipe.source());
        use(pipe.sink());
        return pipe;
    }

    @Test
    void bytesGoThrough() throws IOException {
        Pipe pipe = pipe();
        assertThat(pipe.sink().write(bytes("hello"))).isEqualTo(5);
        ByteBuffer into = ByteBuffer.allocate(10);
        while (into.position() < 5) {
            pipe.source().read(into);
        }
        assertThat(into.flip()).isEqualTo(bytes("hello"));
        assertThat(pipe.source().validOps()).isEqualTo(SelectionKey.OP_READ);
        assertThat(pipe.sink().validOps()).isEqualTo(SelectionKey.OP_WRITE);
    }

    @Test
    void scatterAndGather() throws IOException {
        Pipe pipe = pipe();
        assertThat(pipe.sink().write(new ByteBuffer[] {bytes("ab"), bytes("cde")}))
                .isEqualTo(5);
        ByteBuffer[] into = {ByteBuffer.allocate(3), ByteBuffer.allocateDirect(3)};
        assertThat(pipe.source().read(into)).isEqualTo(5);
        assertThat(into[0].flip()).isEqualTo(bytes("abc"));
        assertThat(into[1].flip()).isEqualTo(bytes("de"));
    }

    @Test
    void closingTheSinkIsTheEnd() throws IOException {
        Pipe pipe = pipe();
        pipe.sink().write(bytes("x"));
        pipe.sink().close();
        assertThat(pipe.source().read(ByteBuffer.allocate(5))).isEqualTo(1);
        assertThat(pipe.source().read(ByteBuffer.allocate(5))).isEqualTo(-1);
    }

    @Test
    void closingTheSourceBreaksThePipe() throws IOException {
        Pipe pipe = pipe();
        pipe.source().close();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> pipe.sink().write(bytes("x")));
    }

    @Test
    void withoutBlocking() throws IOException {
        Pipe pipe = pipe();
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        assertThat(pipe.source().read(ByteBuffer.allocate(5))).isZero();
        long sent = 0;
        for (int count = 1; count > 0; ) {
            count = pipe.sink().write(ByteBuffer.allocate(10_000));
            sent += count;
        }
        ByteBuffer into = ByteBuffer.allocate(10_000_000);
        while (pipe.source().read(into) > 0) {
            Thread.onSpinWait();
        }
        assertThat(into.position()).isEqualTo(sent);
    }

    @Test
    void aClosedPipeIsOfNoUse() throws IOException {
        Pipe pipe = pipe();
        pipe.source().close();
        pipe.sink().close();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> pipe.source().read(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> pipe.sink().write(bytes("x")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closeWakesAReader(boolean virtual) throws IOException {
        Pipe pipe = pipe();
        Blocked reader = Blocked.in(virtual, () -> pipe.source().read(ByteBuffer.allocate(1)));
        pipe.source().close();
        reader.endsBy().isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void interruptingAReaderClosesTheSource() throws IOException {
        Pipe pipe = pipe();
        Blocked reader = Blocked.in(() -> pipe.source().read(ByteBuffer.allocate(1)));
        reader.thread().interrupt();
        reader.endsBy().isInstanceOf(ClosedByInterruptException.class);
        assertThat(pipe.source().isOpen()).isFalse();
    }

    @Test
    void aBlockedWriterGoesOnWhenTheSourceIsRead() throws IOException {
        Pipe pipe = pipe();
        Blocked writer = Blocked.in(() -> pipe.sink().write(ByteBuffer.allocate(1_000_000)));
        long received = 0;
        while (received < 1_000_000) {
            received += pipe.source().read(ByteBuffer.allocate(50_000));
        }
        writer.returns();
    }
}
