package io.towpath.sctp.send;

import io.towpath.sctp.SendOptions;
import io.towpath.sctp.auth.KeyUses;
import io.towpath.sctp.packet.Buffers;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Messages of the user that have no TSN yet, by stream, and the bytes of all that are not acknowledged.
public final class SendQueue {
    private static final int SPARE_MAX = 1 << 14;

    private final Buffers buffers;
    private final StreamScheduler scheduler = new StreamScheduler();
    private @Nullable OutgoingMessage spare;
    private int spareCount;
    private @Nullable OutStream[] streams = new OutStream[1];
    private int streamCount;
    private boolean interleaving;
    private boolean held;
    private @Nullable OutStream current;
    private long orders;
    private long queuedBytes;
    private int queuedMessages;
    private long heldBytes;
    private @Nullable KeyUses keyUses;

    /// An empty queue.
    ///
    /// @param streamCount streams that may be sent on, until the peer's limit is known
    public SendQueue(Buffers buffers, int streamCount) {
        this.buffers = buffers;
        this.streamCount = streamCount;
    }

    /// Streams that may be sent on.
    public int streamCount() {
        return streamCount;
    }

    /// RFC 9260 §5.1.1: the peer's limit is known, or streams were added.
    public void streamCount(int count) {
        streamCount = count;
    }

    /// Whether chunks of several messages may alternate (RFC 8260).
    public void interleaving(boolean value) {
        interleaving = value;
    }

    /// Who is next.
    public StreamScheduler scheduler() {
        return scheduler;
    }

    /// The stream `id`, made when it is asked for first.
    public OutStream stream(int id) {
        if (id >= streams.length) {
            streams = Arrays.copyOf(streams, Math.min(1 << 16, Math.max(id + 1, streams.length * 2)));
        }
        OutStream stream = streams[id];
        if (stream == null) {
            stream = new OutStream(id);
            stream.paused = held;
            streams[id] = stream;
        }
        return stream;
    }

    /// The stream `id` if it was ever used.
    public @Nullable OutStream known(int id) {
        return id < streams.length ? streams[id] : null;
    }

    /// Takes a message: its bytes are copied.
    public OutgoingMessage add(long now, byte[] data, int at, int n, SendOptions options) {
        OutgoingMessage message = fresh();
        message.data = buffers.take(n);
        System.arraycopy(data, at, message.data, 0, n);
        message.length = n;
        message.options = options;
        message.queuedAt = now;
        message.order = orders++;
        OutStream stream = stream(options.streamId());
        stream.add(message);
        if (!stream.paused) {
            scheduler.add(stream);
        }
        queuedBytes += n;
        queuedMessages++;
        heldBytes += n;
        int keyId = options.keyId();
        if (keyId != SendOptions.ACTIVE_KEY) {
            KeyUses uses = keyUses;
            if (uses == null) {
                uses = new KeyUses();
                keyUses = uses;
            }
            uses.add(keyId);
        }
        return message;
    }

    private OutgoingMessage fresh() {
        OutgoingMessage message = spare;
        if (message == null) {
            return new OutgoingMessage();
        }
        spare = message.next;
        spareCount--;
        message.next = null;
        return message;
    }

    /// The stream whose message is next; null when nothing may be sent. Without interleaving a message that was
    /// begun is ended first: its fragments have consecutive TSNs (RFC 9260 §6.9).
    public @Nullable OutStream next() {
        OutStream begun = current;
        return begun != null && !interleaving ? begun : scheduler.first();
    }

    /// `bytes` of the stream's first message got a TSN.
    public void taken(OutStream stream, OutgoingMessage message, int bytes) {
        message.sent += bytes;
        queuedBytes -= bytes;
        boolean ended = message.isSent();
        if (ended) {
            stream.removeHead();
            queuedMessages--;
        }
        current = ended ? null : stream;
        if (stream.isEmpty() || (stream.paused && ended)) {
            scheduler.served(stream, bytes, ended);
            scheduler.remove(stream);
        } else {
            scheduler.served(stream, bytes, ended);
        }
    }

    /// A packet is full.
    public void packetEnded() {
        scheduler.packetEnded();
    }

    /// Drops the first message of a stream, or what is left of it, without sending it. The caller releases it
    /// when none of its chunks is outstanding.
    public void dropHead(OutStream stream) {
        OutgoingMessage message = stream.head();
        if (message == null) {
            return;
        }
        stream.removeHead();
        queuedBytes -= message.length - message.sent;
        queuedMessages--;
        if (current == stream) {
            current = null;
        }
        if (stream.isEmpty()) {
            scheduler.remove(stream);
        }
    }

