package io.towpath.tcp.ecn;

import io.towpath.core.Context;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpInfo;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/// Explicit congestion notification of one connection: what its segments carry, what it owes to the peer, what
/// the peer reported (RFC 3168 §6.1).
public final class Ecn {
    /// The ECN field of a packet whose transport does not know of ECN (RFC 3168 §5).
    public static final int NOT_ECT = 0;
    /// ECN-capable transport, codepoint 1.
    public static final int ECT_1 = 1;
    /// ECN-capable transport, codepoint 0: what this host sends.
    public static final int ECT_0 = 2;
    /// Congestion experienced.
    public static final int CE = 3;

    private EcnMode mode = EcnMode.NONE;
    /// Flags of any SYN sent, of the last SYN sent, of our SYN-ACK.
    private int asked;

    private int lastAsked;
    private int answered;
    /// A SYN-ACK of an active open left: what it promised stands.
    private boolean promised;
    /// As sender: new data is marked as ECN-capable.
    private boolean marking;
    /// With [EcnMode#ACCURATE]: the counters.
    private @Nullable MarkCounter counter;
    /// As client: what the ACK of the SYN-ACK tells.
    private int handshakeAck;
    /// No segment but SYNs came yet.
    private boolean first = true;
    /// As receiver: a CE mark came, and no CWR since.
    private boolean echoing;
    /// As sender: the window was reduced, and no new data left since.
    private boolean cwrDue;
    /// As sender: SND.NXT at the last reduction; what is acknowledged up to there was sent before it.
    private long reducedAt = Long.MIN_VALUE;

    /// The byte counters, with the option alone.
    private @Nullable ByteCounters bytes;

    private boolean telling;
    private boolean reducing;
    private boolean held;
    private long marksIn;
    private long marksReported;
    private long reductions;

    /// Nothing agreed.
    public Ecn() {}

    /// Whether segments may carry the option of Accurate ECN, once it is agreed on.
    ///
    /// @param on as configured; false as well when a SYN-ACK with the option was lost, perhaps because of it
    public void tellBytes(boolean on) {
        telling = on;
    }

    // ---- the handshake -----------------------------------------------------------------------------------------

    /// The flags of the SYN that is about to leave.
    ///
    /// @param syn 1 for the first SYN, counting those sent again
    public int request(EcnConfig config, int syn) {
        int flags = EcnHandshake.request(config, syn);
        asked |= flags;
        lastAsked = flags;
        return flags;
    }

    /// The peer's SYN is known before ours was acknowledged: both open. What it asks is answered in our
    /// SYN-ACK.
    public void onCrossingSyn(EcnConfig config, Segment syn) {
        int answer = EcnHandshake.answer(config, syn.flags, syn.ecn);
        startPassive(answer, answer);
    }

    /// The SYN was answered by `synAck`.
    ///
    /// RFC 3168 §6.1.1: a host that asked and was agreed with "MUST process" marks. One that asked no more in
    /// its last SYN cannot know which of them the peer will go by, so it sends nothing that may be marked.
    public void startActive(Segment synAck) {
        mode = EcnHandshake.agreed(asked, synAck.flags);
        marking = EcnHandshake.agreed(lastAsked, synAck.flags) != EcnMode.NONE;
        if (mode == EcnMode.ACCURATE) {
            handshakeAck = EcnHandshake.reflected(synAck.ecn);
            counter().countHandshake(synAck.ecn == CE, false);
            // §3.2.3.2.1: the option is in the first ACK and in the first data.
            beginCounting(2);
            readBytes(synAck);
            // RFC 9768 §3.2.2.3: the SYN left unmarked; who says that it came otherwise sits behind somebody who
            // mangles the field.
            marking &= (synAck.flags & EcnHandshake.ACE) == EcnHandshake.reflected(NOT_ECT);
        }
    }

    private void beginCounting(int owed) {
        if (bytes == null) {
            bytes = new ByteCounters();
            bytes.owe(owed);
        }
    }

    private long readBytes(Segment seg) {
        return bytes == null ? -1 : bytes.take(seg.options, seg.bytes);
    }

    /// In SYN-RECEIVED after a simultaneous open the peer's SYN-ACK comes. RFC 3168 §6.1.1: who received a
    /// SYN-ACK that does not agree "SHOULD NOT set ECT on data packets"; but what this side has promised to
    /// echo, it echoes.
    public void onCrossingSynAck(Segment synAck) {
        if (!promised) {
            // Ours never left, and needs not any more: the peer knows of our SYN only.
            answered = 0;
            startActive(synAck);
            return;
        }
        boolean agrees = EcnHandshake.agreed(EcnHandshake.ACE, synAck.flags) == mode;
        marking &= agrees;
        if (mode == EcnMode.NONE) {
            startActive(synAck);
        }
    }

