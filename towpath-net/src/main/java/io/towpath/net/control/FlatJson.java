package io.towpath.net.control;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Records of strings and longs as JSON objects on one line, and back.
final class FlatJson {
    private FlatJson() {}

    /// One JSON object without line breaks.
    static String write(Record values) {
        StringBuilder json = new StringBuilder(256).append('{');
        try {
            for (RecordComponent component : values.getClass().getRecordComponents()) {
                if (json.length() > 1) {
                    json.append(',');
                }
                json.append('"').append(component.getName()).append("\":");
                Object value = component.getAccessor().invoke(values);
                if (value instanceof String text) {
                    quote(json, text);
                } else {
                    json.append(value);
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("a public record can be read", e);
        }
        return json.append('}').toString();
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /// Reads what [#write] wrote. Fields that the record does not have are ignored; missing ones are 0 or empty.
    ///
    /// @throws IllegalArgumentException when `line` is not such an object
    static <R extends Record> R read(Class<R> type, String line) {
        Map<String, Object> fields = new Reader(line).object();
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            Object value = fields.get(components[i].getName());
            boolean text = types[i] == String.class;
            values[i] = value == null ? missing(text) : value;
            if (text != values[i] instanceof String) {
                throw new IllegalArgumentException("\"" + components[i].getName() + "\" is of the wrong type");
            }
        }
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("a public record can be made", e);
        }
    }

    private static Object missing(boolean text) {
        return text ? "" : 0L;
    }

    /// Reads one object of strings and whole numbers.
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        Map<String, Object> object() {
            Map<String, Object> fields = new HashMap<>();
            expect('{');
            while (peek() != '}') {
                if (!fields.isEmpty()) {
                    expect(',');
                }
                String name = string();
                expect(':');
                fields.put(name, peek() == '"' ? string() : number());
            }
            expect('}');
            if (at != text.length()) {
                throw bad();
            }
            return fields;
        }

        private char peek() {
            if (at >= text.length()) {
                throw bad();
            }
            return text.charAt(at);
        }

        private void expect(char c) {
            if (peek() != c) {
                throw bad();
            }
            at++;
        }

        private Long number() {
            int from = at;
            while (peek() == '-' || Character.isDigit(peek())) {
                at++;
            }
            try {
                return Long.valueOf(text.substring(from, at));
            } catch (NumberFormatException e) {
                throw bad();
            }
        }

        private String string() {
            expect('"');
            StringBuilder string = new StringBuilder();
            while (peek() != '"') {
                char c = text.charAt(at++);
                string.append(c == '\\' ? escaped() : c);
            }
            at++;
            return string.toString();
        }

        private char escaped() {
            char c = peek();
            at++;
            if (c != 'u') {
                return c;
            }
            if (at + 4 > text.length()) {
                throw bad();
            }
            at += 4;
            try {
                return (char) Integer.parseInt(text, at - 4, at, 16);
            } catch (NumberFormatException e) {
                throw bad();
            }
        }

        private IllegalArgumentException bad() {
            return new IllegalArgumentException("not a line of a control socket, at character " + at + ": " + text);
        }
    }
}
