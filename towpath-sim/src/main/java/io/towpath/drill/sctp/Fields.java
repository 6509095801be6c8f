package io.towpath.drill.sctp;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Value;
import io.towpath.wire.IpAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A structure that a script hands to a call: its fields by name. A number in brackets is a structure whose
/// only field has no name.
final class Fields {
    private final Arguments arguments;
    private final Map<String, Value> fields;

    private Fields(Arguments arguments, Map<String, Value> fields) {
        this.arguments = arguments;
        this.fields = fields;
    }

    /// The structure `value`.
    static Fields of(Arguments arguments, Value value) {
        return switch (value) {
            case Value.Fields(Map<String, Value> fields) -> new Fields(arguments, fields);
            case Value.Listing(List<Value> items)
            when items.size() == 1 -> new Fields(arguments, Map.of("", items.getFirst()));
            default -> throw arguments.notUnderstood("'" + value + "' where a structure belongs");
        };
    }

    /// Its call's arguments, for complaints.
    Arguments arguments() {
        return arguments;
    }

    /// Whether a field is there and not left open.
    boolean has(String name) {
        Value value = fields.get(name);
        return value != null && !(value instanceof Value.Any);
    }

    /// A number that must be there.
    long number(String name) {
        Value value = fields.get(name);
        if (value == null) {
            throw arguments.notUnderstood("a structure without " + name);
        }
        return Constants.inNetworkOrder(arguments, name, value);
    }

    /// A number, 0 when it is not there or left open.
    long numberOr0(String name) {
        return has(name) ? number(name) : 0;
    }

    /// A structure in it.
    Fields inner(String name) {
        Value value = fields.get(name);
        if (value == null) {
            throw arguments.notUnderstood("a structure without " + name);
        }
        return of(arguments, value);
    }

    /// A list of numbers in it, empty when it is not there.
    List<Long> numbers(String name) {
        return fields.get(name) instanceof Value.Listing(List<Value> items)
                ? items.stream().map(item -> Constants.number(arguments, item)).toList()
                : List.of();
    }

    /// The names of all fields must be among `known`.
    void requireOnly(String... known) {
        for (String name : fields.keySet()) {
            if (!List.of(known).contains(name)) {
                throw arguments.notUnderstood("the field " + name);
            }
        }
    }

    /// The IP address of a socket address in it, null when it is left open or unspecified.
    @Nullable
    IpAddress address(String name) {
        Value value = fields.get(name);
        IpAddress address = value == null ? null : address(arguments, value);
        return address == null || address.isUnspecified() ? null : address;
    }

    /// The IP address of a socket address, null when it is left open.
    static @Nullable IpAddress address(Arguments arguments, Value value) {
        return switch (value) {
            case Value.Any _ -> null;
            case Value.Names(List<String> names) when names.equals(List.of("NULL")) -> null;
            case Value.Listing(List<Value> items) -> items.isEmpty() ? null : address(arguments, items.getFirst());
            case Value.Fields(Map<String, Value> fields) -> {
                for (String field : List.of("sin_addr", "sin6_addr")) {
                    if (fields.get(field) instanceof Value.Applied(String _, List<Value> inner)
                            && inner.getLast() instanceof Value.Text(String text)) {
                        yield parse(arguments, text);
                    }
                }
                yield null;
            }
            default -> throw arguments.notUnderstood("'" + value + "' where an address belongs");
        };
    }

    private static IpAddress parse(Arguments arguments, String text) {
        try {
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw arguments.notUnderstood("the address " + text);
        }
    }

    /// A socket address that the host tells.
    static Structure socketAddress(IpAddress address, int port) {
        return new Structure("address", address.isIp4() ? 16 : 28)
                .with("sa_family", address.isIp4() ? 2 : 28)
                .with("sin_port", port)
                .with("sin6_port", port)
                .withAddress("sin_addr", address)
                .withAddress("sin6_addr", address);
    }
}
