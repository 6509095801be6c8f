package io.towpath.observe;

import io.towpath.core.Time;
import org.jspecify.annotations.Nullable;

/// One packet on its way from one host to the other.
public final class LadderArrow implements LadderItem {
    private final long departAt;
    private final boolean fromLeft;
    private final LadderLabel label;
    private long arriveAt = Time.NEVER;
    private @Nullable LadderRun run;

    LadderArrow(long departAt, boolean fromLeft, LadderLabel label) {
        this.departAt = departAt;
        this.fromLeft = fromLeft;
        this.label = label;
    }

    @Override
    public long departAt() {
        return departAt;
    }

    /// When it reached the other host, in nanoseconds of the run; [Time#NEVER] when it did not, so far.
    public long arriveAt() {
        return arriveAt;
    }

    /// True when it goes from left to right.
    public boolean fromLeft() {
        return fromLeft;
    }

    /// True while it has not arrived: lost, or still under way.
    public boolean isMissing() {
        return arriveAt == Time.NEVER;
    }

    /// What it says.
    public LadderLabel label() {
        return label;
    }

    void arrive(long now) {
        arriveAt = now;
        if (run != null) {
            run.arrived(this);
        }
    }

    void joins(LadderRun collapsed) {
        run = collapsed;
    }
}
