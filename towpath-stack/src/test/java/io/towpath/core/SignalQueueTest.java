package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignalQueueTest {
    private static final class Socket extends SignalSource {
        void raise(SignalQueue queue, int bits) {
            signal(queue, bits);
        }
    }

    private final SignalQueue queue = new SignalQueue();
    private final Socket socket = new Socket();

    @Test
    void anEmptyQueueHasNobodyWaiting() {
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.next()).isNull();
        assertThat(socket.takeSignals()).isZero();
    }

    @Test
    void signalsGatherAndTheSocketWaitsOnce() {
        socket.raise(queue, Signals.READABLE);
        socket.raise(queue, Signals.WRITABLE);
        socket.raise(queue, Signals.READABLE);
        assertThat(queue.next()).isSameAs(socket);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(socket.takeSignals()).isEqualTo(Signals.READABLE | Signals.WRITABLE);
        assertThat(socket.takeSignals()).isZero();
    }

    @Test
    void socketsAreServedInTheOrderOfTheirFirstSignal() {
        var other = new Socket();
        other.raise(queue, Signals.CLOSED);
        socket.raise(queue, Signals.READABLE);
        other.raise(queue, Signals.READABLE);
        assertThat(queue.next()).isSameAs(other);
        assertThat(queue.next()).isSameAs(socket);
    }

    @Test
    void signalsOfAllSocketsMayBeDiscarded() {
        socket.raise(queue, Signals.READABLE);
        queue.discard();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(socket.takeSignals()).isZero();
        socket.raise(queue, Signals.WRITABLE);
        assertThat(queue.next()).isSameAs(socket);
    }

    @Test
    void aSocketWhoseSignalsWereTakenMayWaitAgain() {
        socket.raise(queue, Signals.READABLE);
        queue.next();
        socket.takeSignals();
        socket.raise(queue, Signals.READABLE);
        assertThat(queue.next()).isSameAs(socket);
    }

    @Test
    void whatTheUserHungOnASocketStaysThere() {
        assertThat(socket.attachment()).isNull();
        socket.attach("mine");
        assertThat(socket.attachment()).isEqualTo("mine");
        socket.attach(null);
        assertThat(socket.attachment()).isNull();
    }

    @Test
    void everySignalIsABitOfItsOwn() {
        int all = Signals.CONNECTED
                | Signals.READABLE
                | Signals.WRITABLE
                | Signals.END_OF_STREAM
                | Signals.CLOSED
                | Signals.ACCEPTABLE
                | Signals.URGENT
                | Signals.ERROR;
        assertThat(Integer.bitCount(all)).isEqualTo(8);
    }
}
