package io.towpath.drill;

/// How a script ended.
public sealed interface DrillResult {
    /// The script's name.
    String name();

    /// The line for people: the verdict, the name, and why.
    String text();

    /// The host did everything that the script expects.
    ///
    /// @param name the script's name
    record Passed(String name) implements DrillResult {
        @Override
        public String text() {
            return "PASS " + name;
        }
    }

    /// The host did something else.
    ///
    /// @param name the script's name
    /// @param line of the script, from 1
    /// @param what differs
    /// @param expected in the script's notation
    /// @param actual in the same notation
    record Failed(String name, int line, String what, String expected, String actual) implements DrillResult {
        @Override
        public String text() {
            return "FAIL " + name + ":" + line + ": " + what + "\n  expected: " + expected + "\n  actual:   " + actual;
        }
    }

    /// Something in the script is not understood, so it says nothing.
    ///
    /// @param name the script's name
    /// @param line of the script, from 1
    /// @param reason what is not understood
    record Skipped(String name, int line, String reason) implements DrillResult {
        @Override
        public String text() {
            return "SKIP " + name + ":" + line + ": " + reason;
        }
    }
}
