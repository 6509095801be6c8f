package io.towpath.drill.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// An argument of a system call.
public sealed interface Value {
    /// `...`: whatever is usual.
    record Any() implements Value {
        @Override
        public String toString() {
            return "...";
        }
    }

    /// A number.
    ///
    /// @param value the number
    record Number(long value) implements Value {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /// One or more names joined by `|`.
    ///
    /// @param names at least one
    record Names(List<String> names) implements Value {
        @Override
        public String toString() {
            return String.join("|", names);
        }
    }

    /// `"text"`.
    ///
    /// @param text between the quotes
    record Text(String text) implements Value {
        @Override
        public String toString() {
            return '"' + text + '"';
        }
    }

    /// `[a, b]`.
    ///
    /// @param items what is in it
    record Listing(List<Value> items) implements Value {
        @Override
        public String toString() {
            return items.toString();
        }
    }

    /// `{name=value, …}`.
    ///
    /// @param fields in their order
    record Fields(Map<String, Value> fields) implements Value {
        @Override
        public String toString() {
            var text = new StringJoiner(", ", "{", "}");
            fields.forEach((name, value) -> text.add(name + "=" + value));
            return text.toString();
        }
    }

    /// `name(argument, …)`.
    ///
    /// @param name what is called
    /// @param arguments in their order
    record Applied(String name, List<Value> arguments) implements Value {
        @Override
        public String toString() {
            var text = new StringJoiner(", ", name + "(", ")");
            arguments.forEach(argument -> text.add(argument.toString()));
            return text.toString();
        }
    }

    /// Reads one argument.
    static Value parse(Cursor in) {
        if (in.accept("...")) {
            return new Any();
        }
        if (in.accept("[")) {
            return new Listing(list(in, "]"));
        }
        if (in.accept("{")) {
            return fields(in);
        }
        if (in.accept("\"")) {
            return new Text(in.until("\""));
        }
        char first = in.peek();
        if (Character.isDigit(first) || first == '-') {
            return new Number(in.number());
        }
        return names(in);
    }

    /// Reads arguments up to `end`, which is taken too.
    static List<Value> list(Cursor in, String end) {
        var items = new ArrayList<Value>();
        while (!in.accept(end)) {
            if (!items.isEmpty()) {
                in.expect(",");
            }
            items.add(parse(in));
        }
        return items;
    }

    /// Reads what stands between braces: `name=value`, `name(size)=value`, or a value alone, whose name is its place
    /// from 0 on.
    private static Value fields(Cursor in) {
        var fields = new LinkedHashMap<String, Value>();
        while (!in.accept("}")) {
            if (!fields.isEmpty()) {
                in.expect(",");
            }
            Value value = parse(in);
            String name = Integer.toString(fields.size());
            if (in.accept("=")) {
                name = switch (value) {
                    case Names(List<String> names) when names.size() == 1 -> names.getFirst();
                    case Applied(String applied, List<Value> _) -> applied;
                    default -> throw in.notUnderstood("a structure with '" + value + "' before " + in.rest());
                };
                value = parse(in);
            }
            fields.put(name, value);
        }
        return new Fields(fields);
    }

    private static Value names(Cursor in) {
        var names = new ArrayList<String>();
        do {
            String name = in.word();
            if (name.isEmpty()) {
                throw in.notUnderstood("an argument expected before " + in.rest());
            }
            names.add(name);
        } while (in.accept("|"));
        if (names.size() == 1 && in.accept("(")) {
            return new Applied(names.getFirst(), list(in, ")"));
        }
        return new Names(names);
    }
}
