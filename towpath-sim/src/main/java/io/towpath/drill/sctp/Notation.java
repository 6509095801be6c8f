package io.towpath.drill.sctp;

import io.towpath.wire.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What can stand in a packet of a script: elements, which are chunks, parameters and error causes, and the
/// values of their fields.
sealed interface Notation {
    /// `...`: anything.
    record Any() implements Notation {
        @Override
        public String toString() {
            return "...";
        }
    }

    /// A number.
    ///
    /// @param value the number
    record Number(long value) implements Notation {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /// A word: letters of flags, the name of a chunk or of a kind of address.
    ///
    /// @param word it
    record Word(String word) implements Notation {
        @Override
        public String toString() {
            return word;
        }
    }

    /// `"text"`.
    ///
    /// @param text between the quotes
    record Text(String text) implements Notation {
        @Override
        public String toString() {
            return '"' + text + '"';
        }
    }

    /// An IP address.
    ///
    /// @param address it
    record Address(IpAddress address) implements Notation {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    /// `2:5`: TSNs that were received.
    ///
    /// @param start the first
    /// @param end the last
    record Range(long start, long end) implements Notation {
        @Override
        public String toString() {
            return start + ":" + end;
        }
    }

    /// `[a, b]`.
    ///
    /// @param items what is in it
    record Listing(List<Notation> items) implements Notation {
        @Override
        public String toString() {
            return items.toString();
        }
    }

    /// `{1, 0}`: a stream and what was skipped on it.
    ///
    /// @param items what is in it
    record Tuple(List<Notation> items) implements Notation {
        @Override
        public String toString() {
            return items.stream().map(Object::toString).collect(Collectors.joining(",", "{", "}"));
        }
    }

    /// `NAME[field=value, …, INNER[…], ...]`.
    ///
    /// @param name of the chunk, parameter or cause
    /// @param fields in their order
    /// @param inner parameters or causes
    /// @param open whether there may be more of them, in any order
    record Element(String name, Map<String, Notation> fields, List<Element> inner, boolean open) implements Notation {
        @Nullable
        Notation field(String wanted) {
            return fields.get(wanted);
        }

        /// Whether the field is left open, or not there at all.
        boolean isAny(String wanted) {
            Notation value = fields.get(wanted);
            return value == null || value instanceof Any;
        }
    }
}
