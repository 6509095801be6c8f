package io.towpath.cli;

import io.avaje.json.JsonWriter;
import io.avaje.json.stream.JsonStream;
import java.io.StringWriter;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes one JSON value, members by name. Absent values are `null`, so that every document of a kind has the same
/// members.
final class Json {
    private final JsonWriter writer;

    private Json(JsonWriter writer) {
        this.writer = writer;
    }

    /// One object as text of several lines.
    static String object(Consumer<Json> members) {
        var text = new StringWriter();
        try (JsonWriter writer = JsonStream.builder()
                .serializeNulls(true)
                .serializeEmpty(true)
                .build()
                .writer(text)) {
            writer.pretty(true);
            writer.beginObject();
            members.accept(new Json(writer));
            writer.endObject();
        }
        return text.toString();
    }

    Json put(String name, @Nullable String value) {
        writer.name(name);
        if (value == null) {
            writer.nullValue();
        } else {
            writer.value(value);
        }
        return this;
    }

    Json put(String name, long value) {
        writer.name(name);
        writer.value(value);
        return this;
    }

    Json put(String name, double value) {
        writer.name(name);
        writer.value(value);
        return this;
    }

    Json put(String name, boolean value) {
        writer.name(name);
        writer.value(value);
        return this;
    }

    Json putNull(String name) {
        writer.name(name);
        writer.nullValue();
        return this;
    }

    /// A member that is an object.
    Json object(String name, Consumer<Json> members) {
        writer.name(name);
        writer.beginObject();
        members.accept(this);
        writer.endObject();
        return this;
    }

    /// A member that is an object of counts, by the names of constants.
    Json counts(String name, Map<? extends Enum<?>, Long> counts) {
        return object(
                name, json -> counts.forEach((key, value) -> json.put(io.towpath.observe.Totals.name(key), value)));
    }

    /// A member that is a list of objects.
    <T> Json list(String name, Iterable<T> elements, java.util.function.BiConsumer<Json, T> members) {
        writer.name(name);
        writer.beginArray();
        for (T element : elements) {
            writer.beginObject();
            members.accept(this, element);
            writer.endObject();
        }
        writer.endArray();
        return this;
    }
}
