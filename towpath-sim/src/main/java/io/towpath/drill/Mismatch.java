package io.towpath.drill;

import java.io.Serial;

/// The host did not do what the script expects.
final class Mismatch extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int line;
    private final String expected;
    private final String actual;

    /// @param line of the script, from 1
    /// @param what differs
    /// @param expected in the script's notation
    /// @param actual in the same notation
    Mismatch(int line, String what, String expected, String actual) {
        super(what, null, false, false);
        this.line = line;
        this.expected = expected;
        this.actual = actual;
    }

    DrillResult.Failed result(String name) {
        return new DrillResult.Failed(name, line, String.valueOf(getMessage()), expected, actual);
    }
}
