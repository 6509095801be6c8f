package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.drill.script.Cursor;

/// When a step happens.
///
/// @param kind how the moments are meant
/// @param relative whether they count from the step before; else from the script's beginning
/// @param at the moment, or the first one, nanoseconds
/// @param until the last moment of a range, the end of a call that blocks; else the same as `at`
record When(Kind kind, boolean relative, long at, long until) {
    /// At the time of the step before: steps without a time of their own.
    static final When AT_ONCE = new When(Kind.EXACT, true, 0, 0);

    /// `*`.
    static final When ANY = new When(Kind.ANY, true, 0, 0);

    /// How moments are meant.
    enum Kind {
        /// `0.1`, `+0.1`
        EXACT,
        /// `0.1~0.2`
        RANGE,
        /// `0.1...0.2`
        BLOCKING,
        /// `*`
        ANY
    }

    /// Reads the time in front of a step.
    static When parse(Cursor in) {
        if (in.accept("*")) {
            return ANY;
        }
        boolean relative = in.accept("+");
        long at = seconds(in);
        if (in.accept("...")) {
            return new When(Kind.BLOCKING, relative, at, seconds(in));
        }
        if (in.accept("~")) {
            boolean untilRelative = in.accept("+");
            if (relative != untilRelative) {
                throw in.notUnderstood("a range from a relative to an absolute time");
            }
            return new When(Kind.RANGE, relative, at, seconds(in));
        }
        return new When(Kind.EXACT, relative, at, at);
    }

    private static long seconds(Cursor in) {
        String text = in.decimal();
        int dot = text.indexOf('.');
        String whole = dot < 0 ? text : text.substring(0, dot);
        String fraction = dot < 0 ? "" : text.substring(dot + 1);
        if (whole.length() > 8 || fraction.length() > 9) {
            throw in.notUnderstood("the time " + text);
        }
        long nanos = whole.isEmpty() ? 0 : Long.parseLong(whole) * Time.SECOND;
        long unit = Time.SECOND;
        for (int i = 0; i < fraction.length(); i++) {
            unit /= 10;
            nanos += unit * (fraction.charAt(i) - '0');
        }
        return nanos;
    }

    /// The same moments counted from the script's beginning.
    ///
    /// @param last the time of the step before
    When from(long last) {
        return relative ? new When(kind, false, at + last, until + last) : this;
    }
}
