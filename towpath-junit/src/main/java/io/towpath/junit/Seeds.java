package io.towpath.junit;

import java.util.stream.LongStream;

/// Which seeds a test runs with.
final class Seeds {
    /// System property: the one seed to run, whatever the test says.
    static final String SEED = "towpath.seed";

    /// System property: how many seeds to run, whatever the test says.
    static final String SEEDS = "towpath.seeds";

    private Seeds() {}

    /// @throws IllegalArgumentException when a number cannot be
    static LongStream of(TowpathTest test) {
        String one = System.getProperty(SEED);
        if (one != null && !one.isBlank()) {
            return LongStream.of(number(SEED, one));
        }
        String many = System.getProperty(SEEDS);
        long count = many == null || many.isBlank() ? test.seeds() : number(SEEDS, many);
        if (count < 1) {
            throw new IllegalArgumentException("a test runs with at least one seed, not " + count);
        }
        return LongStream.range(0, count).map(i -> test.seed() + i);
    }

    private static long number(String property, String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + property + "=" + text + " is not a whole number", e);
        }
    }
}
