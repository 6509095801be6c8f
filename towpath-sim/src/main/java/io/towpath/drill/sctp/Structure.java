package io.towpath.drill.sctp;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Value;
import io.towpath.wire.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A structure that a call gives to the user, to be compared with what the script expects: its fields by name.
final class Structure {
    private final String name;
    private final int octets;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    /// @param name of the structure, for complaints
    /// @param octets that it has in memory
    Structure(String name, int octets) {
        this.name = name;
        this.octets = octets;
    }

    /// Adds a number.
    Structure with(String field, long value) {
        fields.put(field, value);
        return this;
    }

    /// Adds a structure in it.
    Structure with(String field, Structure value) {
        fields.put(field, value);
        return this;
    }

    /// Adds a list of numbers.
    Structure with(String field, List<Long> values) {
        fields.put(field, List.copyOf(values));
        return this;
    }

    /// Adds a field that no script can say a value of: octets.
    Structure withOctets(String field) {
        fields.put(field, Value.Any.class);
        return this;
    }

    /// Adds an IP address, which scripts write as `inet_addr("192.0.2.1")`.
    Structure withAddress(String field, IpAddress address) {
        fields.put(field, address);
        return this;
    }

    /// Adds a field that the caller fills in, as the association that an option is about: it comes back as it
    /// was.
    Structure withAsked(String field) {
        fields.put(field, Value.Names.class);
        return this;
    }

    /// Octets that it has in memory.
    int octets() {
        return octets;
    }

    /// Compares with what the script expects; fields that it does not name are not looked at.
    void require(Arguments arguments, Value expected) {
        if (expected instanceof Value.Any) {
            return;
        }
        if (!(expected instanceof Value.Fields(Map<String, Value> wanted))) {
            throw arguments.mismatch(name, expected.toString(), toString());
        }
        wanted.forEach((field, value) -> require(arguments, field, value));
    }

    private void require(Arguments arguments, String field, Value wanted) {
        Object actual = fields.get(field);
        if (actual == null) {
            throw arguments.notUnderstood("the field " + field + " of " + name);
        }
        if (wanted instanceof Value.Any || actual == Value.Names.class) {
            return;
        }
        boolean same = switch (actual) {
            case Long number -> number == Constants.inNetworkOrder(arguments, field, wanted);
            case Structure inner -> {
                inner.require(arguments, wanted);
                yield true;
            }
            case IpAddress address ->
                wanted instanceof Value.Applied(String _, List<Value> inner)
                        && inner.getLast() instanceof Value.Text(String text)
                        && IpAddress.parse(text).equals(address);
            case List<?> numbers ->
                wanted instanceof Value.Listing(List<Value> items)
                        && numbers.equals(items.stream()
                                .map(item -> Constants.number(arguments, item))
                                .toList());
            default -> throw arguments.notUnderstood("a value of " + field);
        };
        if (!same) {
            throw arguments.mismatch(field, field + "=" + wanted, field + "=" + actual);
        }
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
