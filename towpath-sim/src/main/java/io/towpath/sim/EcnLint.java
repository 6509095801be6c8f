package io.towpath.sim;

/// The rules of RFC 3168 for what one host sends on one incarnation of one connection: what may be marked as
/// ECN-capable, that marks received are echoed until CWR comes, that an echo is answered by CWR.
final class EcnLint {
    private static final int CE = 3;
    private static final int SETUP = Sighting.ECE | Sighting.CWR;

    private int ownSyn; // flags of the last SYN or SYN-ACK sent
    private int peerSyn;
    private boolean counting; // a SYN-ACK agreed to Accurate ECN: what it promised stands
    private boolean marked; // a CE mark came, ever
    private long echoFrom = -1; // acknowledgments of this and beyond carry ECE
    private long cwrSentAt; // what was sent when CWR left last
    private boolean cwrOwed;

    /// The host received a segment of its peer.
    ///
    /// @param end of its data, relative to the peer's SYN; -1 when the peer is not known
    /// @param advanced true when it extended what is in order
    /// @param ack relative to the own SYN, -1 when it acknowledges nothing new
    void received(Sighting s, long end, boolean advanced, long ack) {
        if (s.has(Sighting.SYN)) {
            counting |= isAccurate(s.flags);
            return;
        }
        if (s.has(Sighting.CWR)) {
            echoFrom = -1;
        }
        if ((s.trafficClass & 3) == CE && s.dataLength() > 0) {
            marked = true;
            if (advanced && echoFrom < 0) {
                echoFrom = end;
            }
        } else if (echoFrom > end - s.dataLength() && echoFrom <= end) {
            // The same data once more, unmarked: the host may have refused the marked segment for its timestamp.
            echoFrom = -1;
        }
        // Of segments with data the host may have taken none, when they lie outside its window.
        if (s.has(Sighting.ECE) && ack > cwrSentAt && s.dataLength() == 0) {
            cwrOwed = true;
        }
    }

    /// The host sends a segment.
    ///
    /// @param peerFlags flags of the peer's last SYN or SYN-ACK, 0 when none came
    /// @param ack relative to the peer's SYN
    /// @param sentMax what it sent so far, relative to its own SYN
    /// @param newData true when none of its data was sent before
    /// @return what is wrong with it, or the empty string
    String sent(Sighting s, int peerFlags, long ack, long sentMax, boolean newData) {
        int field = s.trafficClass & 3;
        if (s.has(Sighting.SYN)) {
            ownSyn = s.flags;
            counting |= isAccurate(ownSyn);
            if (s.has(Sighting.ACK) && (s.flags & SETUP) == SETUP && (peerFlags & Sighting.AE) == 0) {
                return "SYN-ACK with ECE and CWR";
            }
            return field == 0 ? "" : "SYN marked as ECN-capable";
        }
        peerSyn = peerFlags;
        if (field == CE) {
            return "leaves its host with a congestion mark";
        }
        if (field != 0 && !agreed()) {
            return "marked as ECN-capable, which was not agreed on";
        }
        if (field != 0 && !newData) {
            return "marked as ECN-capable, but carries no new data";
        }
        if (s.has(Sighting.RST)) {
            return "";
        }
        // With Accurate ECN the three flags are a number (RFC 9768 §3.2.2).
        return counting || isAccurate(peerSyn) ? "" : flags(s, ack, sentMax, newData);
    }

    private String flags(Sighting s, long ack, long sentMax, boolean newData) {
        if (s.has(Sighting.ECE) && !marked) {
            return "echoes a congestion mark that never came";
        }
        if (agreed() && echoFrom >= 0 && ack >= echoFrom && !s.has(Sighting.ECE)) {
            return "does not echo the congestion mark at " + echoFrom;
        }
        if (s.has(Sighting.CWR) && !newData) {
            return "CWR without new data";
        }
        if (s.has(Sighting.CWR)) {
            cwrOwed = false;
            cwrSentAt = sentMax;
        }
        // A byte may be a probe of the window, which is no occasion.
        return agreed() && cwrOwed && newData && s.dataLength() > 1 ? "new data without CWR after ECE" : "";
    }

    private boolean agreed() {
        // In a simultaneous open both sides answer: either answer will do.
        return isAnswer(ownSyn) || isAnswer(peerSyn) || isAccurate(ownSyn) || isAccurate(peerSyn);
    }

    /// True for a SYN-ACK with AE, CWR or AE CWR, or CWR ECE: RFC 9768 table 2.
    private static boolean isAccurate(int flags) {
        int ace = flags & (Sighting.AE | SETUP);
        return (flags & Sighting.ACK) != 0
                && (ace == Sighting.CWR || ace == SETUP || ace == Sighting.AE || ace == (Sighting.AE | Sighting.CWR));
    }

    private static boolean isAnswer(int flags) {
        return (flags & (Sighting.ACK | SETUP)) == (Sighting.ACK | Sighting.ECE);
    }
}
