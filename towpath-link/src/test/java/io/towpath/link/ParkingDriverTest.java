package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ParkingDriverTest {
    @Test
    void aWakeUpThatCameBeforeMakesTheNextAwaitReturnAtOnce() {
        var driver = new ParkingDriver();
        driver.wake();
        driver.wake();
        driver.await(Long.MAX_VALUE);
        // Both counted as one: this wait lasts.
        long from = System.nanoTime();
        driver.await(20_000_000);
        assertThat(System.nanoTime() - from).isGreaterThan(1_000_000);
    }

    @Test
    void anotherThreadEndsAnEndlessWait() throws InterruptedException {
        var driver = new ParkingDriver();
        Thread sleeper = Thread.ofPlatform().start(() -> driver.await(Long.MAX_VALUE));
        while (sleeper.getState() != Thread.State.WAITING && sleeper.isAlive()) {
            Thread.onSpinWait();
        }
        driver.wake();
        sleeper.join();
        assertThat(sleeper.isAlive()).isFalse();
    }

    @Test
    void aWaitOfNoTimeReturnsAtOnce() {
        var driver = new ParkingDriver();
        driver.await(0);
        driver.await(-5);
        driver.await(1);
    }
}