    /// The stream with the least important message that may give way to one of `priority`, null if there is
    /// none.
    @Nullable
    OutStream leastImportant(long priority) {
        OutStream found = null;
        long worst = priority;
        for (OutStream stream : streams) {
            OutgoingMessage candidate = stream == null ? null : stream.leastImportant(priority);
            if (candidate != null && candidate.options.policyValue() > worst) {
                worst = candidate.options.policyValue();
                found = stream;
            }
        }
        return found;
    }

    /// Takes that message out.
    OutgoingMessage removeLeastImportant(OutStream stream, long priority) {
        OutgoingMessage message = stream.leastImportant(priority);
        if (message == null) {
            throw new IllegalStateException("stream " + stream.id + " has no such message");
        }
        stream.remove(message);
        queuedBytes -= message.length;
        queuedMessages--;
        if (stream.isEmpty()) {
            scheduler.remove(stream);
        }
        return message;
    }

    /// Stops new messages of a stream from getting TSNs, or lets them again (RFC 6525).
    public void pause(OutStream stream, boolean paused) {
        stream.paused = paused;
        OutgoingMessage head = stream.head();
        if (paused && (head == null || !head.isPartlySent())) {
            scheduler.remove(stream);
        } else if (!paused && head != null) {
            scheduler.add(stream);
        }
    }

    /// Stops new messages of all streams from getting TSNs, or lets them again.
    public void hold(boolean holding) {
        held = holding;
        for (OutStream stream : streams) {
            if (stream != null) {
                pause(stream, holding);
            }
        }
    }

    /// Whether a message has TSNs for some of its bytes and none for others.
    public boolean isPartlySent() {
        for (OutStream stream : streams) {
            OutgoingMessage head = stream == null ? null : stream.head();
            if (head != null && head.isPartlySent()) {
                return true;
            }
        }
        return false;
    }

    /// Whether a message that waits or is not acknowledged names this shared key.
    public boolean usesKey(int keyId) {
        KeyUses uses = keyUses;
        return uses != null && uses.isUsed(keyId);
    }

    /// Nothing of the message is needed any more.
    public void release(OutgoingMessage message) {
        heldBytes -= message.length;
        KeyUses uses = keyUses;
        if (uses != null && message.options.keyId() != SendOptions.ACTIVE_KEY) {
            uses.remove(message.options.keyId());
        }
        buffers.give(message.data);
        message.clear();
        if (spareCount < SPARE_MAX) {
            message.next = spare;
            spare = message;
            spareCount++;
        }
    }

    /// Gives the memory back that only traffic needs.
    public void trim() {
        spare = null;
        spareCount = 0;
    }

    /// Bytes that have no TSN yet.
    public long queuedBytes() {
        return queuedBytes;
    }

    /// Messages of which bytes have no TSN yet.
    public int queuedMessages() {
        return queuedMessages;
    }

    /// Whether nothing waits.
    public boolean isEmpty() {
        return queuedMessages == 0;
    }

    /// Bytes of all messages not yet acknowledged, those with TSNs included.
    public long heldBytes() {
        return heldBytes;
    }

    /// The first message of any stream, in the order of streams: for giving all of them back.
    public @Nullable OutStream anyWaiting() {
        for (OutStream stream : streams) {
            if (stream != null && !stream.isEmpty()) {
                return stream;
            }
        }
        return null;
    }

    /// Shows the streams that were ever used, by ascending identifier.
    public void forEachStream(Consumer<OutStream> each) {
        for (OutStream stream : streams) {
            if (stream != null) {
                each.accept(stream);
            }
        }
    }

    /// These streams begin anew with number 0, all if none is named (RFC 6525).
    public void restartNumbers(int[] ids) {
        if (ids.length == 0) {
            restartNumbers();
        }
        for (int id : ids) {
            OutStream stream = stream(id);
            stream.nextSsn = 0;
            stream.nextUnordered = 0;
        }
    }

    /// Streams begin anew with number 0: the peer restarted, or asked for it.
    public void restartNumbers() {
        for (OutStream stream : streams) {
            if (stream != null) {
                stream.nextSsn = 0;
                stream.nextUnordered = 0;
            }
        }
    }
}
