package io.towpath.net.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Commands from any thread for the owner of a shard: a lock-free stack that the owner takes whole and turns round,
/// so that commands run in the order in which they were pushed. A command is in the queue at most once at a time.
final class CommandQueue {
    private static final VarHandle LAST;

    static {
        try {
            LAST = MethodHandles.lookup().findVarHandle(CommandQueue.class, "last", Command.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Command last;

    /// Any thread.
    void push(Command command) {
        Command before;
        do {
            before = last;
            command.next = before;
        } while (!LAST.compareAndSet(this, before, command));
    }

    /// The owner: all commands as a chain by [Command#next], oldest first; null when there is none.
    @Nullable
    Command takeAll() {
        if (last == null) {
            return null;
        }
        Command newest = (Command) LAST.getAndSet(this, (Command) null);
        Command first = null;
        while (newest != null) {
            Command before = newest.next;
            newest.next = first;
            first = newest;
            newest = before;
        }
        return first;
    }

    /// True when nothing waits.
    boolean isEmpty() {
        return last == null;
    }
}
