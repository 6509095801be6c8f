package io.towpath.drill.script;

import java.io.Serial;

/// The host did not do what the script expects.
public final class Mismatch extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int line;
    private final String expected;
    private final String actual;

    /// @param line of the script, from 1
    /// @param what differs
    /// @param expected in the script's notation
    /// @param actual in the same notation
    public Mismatch(int line, String what, String expected, String actual) {
        super(what, null, false, false);
        this.line = line;
        this.expected = expected;
        this.actual = actual;
    }

    /// Of the script, from 1.
    public int line() {
        return line;
    }

    /// What differs.
    public String what() {
        return String.valueOf(getMessage());
    }

    /// What the script expects, in its notation.
    public String expected() {
        return expected;
    }

    /// What came, in the same notation.
    public String actual() {
        return actual;
    }
}
