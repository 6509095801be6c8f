package io.towpath.sctp.receive;

import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.packet.Buffers;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpDataHeader;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// From DATA chunks to messages: which TSNs came, fragments, streams, and how much of the receive buffer is in
/// use.
public final class Receiver {
    /// Outcome of a DATA chunk.
    public enum Outcome {
        /// It is new and was taken.
        NEW,
        /// Its TSN was here before.
        DUPLICATE,
        /// There is no room for it.
        REFUSED,
        /// Its stream does not exist; its TSN is acknowledged all the same.
        BAD_STREAM,
        /// Its fragment bits or numbers contradict what came before.
        VIOLATION
    }

    private static final long SSN_MASK = 0xffff;
    private static final long MID_MASK = 0xffff_ffffL;
    private static final int CHUNKS_MIN = 256;
    private static final int BYTES_PER_CHUNK = 32;

    /// Which TSNs came.
    public final DataTracker tracker;

    /// When to acknowledge.
    public final SackPolicy sacks = new SackPolicy();

    private final Reassembly reassembly;
    private final Interleaving interleaved;
    private final boolean interleaving;
    private final Inbox inbox;
    private final int bytesMax;
    private final int chunksMax;
    private @Nullable InStream[] streams = new InStream[1];
    private int streamCount;
    private long waitingBytes;
    private int waitingMessages;

    /// The most bytes ever held by chunks that there was room for: the last of them may overrun the buffer.
    private long heldMax;

    /// Where the chunks come from that are handed over next.
    public IpAddress source;

    /// The last window that the peer was told.
    public long advertised;

    /// Nothing received.
    ///
    /// @param source the peer's address that the handshake was with
    /// @param initialTsn the peer's first TSN
    /// @param streamCount streams that the peer may send on
    /// @param bytesMax receive buffer
    /// @param interleaving whether I-DATA comes instead of DATA (RFC 8260)
    public Receiver(
            Buffers buffers,
            Inbox inbox,
            IpAddress source,
            long initialTsn,
            int streamCount,
            int bytesMax,
            boolean interleaving) {
        this.inbox = inbox;
        this.source = source;
        this.tracker = new DataTracker(initialTsn);
        this.reassembly = new Reassembly(buffers);
        this.interleaved = new Interleaving(buffers);
        this.interleaving = interleaving;
        inbox.interleaving(interleaving);
        this.streamCount = streamCount;
        this.bytesMax = bytesMax;
        this.chunksMax = Math.max(CHUNKS_MIN, bytesMax / BYTES_PER_CHUNK);
        this.advertised = bytesMax;
    }

    /// Streams that the peer may send on.
    public int streamCount() {
        return streamCount;
    }

    /// Streams were added.
    public void streamCount(int count) {
        streamCount = count;
    }

    /// Bytes held: fragments, messages out of order, and messages that the user did not take yet.
    public long heldBytes() {
        return reassembly.bytes() + interleaved.bytes() + waitingBytes + inbox.bytes();
    }

    /// a_rwnd: "the dedicated buffer space, in number of bytes" that is left. Many small chunks use it up like
    /// few large ones.
    public long window() {
        if (reassembly.fragments() + interleaved.fragments() + waitingMessages + inbox.messages() >= chunksMax) {
            return 0;
        }
        return Math.max(0, bytesMax - heldBytes());
    }

    /// Whether the window grew so much that the peer should hear of it. §6.2: "The receiver MUST also have an
    /// algorithm for advertising its receive window to avoid receiver silly window syndrome": it is told by
    /// sixteenths of the buffer, or whole packets.
    public boolean windowUpdateDue(int packetBytes) {
        long window = window();
        return window > advertised
                && window - advertised >= Math.max(bytesMax >> 4, Math.min(packetBytes, bytesMax / 2));
    }

    /// A DATA chunk of a known stream or not.
    ///
    /// @param at where its user data begins
    /// @param length bytes of user data, at least 1
    /// @param flags DATA flags
    public Outcome onData(byte[] b, int at, int length, long tsn, int streamId, int ssn, long ppid, int flags) {
        Outcome outcome = admit(tsn, length, streamId, flags);
        if (outcome != Outcome.NEW) {
            return outcome;
        }
        boolean unordered = (flags & SctpDataHeader.U) != 0;
        int be = flags & (SctpDataHeader.B | SctpDataHeader.E);
        if (be == (SctpDataHeader.B | SctpDataHeader.E)) {
            byte[] data = Arrays.copyOfRange(b, at, at + length);
            return onMessage(new Message(data, streamId, ssn, ppid, unordered, tsn & 0xffff_ffffL, true, source))
                    ? Outcome.NEW
                    : Outcome.VIOLATION;
        }
        FragmentRun run = reassembly.add(b, at, length, tsn, streamId, ssn, ppid, unordered, be);
        return onRun(run) ? Outcome.NEW : Outcome.VIOLATION;
    }

