package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Errno;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What one descriptor of `epoll_create` watches.
final class EpollSet {
    private static final long EDGE = 1L << 31;
    private static final long ONE_SHOT = 1L << 30;
    private static final long EVENTS = 0xffff;

    private final Session session;
    private final Map<Integer, Watched> watched = new TreeMap<>();

    /// One descriptor in it.
    private static final class Watched {
        long events;
        Value data;
        boolean disarmed;

        /// What was told at an edge, and what had arrived by then.
        long told;

        long arrivals = -1;

        Watched(long events, Value data) {
            this.events = events;
            this.data = data;
        }
    }

    EpollSet(Session session) {
        this.session = session;
    }

    /// `epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, {events=EPOLLIN, fd=descriptor})`.
    Outcome control(Arguments arguments) {
        int descriptor = (int) arguments.number(2);
        if (!session.descriptors().containsKey(descriptor)) {
            return Outcome.error(Errno.EBADF);
        }
        switch (String.join("|", arguments.names(1))) {
            case "EPOLL_CTL_ADD" -> {
                if (watched.containsKey(descriptor)) {
                    return Outcome.error(Errno.EEXIST);
                }
                watched.put(descriptor, watched(arguments));
            }
            case "EPOLL_CTL_MOD" -> {
                if (!watched.containsKey(descriptor)) {
                    return Outcome.error(Errno.ENOENT);
                }
                watched.put(descriptor, watched(arguments));
            }
            case "EPOLL_CTL_DEL" -> {
                if (watched.remove(descriptor) == null) {
                    return Outcome.error(Errno.ENOENT);
                }
            }
            default -> throw arguments.notUnderstood("the operation " + arguments.at(1));
        }
        return Outcome.DONE;
    }

    private static Watched watched(Arguments arguments) {
        Map<String, Value> fields = fields(arguments, arguments.at(3));
        return new Watched(arguments.number(field(arguments, fields, "events")), data(arguments, fields));
    }

    private static Map<String, Value> fields(Arguments arguments, Value value) {
        if (value instanceof Value.Fields(Map<String, Value> fields)) {
            return fields;
        }
        throw arguments.notUnderstood("'" + value + "' where a structure belongs");
    }

    private static Value field(Arguments arguments, Map<String, Value> fields, String name) {
        Value value = fields.get(name);
        if (value == null) {
            throw arguments.notUnderstood("a structure without " + name);
        }
        return value;
    }

    private static Value data(Arguments arguments, Map<String, Value> fields) {
        for (String name : List.of("fd", "u32", "u64", "ptr")) {
            Value value = fields.get(name);
            if (value != null) {
                return value;
            }
        }
        throw arguments.notUnderstood("a structure without fd");
    }

    /// `epoll_wait(epoll, {events=EPOLLIN, fd=3}, 1, 100) = 1`.
    Outcome.Attempt await(Arguments arguments) {
        List<Value> expected = switch (arguments.at(1)) {
            case Value.Listing(List<Value> items) -> items;
            case Value.Any _ -> List.of();
            case Value one -> List.of(one);
        };
        int most = (int) arguments.number(2);
        long millis = arguments.number(3);
        long giveUpAt = millis < 0 ? Time.NEVER : session.now() + millis * Time.MILLISECOND;
        return () -> attempt(arguments, expected, most, giveUpAt);
    }

    private @Nullable Outcome attempt(Arguments arguments, List<Value> expected, int most, long giveUpAt) {
        var found = new ArrayList<Watched>();
        var events = new ArrayList<Long>();
        watched.forEach((descriptor, each) -> {
            DrillSocket socket = session.descriptors().get(descriptor);
            long ready = socket == null || found.size() == most ? 0 : fresh(each, socket);
            if (ready != 0) {
                found.add(each);
                events.add(ready);
            }
        });
        if (found.isEmpty() && session.now() < giveUpAt) {
            return null;
        }
        for (int i = 0; i < found.size(); i++) {
            found.get(i).disarmed = (found.get(i).events & ONE_SHOT) != 0;
            if (i < expected.size()) {
                Map<String, Value> fields = fields(arguments, expected.get(i));
                require(arguments, "events", arguments.number(field(arguments, fields, "events")), events.get(i));
                if (!data(arguments, fields).equals(found.get(i).data)) {
                    throw arguments.mismatch(
                            "data of epoll",
                            data(arguments, fields).toString(),
                            found.get(i).data.toString());
                }
            }
        }
        return Outcome.of(found.size());
    }

    private static void require(Arguments arguments, String name, long expected, long actual) {
        if (expected != actual) {
            throw arguments.mismatch(name, "0x" + Long.toHexString(expected), "0x" + Long.toHexString(actual));
        }
    }

    /// What is to be told of a socket: what holds, and with `EPOLLET` only when something is new since the last time.
    private static long fresh(Watched each, DrillSocket socket) {
        if (each.disarmed) {
            return 0;
        }
        // Errors and hang-ups are told unasked.
        long ready = Readiness.of(socket) & (each.events & EVENTS | Readiness.ERR | Readiness.HUP);
        if ((each.events & EDGE) == 0 || ready == 0) {
            each.told = ready == 0 ? 0 : each.told;
            return ready;
        }
        long arrivals = Readiness.arrivals(socket);
        boolean isNew = (ready & ~each.told) != 0 || arrivals > each.arrivals;
        each.told = ready;
        each.arrivals = arrivals;
        return isNew ? ready : 0;
    }
}
