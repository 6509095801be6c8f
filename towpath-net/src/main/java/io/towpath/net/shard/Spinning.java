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
///
/// Who spins can be called to work meanwhile ([StandBy]), for a shard that it drove last. Of two threads that answer
/// each other then one drives both stacks, whose data stay in the cache of its core, and only rings and flags change
/// cores: a round trip took 9 µs when each drove them for itself, and takes 3.
final class Spinning {
    /// How long at most: about as long as a thread that sleeps needs to wake up and answer. With less, two threads that
    /// once slept at the same time would go on doing so: each gives up looking just before the other one is awake.
    static final long MAX_NANOS = 100 * Time.MICROSECOND;

    /// Who slept for less than this had better looked: most of it is what sleeping and waking take.
    static final long WORTH_NANOS = 250 * Time.MICROSECOND;

    /// How long the core is not offered to others at first: from another core most answers are there by then.
    private static final long ALONE_NANOS = 5 * Time.MICROSECOND;

    /// Who gave its core way and had it back only after so long made room for somebody.
    private static final long SHARED_NANOS = 2 * Time.MICROSECOND;

    /// Who had it back only after so long, and no answer, is not alone with those it waits for.
    private static final long CROWDED_AFTER_NANOS = 20 * Time.MICROSECOND;

    /// How long nobody spins after that: twice as long each time that it is as crowded afterwards. A thread that
    /// sleeps comes before those that only wait for a core when it is woken; one that spins has used up its turn.
    private static final long CROWDED_MIN_NANOS = 500 * Time.MICROSECOND;

    private static final long CROWDED_MAX_NANOS = 20 * Time.MILLISECOND;

    /// Looks without a place among the spinners: another one may be about to leave his.
    private static final int LOOKS_WITHOUT_PLACE = 64;

    /// Looks between two looks at the clock.
    private static final int LOOKS_AT_ONCE = 16;

    private static final int PLACES = Runtime.getRuntime().availableProcessors() - 1;
    private static final AtomicInteger SPINNERS = new AtomicInteger();

    private static volatile long crowdedUntil = System.nanoTime();
    private static volatile long crowdedNanos = CROWDED_MIN_NANOS;

    private Spinning() {}

    /// Spins until `spot` is woken, but not for long, and no longer than `nanos`.
    ///
    /// @return true when it was woken
    static boolean spin(ParkingSpot spot, long nanos) {
        long began = System.nanoTime();
        if (maySpin(began) && takePlace(spot::isWoken)) {
            if (spot.beginSpinning()) {
                return lookOn(spot, began, Math.min(nanos, MAX_NANOS));
            }
            givePlaceBack();
        }
        return spot.isWoken();
    }

    /// With a place, which is given back at the end, by this thread or by who wakes it.
    private static boolean lookOn(ParkingSpot spot, long began, long nanos) {
        try {
            return look(spot, Driving.ofThisThread(), began, nanos);
        } catch (Throwable failure) {
            boolean ignored = stop(spot);
            throw failure;
        }
    }

    private static boolean look(ParkingSpot spot, Driving driving, long began, long nanos) {
        long alone = spot.sharesCore() ? 0 : ALONE_NANOS;
        long now = began;
        driving.standBy().begin();
        do {
            for (int i = 0; i < LOOKS_AT_ONCE; i++) {
                if (spot.isWoken()) {
                    driving.answer();
                    spot.sharesCore(false);
                    return true;
                }
                if (driving.standBy().isCalled()) {
                    if (!goAndComeBack(spot, driving)) {
                        return spot.isWoken();
                    }
                    driving.standBy().begin();
                }
                Thread.onSpinWait();
            }
            now = System.nanoTime();
            if (now - began > alone) {
                driving.answer(); // nobody is to wait for a thread that may not get its core back
                Thread.yield();
                long back = System.nanoTime();
                if (spot.isWoken()) {
                    spot.sharesCore(back - now > SHARED_NANOS);
                    return true;
                }
                if (back - now > CROWDED_AFTER_NANOS) {
                    crowded(back);
                    return stop(spot);
                }
                now = back;
                driving.standBy().begin();
            }
        } while (now - began < nanos);
        driving.answer();
        return stop(spot);
    }

    /// Somebody called: works, which is no spinning. False when the place is gone, or there is none any more.
    private static boolean goAndComeBack(ParkingSpot spot, Driving driving) {
        boolean stopped = stop(spot);
        driving.answer();
        if (stopped || spot.isWoken() || !takePlace()) {
            return false;
        }
        if (spot.beginSpinning()) {
            return true;
        }
        givePlaceBack();
        return false;
    }

    /// Ends spinning and gives the place back. True when somebody else has done that by waking.
    private static boolean stop(ParkingSpot spot) {
        if (!spot.endSpinning()) {
            return true;
        }
        givePlaceBack();
        return false;
    }

    /// Spins until `condition` holds, but not for long, and no longer than `nanos`.
    ///
    /// @return true when it holds
    static boolean spin(BooleanSupplier condition, long nanos) {
        long began = System.nanoTime();
        if (!maySpin(began) || !takePlace(condition)) {
            return condition.getAsBoolean();
        }
        try {
            return look(condition, began, Math.min(nanos, MAX_NANOS));
        } finally {
            givePlaceBack();
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
            if (now - before > CROWDED_AFTER_NANOS && !condition.getAsBoolean()) {
                crowded(now);
                break;
            }
        } while (now - began < nanos);
        return condition.getAsBoolean();
    }

    private static boolean maySpin(long now) {
        return now - crowdedUntil >= 0 && !Thread.currentThread().isVirtual();
    }

    /// Races only make the pause a little longer or shorter.
    private static void crowded(long now) {
        long last = crowdedNanos;
        boolean again = now - crowdedUntil < last;
        long nanos = again ? Math.min(2 * last, CROWDED_MAX_NANOS) : CROWDED_MIN_NANOS;
        crowdedNanos = nanos;
        crowdedUntil = now + nanos;
    }

    /// False when the condition holds already, or too many spin.
    private static boolean takePlace(BooleanSupplier condition) {
        for (int looks = 0; looks < LOOKS_WITHOUT_PLACE; looks++) {
            if (condition.getAsBoolean()) {
                return false;
            }
            if (takePlace()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private static boolean takePlace() {
        int now = SPINNERS.get();
        return now < PLACES && SPINNERS.compareAndSet(now, now + 1);
    }

    /// Whoever ends spinning.
    static void givePlaceBack() {
        int ignored = SPINNERS.getAndDecrement();
    }

    /// How many places are taken.
    static int spinners() {
        return SPINNERS.get();
    }
}
