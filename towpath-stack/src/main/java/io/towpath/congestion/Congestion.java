package io.towpath.congestion;

/// The congestion control algorithms that a connection can choose from.
public enum Congestion {
    /// RFC 5681, counting bytes (RFC 3465).
    NEWRENO,
    /// RFC 9438.
    CUBIC,
    /// BBR version 3, draft-ietf-ccwg-bbr; paces.
    BBR;

    /// A fresh instance for one connection.
    public CongestionControl create() {
        return create(CongestionTuning.defaults());
    }

    /// A fresh instance for one connection, set as `tuning` says.
    public CongestionControl create(CongestionTuning tuning) {
        return switch (this) {
            case NEWRENO -> new NewReno(tuning);
            case CUBIC -> new Cubic(tuning);
            case BBR -> new Bbr();
        };
    }

    /// The initial window IW in bytes: RFC 6928 §2, `min(10 * MSS, max(2 * MSS, 14600))`. When the SYN or SYN-ACK was
    /// lost it is one MSS instead (RFC 5681 §3.1), which is the caller's business.
    ///
    /// @param mss SMSS in bytes, positive
    public static long initialWindow(int mss) {
        return Math.min(10L * mss, Math.max(2L * mss, 14_600L));
    }
}
