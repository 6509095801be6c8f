package io.towpath.tcp.segment;

import io.towpath.core.Packet;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.OpenConditions;
import io.towpath.tcp.config.PeerKey;
import io.towpath.wire.Serial;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOptions;
import org.jspecify.annotations.Nullable;

/// The segment being read: the SEG variables of RFC 9293 §3.3.1, unwrapped. One object serves all segments of a host;
/// what it says is valid until the next one is read.
public final class Segment {
    /// Options of the segment.
    public final TcpOptions options = new TcpOptions();

    /// The array the segment lies in.
    public byte[] bytes = {};

    /// Where the text begins.
    public int textAt;

    /// Bytes of text.
    public int textLength;

    /// Flag bits, see [TcpHeader].
    public int flags;

    /// SEG.SEQ, unwrapped against the reference given to [#unwrap].
    public long seq;

    /// SEG.ACK, unwrapped; only meaningful with ACK.
    public long ack;

    /// SEG.WND as on the wire, not scaled.
    public int window;

    /// SEG.UP.
    public int urgentPointer;

    /// The ECN field of the IP header, 0 to 3.
    public int ecn;

    /// How many wire segments this stands for (more than one when the link coalesced).
    public int wireSegments;

    /// Text bytes of one wire segment.
    public int wireSegmentBytes;

    /// Where the security option of its IPv4 packet begins in [#bytes]; -1 for none.
    public int securityAt;

    /// The key under which its MD5 signature is right (RFC 2385); null when it has none and needs none.
    public @Nullable PeerKey key;

    /// The settings by which its authentication option is right (RFC 5925), when no row was asked; null otherwise.
    public @Nullable AuthConfig authentication;

    /// The initial sequence numbers of such a one: the peer's, and ours, 0 when there was none yet.
    public int peerIsn;

    /// See [#peerIsn].
    public int ownIsn;

    private int headerAt;
    private boolean hadSyn;

    /// Nothing read yet.
    public Segment() {}

    /// Reads the header of a packet that passed [TcpHeader#check]. The numbers are not unwrapped yet.
    public void read(Packet packet) {
        bytes = packet.bytes;
        headerAt = packet.at;
        textAt = packet.at + TcpHeader.dataOffset(bytes, packet.at);
        textLength = packet.end - textAt;
        flags = TcpHeader.flags(bytes, headerAt);
        window = TcpHeader.window(bytes, headerAt);
        hadSyn = false;
        securityAt = OpenConditions.securityAt(packet);
        ecn = packet.trafficClass & 3;
        urgentPointer = TcpHeader.urgentPointer(bytes, headerAt);
        options.parseHeader(bytes, headerAt);
        wireSegmentBytes = packet.segmentBytes > 0 ? Math.min(packet.segmentBytes, textLength) : textLength;
        wireSegments = packet.segmentBytes > 0 && textLength > packet.segmentBytes
                ? (textLength + packet.segmentBytes - 1) / packet.segmentBytes
                : 1;
        unwrap(1L << 32, 1L << 32);
    }

    /// Reads the header of a packet that is the same as the last one, but for its sequence number and PSH.
    ///
    /// @param headerBytes how long both headers are
    void follow(Packet packet, int headerBytes) {
        bytes = packet.bytes;
        headerAt = packet.at;
        textAt = headerAt + headerBytes;
        textLength = packet.end - textAt;
        flags = TcpHeader.flags(bytes, headerAt);
        wireSegmentBytes = textLength;
    }

    /// Unwraps SEG.SEQ next to `seqReference` (RCV.NXT) and SEG.ACK next to `ackReference` (SND.UNA).
    public void unwrap(long seqReference, long ackReference) {
        seq = Serial.unwrap(TcpHeader.sequence(bytes, headerAt), seqReference);
        ack = Serial.unwrap(TcpHeader.acknowledgment(bytes, headerAt), ackReference);
    }

    /// True when any of the flags in `mask` is set.
    public boolean has(int mask) {
        return (flags & mask) != 0;
    }

    /// The window in bytes. RFC 7323 §2.2: "The window field in a segment where the SYN bit is set […] MUST NOT be
    /// scaled", also after [#dropSyn].
    public long windowBytes(int shift) {
        return hadSyn || has(TcpHeader.SYN) ? window : (long) window << shift;
    }

    /// SEG.LEN: text and the SYN and FIN, which each occupy one sequence number.
    public int length() {
        return textLength + ((flags & TcpHeader.SYN) != 0 ? 1 : 0) + ((flags & TcpHeader.FIN) != 0 ? 1 : 0);
    }

    /// Takes the SYN off the front: what follows it is an ordinary segment one number further.
    public void dropSyn() {
        flags &= ~TcpHeader.SYN;
        hadSyn = true;
        seq++;
    }
}
