package io.towpath.tcp.ecn;

import io.towpath.tcp.config.EcnConfig;
import io.towpath.wire.TcpHeader;

/// What the ECN flags of SYN and SYN-ACK ask, answer and agree on (RFC 3168 §6.1.1).
///
/// ```
///   SYN       SYN-ACK     agreed
///   ECE CWR   ECE         RFC 3168
///   ECE CWR   -           nothing
///   ECE CWR   ECE CWR     nothing: somebody reflects reserved bits
///   -         -           nothing
/// ```
public final class EcnHandshake {
    /// The flags that this is about.
    public static final int FLAGS = TcpHeader.ECE | TcpHeader.CWR;

    private EcnHandshake() {}

    /// The flags of the SYN of an active open.
    ///
    /// @param syn 1 for the first SYN, counting those sent again
    public static int request(EcnConfig config, int syn) {
        // RFC 3168 §6.1.1.1: a host that hears nothing "MAY resend the SYN and any subsequent SYN retransmissions with
        // CWR and ECE cleared".
        return config.request() && syn <= 1 + config.synRetries() ? TcpHeader.ECE | TcpHeader.CWR : 0;
    }

    /// The flags of the SYN-ACK that answers a SYN with `synFlags`.
    public static int answer(EcnConfig config, int synFlags) {
        // RFC 3168 §6.1.1: an ECN-setup SYN has both flags, an ECN-setup SYN-ACK has ECE and not CWR.
        return config.accept() && (synFlags & FLAGS) == FLAGS ? TcpHeader.ECE : 0;
    }

    /// What a SYN with `request` and a SYN-ACK with `answer` agree on.
    ///
    /// @param request flags that were asked with, or would have been
    /// @param answer flags of the SYN-ACK
    public static EcnMode agreed(int request, int answer) {
        boolean asked = (request & FLAGS) == FLAGS;
        return asked && (answer & FLAGS) == TcpHeader.ECE ? EcnMode.CLASSIC : EcnMode.NONE;
    }
}
