package io.towpath.net.sctp.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.sctp.SendOptions;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final SendOptions PLAIN = SendOptions.defaults();
    private static final int STREAK = 8;
    private static final long MICROSECOND = 1_000;

    private final Outbox outbox = new Outbox();
    private final byte[] data = new byte[4096];
    private long now = 1_000_000_000;

    @BeforeEach
    void open() {
        outbox.onTaken(500, SendOptions.stream(3), 1 << 20);
        outbox.open(true);
    }

    /// A message that comes a microsecond after the one before.
    private boolean offer(int n, SendOptions how) {
        now += MICROSECOND;
        return outbox.offer(now, data, 0, n, how);
    }

    private void streak() {
        for (int i = 0; i < STREAK; i++) {
            assertThat(offer(1, PLAIN)).isFalse();
        }
    }

    @Test
    void messagesInQuickSuccessionAreLeftAfterAFew() {
        streak();
        assertThat(offer(1, PLAIN)).isTrue();
    }

    @Test
    void aPauseBeginsAnew() {
        streak();
        now += 100 * MICROSECOND;
        streak();
        assertThat(offer(1, PLAIN)).isTrue();
    }

    @Test
    void whatMayBeAnAnswerIsHandedOverAtOnce() {
        streak();
        outbox.onReceived();
        assertThat(offer(1, PLAIN)).isFalse();
    }

    @Test
    void nothingIsLeftWhileTheSendBufferIsFull() {
        streak();
        outbox.open(false);
        assertThat(offer(1, PLAIN)).isFalse();
        outbox.open(true);
        assertThat(offer(1, PLAIN)).isTrue();
    }

    @Test
    void onlyWhatTheEngineTookTheLikeOfIsLeft() {
        streak();
        assertThat(offer(500, SendOptions.stream(3))).isTrue();
        assertThat(offer(501, PLAIN)).as("longer").isFalse();
        assertThat(offer(0, PLAIN)).as("empty").isFalse();
        assertThat(offer(1, SendOptions.stream(4))).as("another stream").isFalse();
        assertThat(offer(1, SendOptions.stream(-1))).as("no stream").isFalse();
        assertThat(offer(1, PLAIN.withPpid(1L << 32))).as("no identifier").isFalse();
        assertThat(offer(1, PLAIN.withDestination(IpAddress.parse("10.0.0.2"))))
                .as("a path, which may go")
                .isFalse();
        assertThat(offer(1, PLAIN.withPolicy(SendOptions.Policy.PRIORITY, 1)))
                .as("may displace others")
                .isFalse();
    }

    @Test
    void aLongMessageIsAPacketByItself() {
        outbox.onTaken(2000, PLAIN, 1 << 20);
        streak();
        assertThat(offer(1024, PLAIN)).isFalse();
        outbox.onTaken(1024, PLAIN, 1 << 20);
        assertThat(offer(1024, PLAIN)).isTrue();
    }

    @Test
    void theOwnerTakesAllInOrderWithTheirBytes() {
        streak();
        for (int i = 0; i < 100; i++) {
            data[5] = (byte) i;
            now += MICROSECOND;
            assertThat(outbox.offer(now, data, 5, 1 + i % 3, SendOptions.stream(i % 4)))
                    .isTrue();
        }
        List<String> taken = new ArrayList<>();
        for (Outbox.Batch batch = outbox.next(); batch != null; batch = outbox.next()) {
            for (; !batch.isTaken(); batch.onTaken()) {
                taken.add(batch.bytes[batch.at()] + ":" + batch.length() + ":"
                        + batch.options().streamId());
            }
        }
        assertThat(taken).hasSize(100);
        for (int i = 0; i < 100; i++) {
            assertThat(taken.get(i)).isEqualTo(i + ":" + (1 + i % 3) + ":" + i % 4);
        }
    }

    @Test
    void anOwnerThatStoppedGoesOnWhereItStopped() {
        streak();
        assertThat(offer(1, PLAIN)).isTrue();
        assertThat(offer(2, PLAIN)).isTrue();
        Objects.requireNonNull(outbox.next()).onTaken();
        assertThat(offer(3, PLAIN)).isTrue();
        Outbox.Batch again = Objects.requireNonNull(outbox.next());
        assertThat(again.length()).isEqualTo(2);
        again.onTaken();
        assertThat(Objects.requireNonNull(outbox.next()).length()).isEqualTo(3);
    }

    @Test
    void whatIsLeftIsBoundedByAShareOfTheSendBuffer() {
        outbox.onTaken(500, PLAIN, 8000);
        streak();
        assertThat(offer(500, PLAIN)).isTrue();
        assertThat(offer(500, PLAIN)).isTrue();
        assertThat(offer(1, PLAIN)).isFalse();
        assertThat(outbox.next()).isNotNull();
        assertThat(offer(1, PLAIN)).as("the owner took them").isTrue();
    }

    @Test
    void whatIsDroppedIsGone() {
        streak();
        assertThat(offer(1, PLAIN)).isTrue();
        assertThat(outbox.next()).isNotNull();
        assertThat(offer(1, PLAIN)).isTrue();
        outbox.clear();
        assertThat(outbox.next()).isNull();
    }
}
