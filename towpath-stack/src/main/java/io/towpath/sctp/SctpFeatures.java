package io.towpath.sctp;

/// Extensions of SCTP that an endpoint offers; each is used where the peer offers it, too. Immutable; start
/// from [#defaults] or [#none].
public final class SctpFeatures {
    private enum Feature {
        ECN,
        PARTIAL_RELIABILITY,
        INTERLEAVING,
        RECONFIGURATION,
        AUTHENTICATION,
        ADDRESS_CONFIGURATION,
        ZERO_CHECKSUM;

        final int bit = 1 << ordinal();
    }

    private static final SctpFeatures NONE = new SctpFeatures(0);
    private static final SctpFeatures DEFAULTS =
            NONE.withPartialReliability(true).withReconfiguration(true);

    private final int bits;

    private SctpFeatures(int bits) {
        this.bits = bits;
    }

    /// Partial reliability and reconfiguration; nothing else.
    public static SctpFeatures defaults() {
        return DEFAULTS;
    }

    /// No extension: plain RFC 9260.
    public static SctpFeatures none() {
        return NONE;
    }

    private boolean has(Feature feature) {
        return (bits & feature.bit) != 0;
    }

    private SctpFeatures with(Feature feature, boolean value) {
        return new SctpFeatures(value ? bits | feature.bit : bits & ~feature.bit);
    }

    /// Explicit congestion notification (RFC 4960 Appendix A).
    public boolean ecn() {
        return has(Feature.ECN);
    }

    /// FORWARD-TSN (RFC 3758).
    public boolean partialReliability() {
        return has(Feature.PARTIAL_RELIABILITY);
    }

    /// I-DATA (RFC 8260).
    public boolean interleaving() {
        return has(Feature.INTERLEAVING);
    }

    /// Stream resets and more streams (RFC 6525).
    public boolean reconfiguration() {
        return has(Feature.RECONFIGURATION);
    }

    /// AUTH (RFC 4895): see [SctpAuthentication].
    public boolean authentication() {
        return has(Feature.AUTHENTICATION);
    }

    /// ASCONF (RFC 5061): addresses may be added and removed. Needs [#authentication] unless
    /// [SctpExtensions#plainAddressChanges].
    public boolean addressConfiguration() {
        return has(Feature.ADDRESS_CONFIGURATION);
    }

    /// Packets without a CRC32c (RFC 9653), for a layer below that guards packets better, as DTLS does.
    public boolean zeroChecksum() {
        return has(Feature.ZERO_CHECKSUM);
    }

    /// The same with ECN or without.
    public SctpFeatures withEcn(boolean value) {
        return with(Feature.ECN, value);
    }

    /// The same with FORWARD-TSN or without.
    public SctpFeatures withPartialReliability(boolean value) {
        return with(Feature.PARTIAL_RELIABILITY, value);
    }

    /// The same with I-DATA or without.
    public SctpFeatures withInterleaving(boolean value) {
        return with(Feature.INTERLEAVING, value);
    }

    /// The same with RE-CONFIG or without.
    public SctpFeatures withReconfiguration(boolean value) {
        return with(Feature.RECONFIGURATION, value);
    }

    /// The same with AUTH or without.
    public SctpFeatures withAuthentication(boolean value) {
        return with(Feature.AUTHENTICATION, value);
    }

    /// The same with ASCONF or without.
    public SctpFeatures withAddressConfiguration(boolean value) {
        return with(Feature.ADDRESS_CONFIGURATION, value);
    }

    /// The same with packets without a checksum or not.
    public SctpFeatures withZeroChecksum(boolean value) {
        return with(Feature.ZERO_CHECKSUM, value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SctpFeatures features && features.bits == bits;
    }

    @Override
    public int hashCode() {
        return bits;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("[");
        for (Feature feature : Feature.values()) {
            if (has(feature)) {
                text.append(text.length() > 1 ? ", " : "").append(feature.name());
            }
        }
        return text.append(']').toString();
    }
}
