package io.towpath.sctp.send;

import io.towpath.sctp.SendOptions;
import org.jspecify.annotations.Nullable;

/// An outgoing stream: messages that wait, the numbers of the next ones, and its place among the streams.
public final class OutStream {
    /// The weight of a stream that the user gave none.
    public static final int WEIGHT = 1;

    /// Its identifier.
    public final int id;

    /// The next stream sequence number, or message identifier of ordered messages.
    public int nextSsn;

    /// The next message identifier of unordered messages (RFC 8260).
    public int nextUnordered;

    /// Priority (less goes first) or weight (more gets more), by the scheduler.
    public int value;

    /// Messages that wait for a stream reset to be done: none of them gets a TSN before (RFC 6525 §5.1.2).
    public boolean paused;

    /// Messages and bytes handed over and not yet given a TSN.
    public int messages;

    @Nullable
    OutgoingMessage head;

    @Nullable
    OutgoingMessage tail;

    // Its place in the scheduler's heap.
    int heapIndex = -1;
    long major;
    long minor;
    long served;

    OutStream(int id) {
        this.id = id;
    }

    /// Whether something waits.
    public boolean isEmpty() {
        return head == null;
    }

    /// The first message that waits.
    public @Nullable OutgoingMessage head() {
        return head;
    }

    void add(OutgoingMessage message) {
        if (tail == null) {
            head = message;
        } else {
            tail.next = message;
        }
        tail = message;
        messages++;
    }

    void removeHead() {
        OutgoingMessage first = head;
        if (first == null) {
            throw new IllegalStateException("nothing waits in stream " + id);
        }
        head = first.next;
        first.next = null;
        if (head == null) {
            tail = null;
        }
        messages--;
    }

    /// The last message of the least importance among those not begun that may give way to one of `priority`;
    /// null if there is none.
    @Nullable
    OutgoingMessage leastImportant(long priority) {
        OutgoingMessage found = null;
        for (OutgoingMessage each = head; each != null; each = each.next) {
            boolean mayGo = each.options.policy() == SendOptions.Policy.PRIORITY
                    && each.options.policyValue() > priority
                    && each.sent == 0;
            if (mayGo && (found == null || each.options.policyValue() >= found.options.policyValue())) {
                found = each;
            }
        }
        return found;
    }

    /// Takes one of its messages out.
    void remove(OutgoingMessage message) {
        if (head == message) {
            removeHead();
            return;
        }
        for (OutgoingMessage each = head; each != null; each = each.next) {
            if (each.next == message) {
                each.next = message.next;
                if (tail == message) {
                    tail = each;
                }
                message.next = null;
                messages--;
                return;
            }
        }
    }
}
