package io.towpath.sctp.receive;

import io.towpath.sctp.Message;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An incoming stream: the number that is next, and whole messages that came before their turn (RFC 9260 §6.6).
final class InStream {
    private static final Message[] NONE = {};

    final int id;
    private final long mask;
    long next;
    private @Nullable Message[] waiting = NONE;
    private int count;

    /// @param mask 0xffff for stream sequence numbers, 0xffffffff for message identifiers
    InStream(int id, long mask) {
        this.id = id;
        this.mask = mask;
    }

    /// How far ahead of its turn a number is; beyond half the circle it is a number of the past.
    long ahead(long number) {
        return number - next & mask;
    }

    boolean isPast(long number) {
        return ahead(number) > mask >>> 1;
    }

    int waiting() {
        return count;
    }

    /// Keeps a message whose turn has not come. False when there is one of that number already.
    boolean keep(Message message) {
        int at = 0;
        while (at < count && ahead(number(at)) < ahead(message.ssn())) {
            at++;
        }
        if (at < count && number(at) == message.ssn()) {
            return false;
        }
        if (count == waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(4, count * 2));
        }
        System.arraycopy(waiting, at, waiting, at + 1, count - at);
        waiting[at] = message;
        count++;
        return true;
    }

    /// The message whose turn it is, or that was skipped up to `skipped` more numbers from now; null if none
    /// waits.
    @Nullable
    Message take(long skipped) {
        if (count == 0 || ahead(number(0)) > skipped) {
            return null;
        }
        Message message = waiting[0];
        System.arraycopy(waiting, 1, waiting, 0, --count);
        waiting[count] = null;
        return message;
    }

    void advance() {
        next = next + 1 & mask;
    }

    private long number(int index) {
        Message message = waiting[index];
        return message == null ? next : message.ssn();
    }
}
