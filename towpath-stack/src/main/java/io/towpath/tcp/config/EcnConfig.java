package io.towpath.tcp.config;

/// Explicit congestion notification of a connection (RFC 3168, RFC 9768): whether its SYN asks for it, whether
/// it agrees when the peer's SYN asks, and which feedback it speaks. Immutable.
///
/// @param request ask for it in the SYN of an active open
/// @param accept agree when the peer's SYN asks for it
/// @param accurate offer and accept Accurate ECN (RFC 9768); who does not know it gets the feedback of RFC 3168
/// @param option tell the byte counters of Accurate ECN in an option, too (RFC 9768 §3.2.3); what the peer tells
///     is read anyway
/// @param synRetries how many times a SYN that asks is sent again before one goes without asking, for paths
///     that lose such SYNs, 0 to 10 (RFC 3168 §6.1.1.1, RFC 9768 §3.1.4.1)
public record EcnConfig(boolean request, boolean accept, boolean accurate, boolean option, int synRetries) {
    /// Neither asks nor agrees.
    public static final EcnConfig OFF = new EcnConfig(false, false, false, false, 1);

    /// Agrees to the feedback of RFC 3168 when the peer asks, and asks for nothing: the default, as in most
    /// kernels.
    public static final EcnConfig ACCEPT = new EcnConfig(false, true, false, false, 1);

    /// Asks for the feedback of RFC 3168, and agrees to it.
    public static final EcnConfig ECN = new EcnConfig(true, true, false, false, 1);

    /// Asks for Accurate ECN, and agrees to it and to the feedback of RFC 3168.
    public static final EcnConfig ACCURATE = new EcnConfig(true, true, true, false, 1);

    /// @throws IllegalArgumentException when `synRetries` is out of range
    public EcnConfig {
        if (synRetries < 0 || synRetries > 10) {
            throw new IllegalArgumentException("synRetries out of range: " + synRetries);
        }
    }

    /// This with another [#request()].
    public EcnConfig withRequest(boolean value) {
        return new EcnConfig(value, accept, accurate, option, synRetries);
    }

    /// This with another [#option()].
    public EcnConfig withOption(boolean value) {
        return new EcnConfig(request, accept, accurate, value, synRetries);
    }

    /// This with other [#synRetries()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public EcnConfig withSynRetries(int value) {
        return new EcnConfig(request, accept, accurate, option, value);
    }
}
