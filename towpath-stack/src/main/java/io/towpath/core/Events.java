package io.towpath.core;

import java.util.Arrays;

/// Where engines tell what happens. When nobody listens an event costs one mask test:
/// `if (events.wants(Kind.TCP_ACK)) events.emit(new Acked(…));`
public final class Events {
    /// A reader of events. Runs on the stack's owner, inside the call that caused the event: it must not call back
    /// into the stack, must not block and must not keep packets.
    @FunctionalInterface
    public interface Reader {
        /// Takes one event.
        void on(Event event);
    }

    private static final Reader[] NOBODY = {};

    private Reader[] readers = NOBODY;
    private long[] masks = {};
    private long mask;

    /// An event bus without readers.
    public Events() {}

    /// True when somebody reads events of `kind`.
    public boolean wants(Event.Kind kind) {
        return (mask & kind.bit) != 0;
    }

    /// Hands `event` to every reader of its kind, in the order in which they were added.
    public void emit(Event event) {
        long bit = event.kind().bit;
        for (int i = 0; i < readers.length; i++) {
            if ((masks[i] & bit) != 0) {
                readers[i].on(event);
            }
        }
    }

    /// Adds a reader of the given kinds; of all kinds when none is named.
    public void add(Reader reader, Event.Kind... kinds) {
        long wanted = kinds.length == 0 ? -1L : 0L;
        for (Event.Kind kind : kinds) {
            wanted |= kind.bit;
        }
        readers = Arrays.copyOf(readers, readers.length + 1);
        masks = Arrays.copyOf(masks, readers.length);
        readers[readers.length - 1] = reader;
        masks[readers.length - 1] = wanted;
        mask |= wanted;
    }
}
