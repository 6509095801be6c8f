package io.towpath.nat;

/// What one inside address takes of the tables, and the outside address that it is paired with while it has a
/// mapping.
final class InsideHost {
    final long high;
    final long low;
    int mappings;
    int sessions;

    /// Whether an outside address was chosen: [#outsideHigh] and [#outsideLow].
    boolean paired;

    long outsideHigh;
    long outsideLow;

    InsideHost(long high, long low) {
        this.high = high;
        this.low = low;
    }
}
