package io.towpath.drill.script;

import java.util.List;
import java.util.Map;

/// The arguments of a call, by what they mean.
public final class Arguments {
    /// Constants that calls take as numbers.
    private static final Map<String, Long> CONSTANTS = Map.ofEntries(
            Map.entry("POLLIN", 1L),
            Map.entry("POLLPRI", 2L),
            Map.entry("POLLOUT", 4L),
            Map.entry("POLLERR", 8L),
            Map.entry("POLLHUP", 16L),
            Map.entry("POLLRDHUP", 0x2000L),
            Map.entry("EPOLLIN", 1L),
            Map.entry("EPOLLPRI", 2L),
            Map.entry("EPOLLOUT", 4L),
            Map.entry("EPOLLERR", 8L),
            Map.entry("EPOLLHUP", 16L),
            Map.entry("EPOLLRDHUP", 0x2000L),
            Map.entry("EPOLLET", 1L << 31),
            Map.entry("EPOLLONESHOT", 1L << 30),
            Map.entry("SHUT_RD", 0L),
            Map.entry("SHUT_WR", 1L),
            Map.entry("SHUT_RDWR", 2L));

    private final int line;
    private final String name;
    private final List<Value> values;

    /// The arguments `values` of the call `name` in `line`.
    public Arguments(int line, String name, List<Value> values) {
        this.line = line;
        this.name = name;
        this.values = values;
    }

    /// How many.
    public int count() {
        return values.size();
    }

    /// The complaint that `what` of this call is not understood.
    public NotUnderstood notUnderstood(String what) {
        return new NotUnderstood(line, name + ": " + what);
    }

    /// What the call gives is not what the script expects.
    public Mismatch mismatch(String what, String expected, String actual) {
        return new Mismatch(line, what, expected, actual);
    }

    /// The argument at `index`, from 0.
    public Value at(int index) {
        if (index >= values.size()) {
            throw notUnderstood("argument " + (index + 1) + " is missing");
        }
        return values.get(index);
    }

    /// A number, or constants that are or-ed together.
    public long number(int index) {
        return number(at(index));
    }

    /// A number, or constants that are or-ed together.
    public long number(Value value) {
        return switch (value) {
            case Value.Number(long number) -> number;
            case Value.Names(List<String> names) ->
                names.stream().mapToLong(this::constant).reduce(0, (a, b) -> a | b);
            case Value.Applied(String name, List<Value> inner)
            when name.equals("htons") && inner.size() == 1 -> number(inner.getFirst());
            case Value.Any _, Value.Text _, Value.Listing _, Value.Fields _, Value.Applied _ ->
                throw notUnderstood("'" + value + "' where a number belongs");
        };
    }

    private long constant(String name) {
        Long value = CONSTANTS.get(name);
        if (value == null) {
            throw notUnderstood("the name " + name);
        }
        return value;
    }

    /// The number in `[number]`.
    public long boxed(int index) {
        if (at(index) instanceof Value.Listing(List<Value> items) && items.size() == 1) {
            return number(items.getFirst());
        }
        throw notUnderstood("'" + at(index) + "' where a number in brackets belongs");
    }

    /// Names joined by `|`; none for 0.
    public List<String> names(int index) {
        return switch (at(index)) {
            case Value.Names(List<String> names) -> names;
            case Value.Number(long number) when number == 0 -> List.of();
            default -> throw notUnderstood("'" + at(index) + "' where names belong");
        };
    }

    /// Whether the argument is `NULL`.
    public boolean isNull(int index) {
        return index < values.size()
                && at(index) instanceof Value.Names(List<String> names)
                && names.equals(List.of("NULL"));
    }

    /// Whether the argument is left open.
    public boolean isAny(int index) {
        return at(index) instanceof Value.Any;
    }

    /// The port of a socket address, `otherwise` when it is left open.
    public int port(int index, int otherwise) {
        return switch (at(index)) {
            case Value.Any _ -> otherwise;
            case Value.Fields(Map<String, Value> fields) -> {
                for (String name : List.of("sin_port", "sin6_port")) {
                    Value port = fields.get(name);
                    if (port != null) {
                        yield (int) number(port);
                    }
                }
                throw notUnderstood("an address without a port");
            }
            default -> throw notUnderstood("the address '" + at(index) + "'");
        };
    }
}