    /// What DATA and I-DATA have in common: the TSN, the room, the stream.
    private Outcome admit(long tsn, int length, int streamId, int flags) {
        if (tracker.has(tsn)) {
            tracker.duplicate(tsn);
            sacks.onDuplicate();
            return Outcome.DUPLICATE;
        }
        if (hasRoom(tsn, length)) {
            heldMax = Math.max(heldMax, heldBytes() + length);
        } else if (!mustCome(tsn)) {
            sacks.onRefused();
            return Outcome.REFUSED;
        }
        if (!tracker.add(tsn)) {
            sacks.onRefused();
            return Outcome.REFUSED;
        }
        sacks.onNew((flags & SctpDataHeader.I) != 0);
        if (streamId >= streamCount) {
            return Outcome.BAD_STREAM;
        }
        return Outcome.NEW;
    }

    /// An I-DATA chunk.
    ///
    /// @param at where its user data begins
    /// @param ppidOrFsn payload protocol identifier of a first fragment, else the fragment sequence number
    public Outcome onInterleaved(
            byte[] b, int at, int length, long tsn, int streamId, int mid, long ppidOrFsn, int flags) {
        Outcome outcome = admit(tsn, length, streamId, flags);
        if (outcome != Outcome.NEW) {
            return outcome;
        }
        boolean unordered = (flags & SctpDataHeader.U) != 0;
        boolean begins = (flags & SctpDataHeader.B) != 0;
        boolean ends = (flags & SctpDataHeader.E) != 0;
        if (begins && ends) {
            byte[] data = Arrays.copyOfRange(b, at, at + length);
            return onMessage(new Message(
                            data, streamId, mid & MID_MASK, ppidOrFsn, unordered, tsn & 0xffff_ffffL, true, source))
                    ? Outcome.NEW
                    : Outcome.VIOLATION;
        }
        int fsn = begins ? 0 : (int) ppidOrFsn;
        Interleaving.Assembly assembly = interleaved.add(b, at, length, tsn, streamId, mid, unordered, fsn, ends);
        if (assembly == null) {
            return Outcome.VIOLATION;
        }
        if (begins) {
            assembly.ppid = ppidOrFsn;
        }
        return onAssembly(assembly) ? Outcome.NEW : Outcome.VIOLATION;
    }

    private boolean onAssembly(Interleaving.Assembly assembly) {
        if (!assembly.isWhole()) {
            if (inbox.wantsPart(assembly.bytes) && mayBeDelivered(assembly)) {
                deliver(assembly);
            }
            while (isShortOfRoom() && deliverAssemblyPartly()) {
                // As many parts as it takes: with a closed window no fragment comes that would give the next
                // occasion.
            }
            return true;
        }
        Message message = message(assembly, true);
        interleaved.remove(assembly);
        if (!assembly.partlyDelivered) {
            return onMessage(message);
        }
        finish(message);
        return true;
    }

    /// The last part of a message of which parts were delivered: its turn has come already.
    private void finish(Message message) {
        inbox.add(message);
        if (!message.unordered()) {
            InStream stream = stream(message.streamId());
            stream.advance();
            drain(stream, 0);
        }
    }

    private boolean deliverAssemblyPartly() {
        for (int i = 0; i < interleaved.size(); i++) {
            Interleaving.Assembly assembly = interleaved.get(i);
            if (mayBeDelivered(assembly)) {
                deliver(assembly);
                return true;
            }
        }
        return false;
    }

    private boolean mayBeDelivered(Interleaving.Assembly assembly) {
        boolean turn = assembly.unordered || stream(assembly.streamId).next == (assembly.mid & MID_MASK);
        return turn && assembly.ready() > 0;
    }

    private void deliver(Interleaving.Assembly assembly) {
        inbox.add(message(assembly, false));
        assembly.partlyDelivered = true;
    }

