package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.Association;
import com.sun.nio.sctp.HandlerResult;
import com.sun.nio.sctp.IllegalReceiveException;
import com.sun.nio.sctp.MessageInfo;
import com.sun.nio.sctp.Notification;
import com.sun.nio.sctp.NotificationHandler;
import io.towpath.sctp.Message;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What `receive` does, as the JDK documents it: messages go into buffers, in pieces when those are too small,
/// and notifications to handlers.
final class Receiving {
    /// The channels in whose `receive` a thread is, the innermost first: "A handler should not invoke the
    /// receive method of this channel".
    private static final ThreadLocal<ArrayDeque<Receiving>> INSIDE = ThreadLocal.withInitial(ArrayDeque::new);

    /// What comes next.
    sealed interface Item {}

    /// A message, whole or a part of one.
    ///
    /// @param message it
    /// @param association whose it is
    /// @param from the peer's address
    record Text(Message message, Association association, SocketAddress from) implements Item {}

    /// Something to tell.
    ///
    /// @param notification null when the JDK has none for it
    /// @param after what is done once the handler knows
    record Notice(@Nullable Notification notification, Runnable after) implements Item {}

    /// Nothing will come any more.
    ///
    /// @param association that is over
    /// @param from the peer's address
    record End(Association association, SocketAddress from) implements Item {}

    /// Where it comes from.
    interface Source {
        /// @throws IOException as `receive` documents, when the channel is not in a state to receive
        void check() throws IOException;

        /// The next item, waited for if the channel blocks; null when there is none and the channel does not
        /// block.
        @Nullable
        Item next() throws IOException;
    }

    private final Source source;
    private final ReentrantLock lock;

    /// What did not fit into the last buffer. Guarded by `lock`.
    private volatile @Nullable Text rest;

    private int restAt;

    /// @param lock held while receiving, but not while a handler runs
    Receiving(Source source, ReentrantLock lock) {
        this.source = source;
        this.lock = lock;
    }

    /// True when a part of a message is there for sure.
    boolean hasRest() {
        return rest != null;
    }

    @Nullable
    <T> MessageInfo receive(@Nullable ByteBuffer buffer, T attachment, @Nullable NotificationHandler<T> handler)
            throws IOException {
        if (buffer == null) {
            throw new IllegalArgumentException("buffer cannot be null");
        }
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        ArrayDeque<Receiving> inside = INSIDE.get();
        if (inside.contains(this)) {
            throw new IllegalReceiveException("cannot invoke receive from handler");
        }
        inside.push(this);
        try {
            return loop(buffer, attachment, handler);
        } finally {
            inside.pop();
            if (inside.isEmpty()) {
                INSIDE.remove();
            }
        }
    }

    private <T> @Nullable MessageInfo loop(ByteBuffer buffer, T attachment, @Nullable NotificationHandler<T> handler)
            throws IOException {
        while (true) {
            Item item;
            lock.lock();
            try {
                source.check();
                Text more = rest;
                item = more != null ? more : source.next();
                if (item instanceof Text text) {
                    return copy(text, buffer);
                }
            } finally {
                lock.unlock();
            }
            switch (item) {
                case null -> {
                    return null;
                }
                case End end -> {
                    return new ReceivedInfo(end.association(), end.from());
                }
                case Notice notice -> {
                    if (!goesOn(notice, attachment, handler)) {
                        return null;
                    }
                }
                case Text ignored -> throw new AssertionError();
            }
        }
    }

    private static <T> boolean goesOn(Notice notice, T attachment, @Nullable NotificationHandler<T> handler) {
        Notification notification = notice.notification();
        try {
            return notification == null
                    || handler == null
                    || Notices.tell(notification, handler, attachment) == HandlerResult.CONTINUE;
        } finally {
            notice.after().run();
        }
    }

    /// "If there are fewer bytes remaining in the buffer than are required to hold the message […] more
    /// invocations of this method will be necessary to completely consume the message."
    private MessageInfo copy(Text text, ByteBuffer into) {
        Message message = text.message();
        int count = Math.min(into.remaining(), message.length() - restAt);
        into.put(message.data(), restAt, count);
        restAt += count;
        boolean all = restAt == message.length();
        rest = all ? null : text;
        restAt = all ? 0 : restAt;
        return new ReceivedInfo(text.association(), text.from(), message, count, all && message.last());
    }
}
