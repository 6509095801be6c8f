package io.towpath.tcp.segment;

/// What a connection sends next. One object serves all of them; it is valid until the next decision.
final class Decision {
    /// Kinds of segments.
    enum What {
        /// Nothing now.
        NOTHING,
        /// SYN, or SYN-ACK of a simultaneous open.
        SYN,
        /// New data, perhaps with the FIN behind it.
        DATA,
        /// New data in one segment larger than the path is known to carry.
        MTU_PROBE,
        /// An entry of the flight that is deemed lost.
        RETRANSMIT,
        /// Zero-window probe.
        WINDOW_PROBE,
        /// Keep-alive probe.
        KEEPALIVE,
        /// An acknowledgment alone.
        ACK
    }

    What what = What.NOTHING;
    long seq;
    /// Sequence numbers covered, the FIN's included.
    int length;
    /// Index in the flight, for a retransmission.
    long index;
    /// The user's data ends here.
    boolean push;
    /// A retransmission of what is not deemed lost.
    boolean lastResort;

    Decision nothing() {
        what = What.NOTHING;
        return this;
    }

    Decision of(What what, long seq, int length) {
        this.what = what;
        this.seq = seq;
        this.length = length;
        this.push = false;
        this.lastResort = false;
        return this;
    }

    Decision retransmit(long index, long seq, int length) {
        this.index = index;
        return of(What.RETRANSMIT, seq, length);
    }
}