    private Message message(Interleaving.Assembly assembly, boolean last) {
        return new Message(
                interleaved.take(assembly),
                assembly.streamId,
                assembly.mid & MID_MASK,
                assembly.ppid,
                assembly.unordered,
                assembly.firstTsn & 0xffff_ffffL,
                last,
                source);
    }

    /// RFC 9260 §6.2: with a closed window, drop "any new incoming DATA chunk with a TSN larger than the
    /// largest TSN received so far"; what fills a hole is taken, because without it nothing can be delivered. A
    /// message that the window was open for when it was sent may overrun it by its own size.
    private boolean hasRoom(long tsn, int length) {
        return window() > 0 || tsn < tracker.highest() && heldBytes() + length <= 2L * bytesMax;
    }

    /// With nothing that the user could take, only the chunk that follows the Cumulative TSN Ack can make room
    /// again, however full the buffer is. All before it is here, so a peer that keeps to the rules sent nothing
    /// that it would have to wait for; from another one no more than this chunk is kept.
    private boolean mustCome(long tsn) {
        return tsn == tracker.cumulative() + 1 && heldBytes() <= Math.max(2L * bytesMax, heldMax) && !inbox.hasNext();
    }

    /// Whether what waits for other chunks fills half of the buffer.
    private boolean isShortOfRoom() {
        return reassembly.bytes() + interleaved.bytes() + waitingBytes >= bytesMax / 2;
    }

    private boolean onRun(FragmentRun run) {
        if (run.begins && run.ends) {
            boolean partly = run.partlyDelivered;
            Message message = message(run, true);
            reassembly.remove(run);
            if (!partly) {
                return onMessage(message);
            }
            finish(message);
            return true;
        }
        if (inbox.wantsPart(run.bytes) && mayBeDelivered(run)) {
            deliver(run);
        }
        while (isShortOfRoom() && deliverPartly()) {
            // As many parts as it takes.
        }
        return true;
    }

    private boolean mayBeDelivered(FragmentRun run) {
        boolean turn = run.unordered || stream(run.streamId).next == run.ssn;
        return run.begins && turn && run.fragments() > 0 && run.last <= tracker.cumulative();
    }

    private void deliver(FragmentRun run) {
        inbox.add(message(run, false));
        run.partlyDelivered = true;
    }

    /// RFC 9260 §6.9: "If the data receiver runs out of buffer space while still waiting for more fragments to
    /// complete the reassembly of the message, it SHOULD dispatch part of its inbound message through a partial
    /// delivery API".
    private boolean deliverPartly() {
        for (int i = 0; i < reassembly.size(); i++) {
            FragmentRun run = reassembly.get(i);
            if (mayBeDelivered(run)) {
                deliver(run);
                return true;
            }
        }
        return false;
    }

    private Message message(FragmentRun run, boolean last) {
        return new Message(
                reassembly.take(run),
                run.streamId,
                run.ssn,
                run.ppid,
                run.unordered,
                run.firstTsn & 0xffff_ffffL,
                last,
                source);
    }

    /// RFC 9260 §6.6: ordered messages "MUST deliver the messages to the upper layer according to the order of
    /// their stream sequence number"; unordered ones "MUST be delivered immediately".
    private boolean onMessage(Message message) {
        if (message.unordered()) {
            inbox.add(message);
            return true;
        }
        InStream stream = stream(message.streamId());
        if (message.ssn() == stream.next) {
            inbox.add(message);
            stream.advance();
            drain(stream, 0);
            return true;
        }
        if (stream.isPast(message.ssn()) || !stream.keep(message)) {
            return false;
        }
        waitingBytes += message.length();
        waitingMessages++;
        return true;
    }

    private void drain(InStream stream, long skipped) {
        long left = skipped;
        for (Message next = stream.take(left); next != null; next = stream.take(left)) {
            waitingBytes -= next.length();
            waitingMessages--;
            left -= stream.ahead(next.ssn());
            stream.next = next.ssn();
            stream.advance();
            inbox.add(next);
            left = Math.max(0, left - 1);
        }
    }

    /// The peer gave up everything up to a TSN (RFC 3758 §3.6): fragments of it are dropped.
    public void forward(long tsn) {
        for (int i = reassembly.size() - 1; i >= 0; i--) {
            FragmentRun run = reassembly.get(i);
            if (run.first <= tsn) {
                abandon(run);
            }
        }
        tracker.forward(tsn);
    }

