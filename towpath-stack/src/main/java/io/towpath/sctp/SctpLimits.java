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
public record SctpLimits(
        int associationMaxRetrans,
        int pathMaxRetrans,
        int maxInitRetransmits,
        int heartbeatMaxBurst,
        int maxBurst,
        int sackFrequency,
        int fragmentMax,
        boolean fragments) {
    /// @throws IllegalArgumentException with one line that says which value cannot be
    public SctpLimits {
        if (associationMaxRetrans < 0 || pathMaxRetrans < 0 || maxInitRetransmits < 0) {
            throw new IllegalArgumentException("numbers of retransmissions cannot be negative");
        }
        if (heartbeatMaxBurst < 1 || sackFrequency < 1 || maxBurst < 0 || fragmentMax < 0) {
            throw new IllegalArgumentException("HB.Max.Burst and the SACK frequency are at least 1, Max.Burst and the"
                    + " largest fragment at least 0");
        }
    }

    /// 10 retransmissions of an association, 5 of a path, 8 of an INIT; bursts of 4; a SACK for every second
    /// packet.
    public static SctpLimits defaults() {
        return new SctpLimits(10, 5, 8, 1, 4, 2, 0, true);
    }

    /// The same with other numbers of retransmissions.
    public SctpLimits withRetransmissions(int association, int path, int init) {
        return new SctpLimits(
                association, path, init, heartbeatMaxBurst, maxBurst, sackFrequency, fragmentMax, fragments);
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
                fragments);
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
                fragments);
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
                fragments);
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
                allowed);
    }
}
