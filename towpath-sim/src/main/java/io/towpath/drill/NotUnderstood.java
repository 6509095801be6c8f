package io.towpath.drill;

import java.io.Serial;

/// Something in a script has no meaning here: the script is skipped.
final class NotUnderstood extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int line;

    /// @param line of the script, from 1
    /// @param what is not understood, in words that fit behind "skipped: "
    NotUnderstood(int line, String what) {
        super(what, null, false, false);
        this.line = line;
    }

    int line() {
        return line;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