    /// A SYN was answered.
    ///
    /// @param promised flags of the SYN-ACK that promised most, as [EcnHandshake#answer] gave them
    /// @param answer flags of the last SYN-ACK; a peer whose later SYN did not ask is sent nothing that may be
    ///     marked
    public void startPassive(int promised, int answer) {
        answered = answer;
        mode = EcnHandshake.agreed(EcnHandshake.ACE, promised);
        marking = EcnHandshake.agreed(EcnHandshake.ACE, answer) != EcnMode.NONE;
        if (mode == EcnMode.ACCURATE) {
            beginCounting(1);
        }
    }

    /// The flags of the SYN-ACK that is about to leave from a connection that opened actively.
    public int answer() {
        promised = true;
        return answered;
    }

    // ---- what segments carry -----------------------------------------------------------------------------------

    /// The ECN field of a segment. RFC 3168 §6.1.5 and §6.1.6: retransmissions and window probes "MUST NOT" be
    /// marked as ECN-capable; §6.1.4: nor pure acknowledgments.
    ///
    /// @param newData true when all of its data is sent for the first time
    public int codepoint(boolean newData) {
        return marking && newData ? ECT_0 : NOT_ECT;
    }

    /// The ECN flags of a segment with ACK that is about to leave.
    ///
    /// @param newData true when all of its data is sent for the first time
    /// @param handshake true for one that acknowledges the SYN-ACK and nothing else
    public int flags(boolean newData, boolean handshake) {
        if (mode == EcnMode.NONE) {
            return 0;
        }
        if (mode == EcnMode.ACCURATE) {
            return handshake && handshakeAck != 0 ? handshakeAck : counter().flags();
        }
        int flags = echoing ? TcpHeader.ECE : 0;
        if (newData && cwrDue) {
            // RFC 3168 §6.1.2: "the TCP sender sets the CWR flag in the TCP header of the first new data packet sent
            // after the window reduction".
            cwrDue = false;
            flags |= TcpHeader.CWR;
        }
        return flags;
    }

    /// Octets of the option that the segment about to leave should carry.
    ///
    /// @param room that is free
    public int optionBytes(int room) {
        ByteCounters counters = bytes;
        return counters == null || !telling ? 0 : counters.length(room);
    }

    /// Room that a segment should leave for the option.
    public int optionRoom() {
        ByteCounters counters = bytes;
        return counters != null && telling && counters.isDue() ? ByteCounters.SHORT : 0;
    }

    /// Writes the option, of a length that [#optionBytes] gave; 0 for none.
    public void writeOption(byte[] b, int at, int length) {
        if (bytes != null) {
            bytes.write(b, at, length);
        }
    }

    /// Whether a SYN-ACK with these flags tells the counters.
    public static boolean tellsBytes(EcnConfig config, int flags) {
        return config.option() && EcnHandshake.agreed(EcnHandshake.ACE, flags) == EcnMode.ACCURATE;
    }

    // ---- as receiver -------------------------------------------------------------------------------------------

    /// Takes the ECN field and flags of an acceptable segment (§6.1.3). RFC 3168 §6.1.5: those outside the
    /// window are not to be looked at.
    ///
    /// @return true when it wants an ACK at once
    public boolean onSegment(Segment seg) {
        if (mode == EcnMode.NONE) {
            return false;
        }
        if (mode == EcnMode.ACCURATE) {
            return onAccurate(seg);
        }
        boolean atOnce = false;
        if (seg.has(TcpHeader.CWR)) {
            // Who reduced its window may have one segment under way: it should not wait for a delayed ACK.
            atOnce = echoing && seg.textLength > 0;
            echoing = false;
        }
        if (seg.ecn == CE && seg.textLength > 0) {
            marksIn += seg.wireSegments;
            atOnce |= !echoing;
            echoing = true;
        }
        return atOnce;
    }

    private boolean onAccurate(Segment seg) {
        if (first && !seg.has(TcpHeader.SYN)) {
            first = false;
            onFirst(seg);
        }
        if (seg.has(TcpHeader.SYN)) {
            return false; // the handshake tells of those
        }
        boolean marked = seg.ecn == CE;
        marksIn += marked ? seg.wireSegments : 0;
        boolean changed = bytes != null && bytes.onData(seg.ecn, seg.textLength) && telling;
        return counter().onSegment(marked, seg.wireSegments, seg.textLength > 0) || changed;
    }

