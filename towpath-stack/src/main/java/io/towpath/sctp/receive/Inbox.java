package io.towpath.sctp.receive;

import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What waits for the user, in order. It outlives a restart of the peer.
public final class Inbox {
    /// Notifications that a peer can provoke are not kept beyond this number.
    private static final int NOTIFICATIONS_MAX = 256;

    private final ArrayDeque<Received> waiting = new ArrayDeque<>(2);
    private long bytes;
    private int messages;

    /// Empty.
    public Inbox() {}

    /// Adds a message or a notification.
    public void add(Received received) {
        switch (received) {
            case Message message -> {
                bytes += message.length();
                messages++;
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

    /// The next one, taken out; null when nothing waits.
    public @Nullable Received poll() {
        Received next = waiting.poll();
        if (next instanceof Message message) {
            bytes -= message.length();
            messages--;
        }
        return next;
    }

    /// The next one, left where it is; null when nothing waits.
    public @Nullable Received peek() {
        return waiting.peek();
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
