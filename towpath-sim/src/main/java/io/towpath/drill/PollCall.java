package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `poll([{fd=3, events=POLLIN, revents=POLLIN}], 1, 100) = 1`.
final class PollCall implements Outcome.Attempt {
    private static final long IN = 1;
    private static final long OUT = 4;
    private static final long ERR = 8;
    private static final long HUP = 16;
    private static final long RDHUP = 0x2000;

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
        return state(socket) & (each.events | ERR | HUP);
    }

    private static long state(DrillSocket socket) {
        if (socket.listener != null) {
            return socket.listener.waiting() > 0 ? IN : 0;
        }
        TcpConnection c = socket.connection;
        if (c == null) {
            return socket.stream ? OUT | HUP : OUT | (socket.isReadable() ? IN : 0);
        }
        if (socket.isOpening()) {
            return 0;
        }
        boolean finished = c.endOfStream() || c.isDead();
        boolean writable = c.isDead() || c.isClosedForSending() || c.sendRing().writable() > 0;
        return (socket.isReadable() || socket.isAtEnd() ? IN : 0)
                | (writable ? OUT : 0)
                | (socket.waitingError() == null ? 0 : ERR)
                | (c.state() == TcpState.CLOSED || c.endOfStream() && c.isClosedForSending() ? HUP : 0)
                | (finished ? RDHUP : 0);
    }
}
