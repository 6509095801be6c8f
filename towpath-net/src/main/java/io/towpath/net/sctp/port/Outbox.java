package io.towpath.net.sctp.port;

import io.towpath.sctp.SendOptions;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Small messages on their way from the application's threads to the shard's owner, who takes all that are there
/// together.
///
/// A message that is handed over by itself leaves at once, in a packet of its own, and the caller does all the work up
/// to the peer's door if nobody else does. That is right for a question whose answer is awaited. For a thread that
/// gives one small message after the other it is not: the profile showed a whole turn of two hosts for every message
/// of 64 bytes. Such a thread leaves its messages here and goes on, while the shard's owner bundles them.
final class Outbox {
    /// Longer messages fill a packet by themselves.
    private static final int MESSAGE_MAX = 1024;

    private static final int MESSAGES_MAX = 1024;
    private static final int BYTES_MAX = 1 << 16;

    /// What waits here may overrun the send buffer by this share.
    private static final int BUFFER_SHARE = 8;

    /// Messages one after the other, none of them later than this after the one before it, and none received meanwhile,
    /// that are no questions.
    private static final int STREAK_MIN = 8;

    private static final long GAP_NANOS = 50_000;

    /// Messages in order.
    static final class Batch {
        byte[] bytes;
        private int[] ends;
        private SendOptions[] options;
        private int count;
        private int taken;

        private Batch(int byteCount, int messages) {
            bytes = new byte[byteCount];
            ends = new int[messages];
            options = new SendOptions[messages];
        }

        private void add(byte[] data, int at, int n, SendOptions how) {
            int begin = end();
            if (begin + n > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(begin + n, bytes.length * 2));
            }
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, count * 2);
                options = Arrays.copyOf(options, count * 2);
            }
            System.arraycopy(data, at, bytes, begin, n);
            ends[count] = begin + n;
            options[count++] = how;
        }

        private int end() {
            return count == 0 ? 0 : ends[count - 1];
        }

        boolean isTaken() {
            return taken == count;
        }

        /// Where the message that is next begins.
        int at() {
            return taken == 0 ? 0 : ends[taken - 1];
        }

        int length() {
            return ends[taken] - at();
        }

        SendOptions options() {
            return options[taken];
        }

        void onTaken() {
            taken++;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Batch given;

    // Of the batch before: the next one is made for as much.
    private int lastBytes;
    private int lastMessages;

    /// What the owner took last, and has not ended perhaps. The owner's.
    private @Nullable Batch taking;

    private int streak;
    private long lastAt;
    private volatile boolean closed = true;
    private volatile boolean received;

    // What the engine took when it was asked: such a message needs no answer.
    private volatile int longest;
    private volatile int highestStream = -1;
    private volatile int bytesMax;

    /// Any thread: leaves a message here if that may be.
    ///
    /// @return false when the caller has to hand it over by itself
    boolean offer(long now, byte[] data, int at, int n, SendOptions how) {
        lock.lock();
        try {
            boolean goesOn = now - lastAt <= GAP_NANOS && !received;
            lastAt = now;
            received = false;
            streak = goesOn ? Math.min(streak + 1, STREAK_MIN) : 0;
            if (streak < STREAK_MIN || closed || !isKnown(n, how)) {
                return false;
            }
            Batch batch = given;
            if (batch == null) {
                batch = new Batch(Math.max(n, lastBytes), Math.max(1, lastMessages));
                given = batch;
            }
            if (batch.count == MESSAGES_MAX || batch.end() + n > bytesMax) {
                return false;
            }
            batch.add(data, at, n, how);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isKnown(int n, SendOptions how) {
        return n > 0
                && n <= longest
                && how.streamId() >= 0
                && how.streamId() <= highestStream
                && how.destination() == null
                && how.keyId() == SendOptions.ACTIVE_KEY
                && how.policy() != SendOptions.Policy.PRIORITY
                && how.ppid() >>> 32 == 0;
    }

    /// Any thread: the application received a message, so the next one that it sends may be an answer.
    void onReceived() {
        if (!received) {
            received = true;
        }
    }

    // ---- the owner

    /// The engine took a message that was handed over directly.
    void onTaken(int n, SendOptions how, int sendBytesMax) {
        if (n > longest && n <= MESSAGE_MAX) {
            longest = n;
        }
        if (how.streamId() > highestStream) {
            highestStream = how.streamId();
        }
        bytesMax = Math.min(BYTES_MAX, sendBytesMax / BUFFER_SHARE);
    }

    /// Whether messages may be left here: not while the send buffer is full.
    void open(boolean value) {
        if (closed == value) {
            closed = !value;
        }
    }

    /// The messages to take next, null when there are none. The owner goes on with the same until all are taken.
    @Nullable
    Batch next() {
        Batch begun = taking;
        if (begun != null && !begun.isTaken()) {
            return begun;
        }
        lock.lock();
        try {
            Batch next = given;
            given = null;
            taking = next;
            if (next != null) {
                lastBytes = next.end();
                lastMessages = next.count;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// Drops all.
    void clear() {
        taking = null;
        while (next() != null) {
            taking = null;
        }
    }
}
