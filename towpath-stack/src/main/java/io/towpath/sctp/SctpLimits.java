package io.towpath.sctp;

/// Counts and bounds of an association (RFC 9260 §16).
///
/// @param associationMaxRetrans Association.Max.Retrans
/// @param pathMaxRetrans Path.Max.Retrans
/// @param maxInitRetransmits Max.Init.Retransmits
/// @param heartbeatMaxBurst HB.Max.Burst
/// @param maxBurst Max.Burst: packets of new DATA that one event may release; 0 for no limit
/// @param sackFrequency packets with DATA after which a SACK is sent at once, at least 1
/// @param fragmentMax largest user data of one chunk; 0 for what the path carries
/// @param fragments whether messages longer than that are fragmented, else refused
/// @param initialWindow packets that a path may begin with at most; 0 for RFC 9260's initial cwnd (§7.2.1),
///     which is never exceeded
public record SctpLimits(
        int associationMaxRetrans,
        int pathMaxRetrans,
        int maxInitRetransmits,
        int heartbeatMaxBurst,
        int maxBurst,
        int sackFrequency,
        int fragmentMax,
        boolean fragments,
        int initialWindow) {
    /// @throws IllegalArgumentException with one line that says which value cannot be
    public SctpLimits {
        if (associationMaxRetrans < 0 || pathMaxRetrans < 0 || maxInitRetransmits < 0) {
            throw new IllegalArgumentException("numbers of retransmissions cannot be negative");
        }
        if (heartbeatMaxBurst < 1 || sackFrequency < 1 || maxBurst < 0 || fragmentMax < 0 || initialWindow < 0) {
            throw new IllegalArgumentException("HB.Max.Burst and the SACK frequency are at least 1, Max.Burst, the"
                    + " largest fragment and the initial window at least 0");
        }
    }

    /// 10 retransmissions of an association, 5 of a path, 8 of an INIT; bursts of 4; a SACK for every second
    /// packet.
    public static SctpLimits defaults() {
        return new SctpLimits(10, 5, 8, 1, 4, 2, 0, true, 0);
    }

    /// The same with other numbers of retransmissions.
    public SctpLimits withRetransmissions(int association, int path, int init) {
        return new SctpLimits(
                association,
                path,
                init,
                heartbeatMaxBurst,
                maxBurst,
                sackFrequency,
                fragmentMax,
                fragments,
                initialWindow);
    }

    /// The same with another Max.Burst; 0 for no limit.
    public SctpLimits withMaxBurst(int packets) {
        return new SctpLimits(
                associationMaxRetrans,
                pathMaxRetrans,
                maxInitRetransmits,
                heartbeatMaxBurst,
                packets,
                sackFrequency,
                fragmentMax,
                fragments,
                initialWindow);
    }

    /// The same with another SACK frequency.
    public SctpLimits withSackFrequency(int packets) {
        return new SctpLimits(
                associationMaxRetrans,
                pathMaxRetrans,
                maxInitRetransmits,
                heartbeatMaxBurst,
                maxBurst,
                packets,
                fragmentMax,
                fragments,
                initialWindow);
    }

    /// The same with another largest fragment; 0 for what the path carries.
    public SctpLimits withFragmentMax(int bytes) {
        return new SctpLimits(
                associationMaxRetrans,
                pathMaxRetrans,
                maxInitRetransmits,
                heartbeatMaxBurst,
                maxBurst,
                sackFrequency,
                bytes,
                fragments,
                initialWindow);
    }

    /// The same with fragmentation allowed or not.
    public SctpLimits withFragments(boolean allowed) {
        return new SctpLimits(
                associationMaxRetrans,
                pathMaxRetrans,
                maxInitRetransmits,
                heartbeatMaxBurst,
                maxBurst,
                sackFrequency,
                fragmentMax,
                allowed,
                initialWindow);
    }

    /// The same with another bound of the initial congestion window; 0 for RFC 9260's alone.
    public SctpLimits withInitialWindow(int packets) {
        return new SctpLimits(
                associationMaxRetrans,
                pathMaxRetrans,
                maxInitRetransmits,
                heartbeatMaxBurst,
                maxBurst,
                sackFrequency,
                fragmentMax,
                fragments,
                packets);
    }
}
