package io.towpath.sctp.receive;

import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// What waits for the user, in order. It outlives a restart of the peer.
public final class Inbox {
    /// Notifications that a peer can provoke are not kept beyond this number.
    private static final int NOTIFICATIONS_MAX = 256;

    private final ArrayDeque<Received> waiting = new ArrayDeque<>(2);
    private long bytes;
    private int messages;
    private boolean interleaveParts = true;
    private int partialDeliveryPoint;
    private boolean interleaving;
    private boolean dryWaits;

    /// The message of which a part was taken out, but not the last one; null when there is none.
    private @Nullable Message begun;

    /// Empty.
    public Inbox() {}

    /// Adds a message or a notification.
    public void add(Received received) {
        switch (received) {
            case Message message -> {
                bytes += message.length();
                messages++;
            }
            case Notification.SenderDry dry -> {
                // One tells it as well as many: a user who only sends need not take them.
                if (dryWaits) {
                    return;
                }
                dryWaits = true;
            }
            case Notification.RemoteError ignored -> {
                if (waiting.size() - messages >= NOTIFICATIONS_MAX) {
                    return;
                }
            }
            case Notification ignored -> {
                // Always kept: their number is bounded by what the user and the timers do.
            }
        }
        waiting.add(received);
    }

    /// Whether other messages may come between the parts of one that is delivered in parts.
    public void interleaveParts(boolean allowed) {
        interleaveParts = allowed;
    }

    /// Bytes of a message that has not come whole from which on it is delivered in parts; 0 while there is
    /// room.
    public void partialDeliveryPoint(int bytes) {
        partialDeliveryPoint = bytes;
    }

    /// Whether that much of a message is worth a delivery.
    boolean wantsPart(int bytes) {
        return partialDeliveryPoint > 0 && bytes >= partialDeliveryPoint;
    }

    /// Whether fragments of several messages alternate on the way (RFC 8260): then a receiver that insisted on
    /// one at a time might wait for a part that its own full window keeps out.
    void interleaving(boolean value) {
        interleaving = value;
    }

    /// The next one, taken out; null when nothing waits that may come now.
    public @Nullable Received poll() {
        Message part = partOnly();
        Received next = part == null ? waiting.poll() : takePart(part);
        if (next instanceof Message message) {
            bytes -= message.length();
            messages--;
            begun = message.last() ? null : message;
        } else if (next instanceof Notification.PartialDeliveryAborted) {
            begun = null;
        } else if (next instanceof Notification.SenderDry) {
            dryWaits = false;
        }
        return next;
    }

    /// The message whose parts alone may come now, null when any may.
    private @Nullable Message partOnly() {
        return interleaveParts || interleaving ? null : begun;
    }

    /// RFC 6458 §8.1.20: "when a partial delivery begins, no other messages will be received except the message
    /// being partially delivered"; what the association has to say is no message.
    private @Nullable Received takePart(Message of) {
        for (Iterator<Received> each = waiting.iterator(); each.hasNext(); ) {
            Received next = each.next();
            if (mayFollow(of, next)) {
                each.remove();
                return next;
            }
        }
        return null;
    }

    private static boolean mayFollow(Message begun, Received next) {
        return switch (next) {
            case Message message ->
                message.streamId() == begun.streamId()
                        && message.ssn() == begun.ssn()
                        && message.unordered() == begun.unordered()
                        && message.tsn() == begun.tsn();
            case Notification ignored -> true;
        };
    }

    /// Whether [#poll] would have something.
    public boolean hasNext() {
        return peek() != null;
    }

    /// What [#poll] would give, left where it is.
    public @Nullable Received peek() {
        Message part = partOnly();
        if (part == null) {
            return waiting.peek();
        }
        for (Received next : waiting) {
            if (mayFollow(part, next)) {
                return next;
            }
        }
        return null;
    }

    /// Whether nothing waits.
    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /// Bytes of messages that wait.
    public long bytes() {
        return bytes;
    }

    /// Messages that wait.
    public int messages() {
        return messages;
    }
}
