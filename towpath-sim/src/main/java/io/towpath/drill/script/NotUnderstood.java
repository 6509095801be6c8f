package io.towpath.drill.script;

import java.io.Serial;

/// Something in a script has no meaning here: the script is skipped.
public final class NotUnderstood extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int line;

    /// @param line of the script, from 1
    /// @param what is not understood, in words that fit behind "skipped: "
    public NotUnderstood(int line, String what) {
        super(what, null, false, false);
        this.line = line;
    }

    public int line() {
        return line;
    }

    public String what() {
        return String.valueOf(getMessage());
    }
}
