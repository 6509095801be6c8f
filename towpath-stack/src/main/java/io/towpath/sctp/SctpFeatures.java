package io.towpath.sctp;

/// Extensions of SCTP that an endpoint offers; each is used where the peer offers it, too.
///
/// @param ecn explicit congestion notification (RFC 4960 Appendix A)
/// @param partialReliability FORWARD-TSN (RFC 3758)
/// @param interleaving I-DATA (RFC 8260)
/// @param reconfiguration stream resets and more streams (RFC 6525)
public record SctpFeatures(boolean ecn, boolean partialReliability, boolean interleaving, boolean reconfiguration) {
    /// Partial reliability and reconfiguration; no ECN and no interleaving.
    public static SctpFeatures defaults() {
        return new SctpFeatures(false, true, false, true);
    }

    /// No extension: plain RFC 9260.
    public static SctpFeatures none() {
        return new SctpFeatures(false, false, false, false);
    }

    /// The same with ECN or without.
    public SctpFeatures withEcn(boolean value) {
        return new SctpFeatures(value, partialReliability, interleaving, reconfiguration);
    }

    /// The same with FORWARD-TSN or without.
    public SctpFeatures withPartialReliability(boolean value) {
        return new SctpFeatures(ecn, value, interleaving, reconfiguration);
    }

    /// The same with I-DATA or without.
    public SctpFeatures withInterleaving(boolean value) {
        return new SctpFeatures(ecn, partialReliability, value, reconfiguration);
    }

    /// The same with RE-CONFIG or without.
    public SctpFeatures withReconfiguration(boolean value) {
        return new SctpFeatures(ecn, partialReliability, interleaving, value);
    }
}
