package io.towpath.sctp;

/// Settings of the extensions that [SctpFeatures] turns on.
///
/// @param authentication AUTH (RFC 4895)
/// @param failover quick failover (RFC 7829)
/// @param plainAddressChanges whether ASCONF (RFC 5061) may go unauthenticated where a side does not know AUTH:
///     against RFC 5061 §4.1.1, for tests and for networks that nobody else is on
/// @param probesPathMtu whether each path is probed for the packet size that it carries (RFC 8899)
public record SctpExtensions(
        SctpAuthentication authentication, SctpFailover failover, boolean plainAddressChanges, boolean probesPathMtu) {
    private static final SctpExtensions DEFAULTS =
            new SctpExtensions(SctpAuthentication.defaults(), SctpFailover.off(), false, false);

    /// Nothing but the empty key; no quick failover; no probes.
    public static SctpExtensions defaults() {
        return DEFAULTS;
    }

    /// The same with other keys and algorithms.
    public SctpExtensions withAuthentication(SctpAuthentication value) {
        return new SctpExtensions(value, failover, plainAddressChanges, probesPathMtu);
    }

    /// The same with another failover.
    public SctpExtensions withFailover(SctpFailover value) {
        return new SctpExtensions(authentication, value, plainAddressChanges, probesPathMtu);
    }

    /// The same with ASCONF allowed without AUTH or not.
    public SctpExtensions withPlainAddressChanges(boolean value) {
        return new SctpExtensions(authentication, failover, value, probesPathMtu);
    }

    /// The same with probes of the path MTU or without.
    public SctpExtensions withPathMtuProbes(boolean value) {
        return new SctpExtensions(authentication, failover, plainAddressChanges, value);
    }
}
