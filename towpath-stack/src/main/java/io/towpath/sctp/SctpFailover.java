package io.towpath.sctp;

/// How fast a path is left that does not answer (RFC 7829).
///
/// @param potentiallyFailedMaxRetrans PFMR, PotentiallyFailed.Max.Retrans: errors above which a path is
///     potentially failed, so that data goes another way; [#NEVER] for no such state (RFC 9260)
/// @param primarySwitchoverMaxRetrans PSMR, PrimarySwitchover.Max.Retrans: errors above which the path that
///     stands in for the primary one becomes primary; [#NEVER] if data always goes back to the primary path
public record SctpFailover(int potentiallyFailedMaxRetrans, int primarySwitchoverMaxRetrans) {
    /// A number of errors that is never reached.
    public static final int NEVER = Integer.MAX_VALUE;

    private static final SctpFailover OFF = new SctpFailover(NEVER, NEVER);
    private static final SctpFailover QUICK = new SctpFailover(0, NEVER);

    /// @throws IllegalArgumentException with one line that says which value cannot be
    public SctpFailover {
        if (potentiallyFailedMaxRetrans < 0 || primarySwitchoverMaxRetrans < 0) {
            throw new IllegalArgumentException("numbers of errors cannot be negative");
        }
    }

    /// As RFC 9260 has it: a path is good until Path.Max.Retrans.
    public static SctpFailover off() {
        return OFF;
    }

    /// RFC 7829 §5: "The recommended value of PFMR is 0": the first timeout sends data another way.
    public static SctpFailover quick() {
        return QUICK;
    }
}
