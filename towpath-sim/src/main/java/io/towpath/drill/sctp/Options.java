package io.towpath.drill.sctp;

import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `setsockopt` and `getsockopt` of SCTP sockets: finds the option, checks its length and what comes back.
final class Options {
    private static final Map<String, Option> ALL = new TreeMap<>();

    static {
        for (Option option : EndpointOptions.all()) {
            ALL.put(option.name(), option);
        }
        for (Option option : AssociationOptions.all()) {
            ALL.put(option.name(), option);
        }
        for (Option option : KeyOptions.all()) {
            ALL.put(option.name(), option);
        }
        for (Option option : MessageOptions.all()) {
            ALL.put(option.name(), option);
        }
    }

    private final SctpSession session;

    Options(SctpSession session) {
        this.session = session;
    }

    /// An option.
    ///
    /// @param name of it
    /// @param octets of its structure
    /// @param getter null when it cannot be read
    /// @param setter null when it cannot be set
    record Option(
            String name,
            int octets,
            @Nullable Getter getter,
            @Nullable Setter setter) {}

    /// Reads an option.
    interface Getter {
        /// The value: a structure with the field of no name for a number alone.
        ///
        /// @param asked what the caller filled in
        /// @return null when there is none: the option needs an association
        @Nullable
        Structure get(Options options, SctpSocket socket, @Nullable Fields asked);
    }

    /// Sets an option.
    interface Setter {
        /// @return null when done
        @Nullable
        Errno set(Options options, SctpSocket socket, Fields value);
    }

    SctpSession session() {
        return session;
    }

    private static Option option(Arguments arguments) {
        List<String> names = arguments.names(2);
        Option option = names.size() == 1 ? ALL.get(names.getFirst()) : null;
        if (option == null) {
            throw arguments.notUnderstood("the option " + arguments.at(2));
        }
        return option;
    }

    Outcome set(SctpSocket socket, Arguments arguments) {
        Option option = option(arguments);
        Setter setter = option.setter();
        if (setter == null) {
            return Outcome.error(Errno.ENOPROTOOPT);
        }
        if (!isLengthRight(option, arguments)) {
            return Outcome.error(Errno.EINVAL);
        }
        Errno error;
        try {
            error = setter.set(this, socket, Fields.of(arguments, arguments.at(3)));
        } catch (IllegalArgumentException e) {
            error = Errno.EINVAL;
        }
        return error == null ? Outcome.DONE : Outcome.error(error);
    }

    private boolean isLengthRight(Option option, Arguments arguments) {
        if (arguments.isAny(4) || option.octets() == 0) {
            return true;
        }
        long given = arguments.number(4);
        boolean plain = arguments.at(3) instanceof Value.Listing;
        return session.profile.isExact() && !plain && option.octets() > 4
                ? given == option.octets()
                : given >= Math.min(option.octets(), plain ? 4 : option.octets());
    }

    Outcome get(SctpSocket socket, Arguments arguments) {
        if (arguments.names(2).equals(List.of("SO_ERROR"))) {
            Errno error = socket.takeError();
            String actual = error == null ? "[0]" : "[" + error + "]";
            requireSame(arguments, "SO_ERROR", arguments.at(3).toString(), actual);
            if (!arguments.isAny(4)) {
                requireSame(arguments, "length of the value", arguments.at(4).toString(), "[4]");
            }
            return Outcome.DONE;
        }
        Option option = option(arguments);
        Getter getter = option.getter();
        if (getter == null) {
            return Outcome.error(Errno.ENOPROTOOPT);
        }
        Value expected = arguments.at(3);
        boolean left = expected instanceof Value.Any;
        Structure actual = getter.get(this, socket, left ? null : Fields.of(arguments, expected));
        if (actual == null) {
            return Outcome.error(Errno.EINVAL);
        }
        boolean plain = expected instanceof Value.Listing;
        actual.require(
                arguments,
                expected instanceof Value.Listing(List<Value> items)
                        ? new Value.Fields(Map.of("", items.getFirst()))
                        : expected);
        if (arguments.at(4) instanceof Value.Listing(List<Value> length) && !(length.getFirst() instanceof Value.Any)) {
            int octets = plain ? 4 : actual.octets();
            requireSame(arguments, "length of the value", length.getFirst().toString(), Integer.toString(octets));
        }
        return Outcome.DONE;
    }

    private static void requireSame(Arguments arguments, String what, String expected, String actual) {
        if (!expected.equals(actual)) {
            throw arguments.mismatch(what, expected, actual);
        }
    }

    /// Gives a socket, its endpoint and its associations other settings.
    void configure(SctpSocket socket, SctpConfig config) {
        socket.config = config;
        if (socket.endpoint != null) {
            socket.endpoint.config(config);
        }
        for (Association a : socket.all()) {
            if (!a.isClosed()) {
                session.sctp().configure(session.now(), a, config);
            }
        }
    }

    /// The association that an option is about; null when there is none.
    @Nullable
    Association association(SctpSocket socket) {
        new SocketCalls(session).adopt(socket);
        return socket.all().isEmpty() || socket.all().getLast().isClosed()
                ? null
                : socket.all().getLast();
    }

    /// A number alone.
    static Structure number(long value) {
        return new Structure("value", 4)
                .with("", value)
                .with("assoc_value", value)
                .withAsked("assoc_id");
    }

    /// `sctp_assoc_value`: a number for an association. Some systems take the number alone.
    static Structure forAssociation(long value) {
        return new Structure("sctp_assoc_value", 8)
                .with("", value)
                .with("assoc_value", value)
                .withAsked("assoc_id");
    }

    /// The number of either form.
    static long number(Fields value) {
        return value.has("assoc_value") ? value.number("assoc_value") : value.number("");
    }
}