    private void abandon(FragmentRun run) {
        if (run.partlyDelivered) {
            long tsn = run.firstTsn & 0xffff_ffffL;
            inbox.add(new Notification.PartialDeliveryAborted(run.streamId, run.ssn, run.unordered, tsn));
        }
        reassembly.remove(run);
    }

    /// Interleaved messages of a stream up to this identifier were given up (RFC 8260 §2.3.1).
    public void skipInterleaved(int streamId, boolean unordered, int mid) {
        for (int i = interleaved.size() - 1; i >= 0; i--) {
            Interleaving.Assembly assembly = interleaved.get(i);
            if (assembly.streamId == streamId && assembly.unordered == unordered && assembly.mid - mid <= 0) {
                abandon(assembly);
            }
        }
        if (!unordered) {
            skip(streamId, mid & MID_MASK);
        }
    }

    private void abandon(Interleaving.Assembly assembly) {
        if (assembly.partlyDelivered) {
            long tsn = assembly.firstTsn & 0xffff_ffffL;
            inbox.add(new Notification.PartialDeliveryAborted(
                    assembly.streamId, assembly.mid & MID_MASK, assembly.unordered, tsn));
        }
        interleaved.remove(assembly);
    }

    /// Ordered messages of a stream up to this number were given up: those behind it need not wait for them.
    public void skip(int streamId, long ssn) {
        if (streamId >= streamCount) {
            return;
        }
        InStream stream = stream(streamId);
        if (stream.isPast(ssn)) {
            return;
        }
        long skipped = stream.ahead(ssn);
        drain(stream, skipped);
        if (!stream.isPast(ssn)) {
            stream.next = ssn;
            stream.advance();
        }
        drain(stream, 0);
    }

    /// The stream begins anew with number 0 (RFC 6525).
    public void resetStream(int streamId) {
        if (streamId < streams.length) {
            InStream stream = streams[streamId];
            if (stream != null) {
                stream.next = 0;
                drain(stream, 0);
            }
        }
    }

    /// All streams begin anew.
    public void resetStreams() {
        for (int i = 0; i < streams.length; i++) {
            resetStream(i);
        }
    }

    /// A DATA chunk is not taken: the peer is to send it again.
    public void refuse() {
        sacks.onRefused();
    }

    /// All streams begin anew with number 0, and TSNs with this one. What is not whole will never be.
    public void restart(long nextTsn) {
        end();
        tracker.forward(nextTsn - 1);
        tracker.clearDuplicates();
        for (InStream stream : streams) {
            if (stream != null) {
                drain(stream, SSN_MASK >>> 1);
                stream.next = 0;
            }
        }
    }

    /// The association ends: buffers are given back, and a message that was delivered in part is told broken.
    public void end() {
        for (int i = reassembly.size() - 1; i >= 0; i--) {
            abandon(reassembly.get(i));
        }
        for (int i = interleaved.size() - 1; i >= 0; i--) {
            abandon(interleaved.get(i));
        }
    }

    /// Whether messages wait for others, or for fragments of theirs.
    public boolean hasIncomplete() {
        return waitingMessages > 0 || reassembly.size() > 0 || interleaved.size() > 0;
    }

    /// What [#forEachNext] shows.
    public interface NextNumber {
        /// @param next number of the ordered message that is next in the stream
        void of(int streamId, long next);
    }

    /// Shows the number that is next in each stream that was used, by ascending identifier.
    public void forEachNext(NextNumber each) {
        for (InStream stream : streams) {
            if (stream != null) {
                each.of(stream.id, stream.next);
            }
        }
    }

    /// The number that is next in a stream of an association that another process had.
    public void restoreNext(int streamId, long next) {
        stream(streamId).next = next;
    }

    /// Shows the streams ever used and the number that is next in each.
    public void forEachStream(Consumer<String> each) {
        for (InStream stream : streams) {
            if (stream != null) {
                each.accept(stream.id + ":" + stream.next + (stream.waiting() > 0 ? "+" + stream.waiting() : ""));
            }
        }
    }

    private InStream stream(int id) {
        if (id >= streams.length) {
            streams = Arrays.copyOf(streams, Math.min(1 << 16, Math.max(id + 1, streams.length * 2)));
        }
        InStream stream = streams[id];
        if (stream == null) {
            stream = new InStream(id, interleaving ? MID_MASK : SSN_MASK);
            streams[id] = stream;
        }
        return stream;
    }
}
