package io.towpath.net.shard;

import io.towpath.core.Time;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Looking again and again for a moment before going to sleep. Two parked threads that hand over to each other on
/// two cores take some 50 µs there and back, a thread that looks is there at once: an answer over a wire in memory
/// comes within two or three microseconds, so sleeping would be nearly all of a round trip.
///
/// Bounded four ways: by time; by the number of threads that spin at once, which leaves a core to those that work;
/// each [ParkingSpot] spins less often the more often it slept long after it had spun; and nobody spins for a while
/// when a spinner finds that others want its core. Virtual threads never spin: whom they wait for may be next in the
/// queue of their own carrier, which sleeping hands over to at once.
final class Spinning {
    /// How long at most: about as long as a thread that sleeps needs to wake up and answer. With less, two threads that
    /// once slept at the same time would go on doing so: each gives up looking just before the other one is awake.
    static final long MAX_NANOS = 100 * Time.MICROSECOND;

    /// Who slept for less than this had better looked: most of it is what sleeping and waking take.
    static final long WORTH_NANOS = 250 * Time.MICROSECOND;

    /// Who gave its core way and had it back only after so long was not alone.
    private static final long AWAY_NANOS = 20 * Time.MICROSECOND;

    /// How long nobody spins after that. A thread that sleeps comes before those that only wait for a core when it is
    /// woken; one that spins has used up its turn.
    private static final long CROWDED_NANOS = 20 * Time.MILLISECOND;

    /// Looks without a place among the spinners: another one may be about to leave his.
    private static final int LOOKS_WITHOUT_PLACE = 64;

    /// Looks between two looks at the clock.
    private static final int LOOKS_AT_ONCE = 16;

    private static final int PLACES = Runtime.getRuntime().availableProcessors() - 1;
    private static final AtomicInteger SPINNERS = new AtomicInteger();

    private static volatile long crowdedUntil = System.nanoTime();

    private Spinning() {}

    /// Spins until `spot` is woken, but not for long.
    ///
    /// @param nanos an earlier end
    /// @return true when it was woken
    static boolean spin(ParkingSpot spot, long nanos) {
        return spin(spot::isWoken, nanos);
    }

    /// Spins until `condition` holds, but not for long, and no longer than `nanos`.
    ///
    /// @return true when it holds
    static boolean spin(BooleanSupplier condition, long nanos) {
        long began = System.nanoTime();
        if (began - crowdedUntil < 0 || Thread.currentThread().isVirtual() || !takePlace(condition)) {
            return condition.getAsBoolean();
        }
        try {
            return look(condition, began, Math.min(nanos, MAX_NANOS));
        } finally {
            SPINNERS.getAndDecrement();
        }
    }

    private static boolean look(BooleanSupplier condition, long began, long nanos) {
        long now = began;
        do {
            for (int i = 0; i < LOOKS_AT_ONCE; i++) {
                if (condition.getAsBoolean()) {
                    return true;
                }
                Thread.onSpinWait();
            }
            long before = System.nanoTime();
            Thread.yield();
            now = System.nanoTime();
            if (now - before > AWAY_NANOS) {
                crowdedUntil = now + CROWDED_NANOS;
                break;
            }
        } while (now - began < nanos);
        return condition.getAsBoolean();
    }

    /// False when the condition holds already, or too many spin.
    private static boolean takePlace(BooleanSupplier condition) {
        for (int looks = 0; looks < LOOKS_WITHOUT_PLACE; looks++) {
            if (condition.getAsBoolean()) {
                return false;
            }
            int now = SPINNERS.get();
            if (now < PLACES && SPINNERS.compareAndSet(now, now + 1)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }
}
