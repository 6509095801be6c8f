package io.towpath.drill.script;

import org.jspecify.annotations.Nullable;

/// What a system call returned.
///
/// @param value its result, −1 when something is wrong
/// @param errno what is wrong, null when nothing is
public record Outcome(long value, @Nullable Errno errno) {
    /// Success without a number.
    public static final Outcome DONE = new Outcome(0, null);

    /// Success.
    public static Outcome of(long value) {
        return new Outcome(value, null);
    }

    /// Failure.
    public static Outcome error(Errno errno) {
        return new Outcome(-1, errno);
    }

    @Override
    public String toString() {
        return errno == null ? Long.toString(value) : value + " " + errno;
    }

    /// A call that may have to be tried again until it can return.
    public interface Attempt {
        /// The outcome; null while the call blocks.
        @Nullable
        Outcome attempt();
    }
}
