package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.drill.script.Arguments;
import io.towpath.drill.script.Outcome;
import io.towpath.drill.script.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `poll([{fd=3, events=POLLIN, revents=POLLIN}], 1, 100) = 1`.
final class PollCall implements Outcome.Attempt {

    private final Session session;
    private final Arguments arguments;
    private final List<Watched> watched = new ArrayList<>();
    private final long giveUpAt;

    /// @param descriptor of the socket
    /// @param events asked for
    /// @param expected events that the script expects
    private record Watched(int descriptor, long events, long expected) {}

    PollCall(Session session, Arguments arguments) {
        this.session = session;
        this.arguments = arguments;
        if (!(arguments.at(0) instanceof Value.Listing(List<Value> items))) {
            throw arguments.notUnderstood("'" + arguments.at(0) + "' where a list belongs");
        }
        for (Value item : items) {
            if (!(item instanceof Value.Fields(Map<String, Value> fields))) {
                throw arguments.notUnderstood("'" + item + "' where a structure belongs");
            }
            watched.add(new Watched((int) field(fields, "fd"), field(fields, "events"), field(fields, "revents")));
        }
        long millis = arguments.number(2);
        giveUpAt = millis < 0 ? Time.NEVER : session.now() + millis * Time.MILLISECOND;
    }

    private long field(Map<String, Value> fields, String name) {
        Value value = fields.get(name);
        if (value == null) {
            throw arguments.notUnderstood("a structure without " + name);
        }
        return arguments.number(value);
    }

    @Override
    public @Nullable Outcome attempt() {
        int ready = 0;
        for (Watched each : watched) {
            ready += events(each) == 0 ? 0 : 1;
        }
        if (ready == 0 && session.now() < giveUpAt) {
            return null;
        }
        for (Watched each : watched) {
            if (events(each) != each.expected) {
                throw arguments.mismatch(
                        "events of descriptor " + each.descriptor,
                        "0x" + Long.toHexString(each.expected),
                        "0x" + Long.toHexString(events(each)));
            }
        }
        return Outcome.of(ready);
    }

    private long events(Watched each) {
        DrillSocket socket = session.descriptors().get(each.descriptor);
        if (socket == null) {
            throw arguments.notUnderstood("descriptor " + each.descriptor + " is not open");
        }
        // Errors and hang-ups are told unasked.
        return Readiness.of(socket) & (each.events | Readiness.ERR | Readiness.HUP);
    }
}