    /// The first segment behind the SYNs. RFC 9768 §3.2.2.1: the one that acknowledges a SYN-ACK and carries
    /// nothing tells in what ECN field that arrived. §3.2.2.4: an ACE field of zero there means that somebody
    /// zeroes it, and then nothing may be marked.
    private void onFirst(Segment seg) {
        int ace = MarkCounter.ace(seg.flags);
        marking &= ace != 0;
        if (bytes != null) {
            bytes.test(seg.options, seg.bytes);
        }
        boolean bare = answered != 0 && seg.length() == 0;
        if (bare && ace == MarkCounter.ace(EcnHandshake.reflected(CE))) {
            counter().countHandshake(false, true);
        }
    }

    /// The counter of marks, which only Accurate ECN has.
    private MarkCounter counter() {
        MarkCounter present = counter;
        if (present == null) {
            present = new MarkCounter();
            counter = present;
        }
        return present;
    }

    // ---- as sender ---------------------------------------------------------------------------------------------

    /// Takes an acceptable acknowledgment; `una` is SND.UNA after it.
    ///
    /// @param segments newly acknowledged by it
    /// @param mss bytes of a full segment
    /// @return true when it says that the network is congested, and the window was not reduced for that in
    ///     this round trip: RFC 3168 §6.1.2, the sender reacts "at most once every window of data"
    boolean isCongested(Segment seg, long una, long segments, int mss) {
        if (mode == EcnMode.ACCURATE) {
            long marks = segments == 0 ? 0 : counter().take(MarkCounter.ace(seg.flags), segments, readBytes(seg), mss);
            marksReported += marks;
            return marks > 0 && una > reducedAt;
        }
        if (mode == EcnMode.NONE || seg.has(TcpHeader.SYN) || !seg.has(TcpHeader.ECE)) {
            return false;
        }
        marksReported++;
        return una > reducedAt;
    }

    /// The window was reduced, because of marks or of a loss, when `nxt` was SND.NXT. RFC 3168 §6.1.2: CWR
    /// follows "for any reason".
    public void onReduced(long nxt) {
        reducedAt = nxt;
        cwrDue = mode == EcnMode.CLASSIC;
    }

    /// The window was reduced because of marks.
    void onMarksObeyed(long nxt) {
        onReduced(nxt);
        reducing = true;
        reductions++;
    }

    /// All that was under way at the reduction is acknowledged.
    ///
    /// @return true when a reduction because of marks ends with it
    boolean endReduction(long una) {
        boolean ends = reducing && una >= reducedAt;
        reducing &= !ends;
        return ends;
    }

    /// True from a reduction because of marks until all that was under way then is acknowledged.
    public boolean isReducing() {
        return reducing;
    }

    /// RFC 3168 §6.1.2, at a window of one segment: "the sender will then be able to send a new packet only
    /// when the retransmit timer expires".
    void hold() {
        held = true;
    }

    /// True while nothing new may leave because of marks at the smallest window.
    public boolean isHeld() {
        return held;
    }

    /// The retransmission timer fired.
    ///
    /// @return true when it was what the next segment waited for
    public boolean release() {
        boolean waited = held;
        held = false;
        return waited;
    }

    // ---- for readers -------------------------------------------------------------------------------------------

    /// What was agreed on.
    public EcnMode mode() {
        return mode;
    }

    /// True when Accurate ECN is agreed on, and nothing is sent that may be marked because somebody mangles the
    /// ECN field or the ACE field.
    public boolean isDistrusted() {
        return mode == EcnMode.ACCURATE && !marking && ((lastAsked | answered) & EcnHandshake.ACE) != 0;
    }

    /// Tells what the SYNs agreed on.
    public void tellAgreed(long now, Context context, TcpConnection c) {
        switch (mode) {
            case NONE -> c.note(now, context, TcpEvent.Note.ECN_NONE, 0);
            case CLASSIC -> c.note(now, context, TcpEvent.Note.ECN_CLASSIC, 0);
            case ACCURATE -> c.note(now, context, TcpEvent.Note.ECN_ACCURATE, telling ? 1 : 0);
        }
        if (isDistrusted()) {
            c.note(now, context, TcpEvent.Note.ECN_DISTRUSTED, 0);
        }
    }

    /// For STATUS.
    public TcpInfo.EcnInfo info() {
        ByteCounters counters = bytes;
        return new TcpInfo.EcnInfo(
                mode.text(),
                marksIn,
                marksReported,
                reductions,
                counters == null ? 0 : counters.marked(),
                counters == null ? 0 : counters.reportedMarked(),
                counters != null && counters.isHeard());
    }

    /// Acknowledgments that reported marks.
    public long marksReported() {
        return marksReported;
    }
}
