package io.towpath.sim;

import java.util.ArrayList;
import java.util.List;

/// What the checkers of one world found. The first findings are kept, the rest is counted: one fault often shows a
/// thousand times.
public final class Findings {
    private static final int KEPT_MAX = 20;

    private final List<Finding> kept = new ArrayList<>();
    private long count;

    /// Nothing found.
    public Findings() {}

    /// Adds one.
    public void add(long at, String checker, String text) {
        count++;
        if (kept.size() < KEPT_MAX) {
            kept.add(new Finding(at, checker, text));
        }
    }

    /// The first ones, in the order in which they were found.
    public List<Finding> kept() {
        return List.copyOf(kept);
    }

    /// How many there were, those not kept included.
    public long count() {
        return count;
    }

    /// True when nothing was found.
    public boolean isEmpty() {
        return count == 0;
    }
}
