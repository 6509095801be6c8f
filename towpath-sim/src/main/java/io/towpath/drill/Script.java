package io.towpath.drill;

import io.towpath.wire.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A script that was read.
///
/// @param options the lines that begin with two dashes
/// @param steps in their order
record Script(Options options, List<Step> steps) {
    /// What a script says about the world it runs in; null where it says nothing.
    static final class Options {
        boolean ip6;
        long toleranceNanos = 4_000_000;
        long timestampTickNanos;
        boolean timestampsScaled;
        boolean strictSegments;

        @Nullable
        Integer mtu;

        @Nullable
        IpAddress local;

        @Nullable
        IpAddress remote;
    }
}
