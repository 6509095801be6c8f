package io.towpath.net.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.net.time.Timekeeper;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpinningTest {
    private static final int ROUNDS = 20_000;

    /// Waits until `turn` is `mine`.
    private static void await(ParkingSpot spot, AtomicInteger turn, int mine) {
        spot.enter();
        while (turn.get() != mine) {
            spot.park(Time.NEVER);
        }
        spot.leave();
    }

    /// Threads that other tests left behind may spin for a moment, but a place that nobody gave back is taken for
    /// ever, and one that two gave back is missing for ever.
    private static void awaitNobodySpinning() {
        while (Spinning.spinners() != 0) {
            Thread.onSpinWait();
        }
    }

    /// However waits end (at once, while spinning, asleep), nothing remains: neither a place that is taken for ever nor
    /// one too many.
    @Test
    void placesAmongTheSpinnersAreGivenBack() throws InterruptedException {
        ParkingSpot ours = new ParkingSpot(Timekeeper.live());
        ParkingSpot theirs = new ParkingSpot(Timekeeper.live());
        AtomicInteger turn = new AtomicInteger();
        Thread other = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                await(theirs, turn, 1);
                turn.set(0);
                ours.wakeNow();
            }
        });
        for (int i = 0; i < ROUNDS; i++) {
            await(ours, turn, 0);
            turn.set(1);
            theirs.wakeNow();
        }
        other.join();
        awaitNobodySpinning();
    }

    @Test
    void whoIsWokenBeforeItSpinsDoesNotSpin() {
        ParkingSpot spot = new ParkingSpot(Timekeeper.live());
        spot.enter();
        spot.wakeNow();
        assertThat(Spinning.spin(spot, Time.NEVER)).isTrue();
        awaitNobodySpinning();
        spot.leave();
    }

    @Test
    void whoIsWokenWhileItSpinsHasNoPlaceToGiveBack() {
        ParkingSpot spot = new ParkingSpot(Timekeeper.live());
        spot.enter();
        assertThat(spot.beginSpinning()).isTrue();
        assertThat(spot.tell()).isEqualTo(ParkingSpot.SPINNING);
        assertThat(spot.endSpinning()).isFalse();
        assertThat(spot.isWoken()).isTrue();
        spot.leave();
    }
}
