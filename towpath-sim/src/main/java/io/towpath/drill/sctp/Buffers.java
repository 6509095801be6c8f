package io.towpath.drill.sctp;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Value;
import java.util.List;
import java.util.Map;

/// Vectors of buffers and messages, as calls take them: `[{iov_base=..., iov_len=1000}]`, `{msg_name(...)=...,
/// msg_iov(1)=[…], msg_control(28)=[…], msg_flags=MSG_EOR}`.
final class Buffers {
    private Buffers() {}

    /// The octets of all buffers of a vector.
    static int length(Arguments arguments, Value vector) {
        long sum = 0;
        for (Value buffer : items(arguments, vector)) {
            Fields fields = Fields.of(arguments, buffer);
            sum += fields.has("iov_len") ? fields.number("iov_len") : fields.number("1");
        }
        return Math.toIntExact(sum);
    }

    /// What the first buffer is expected to hold; [Value.Any] when that is left open.
    static Value base(Arguments arguments, Value vector) {
        List<Value> items = items(arguments, vector);
        Value first = items.isEmpty() ? new Value.Any() : items.getFirst();
        return first instanceof Value.Fields(Map<String, Value> fields)
                ? fields.getOrDefault("iov_base", fields.getOrDefault("0", new Value.Any()))
                : new Value.Any();
    }

    private static List<Value> items(Arguments arguments, Value vector) {
        if (vector instanceof Value.Listing(List<Value> items)) {
            return items;
        }
        throw arguments.notUnderstood("'" + vector + "' where a list belongs");
    }

    /// The fields of a message.
    static Map<String, Value> message(Arguments arguments) {
        if (arguments.at(1) instanceof Value.Fields(Map<String, Value> fields)) {
            return fields;
        }
        throw arguments.notUnderstood("'" + arguments.at(1) + "' where a message belongs");
    }

    /// The vector of a message.
    static Value vector(Arguments arguments, Map<String, Value> message) {
        Value vector = message.get("msg_iov");
        if (vector == null) {
            throw arguments.notUnderstood("a message without msg_iov");
        }
        return vector;
    }

    /// The control messages of a message.
    static List<Value> control(Arguments arguments, Map<String, Value> message) {
        Value control = message.get("msg_control");
        return control == null || control instanceof Value.Any ? List.of() : items(arguments, control);
    }
}
