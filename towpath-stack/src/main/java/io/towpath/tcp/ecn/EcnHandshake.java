package io.towpath.tcp.ecn;

import io.towpath.tcp.config.EcnConfig;
import io.towpath.wire.TcpHeader;

/// What the ECN flags of SYN and SYN-ACK ask, answer and agree on (RFC 3168 §6.1.1, RFC 9768 §3.1).
///
/// ```
///   SYN          SYN-ACK                       agreed
///   ECE CWR      ECE                           RFC 3168
///   ECE CWR      anything else                 nothing
///   AE CWR ECE   CWR, CWR ECE, AE or AE CWR    RFC 9768: which one tells how the SYN arrived
///   AE CWR ECE   ECE, or AE ECE                RFC 3168
///   AE CWR ECE   none, or all three            nothing: the last is a peer that reflects reserved bits
/// ```
public final class EcnHandshake {
    /// The flags of RFC 3168.
    public static final int FLAGS = TcpHeader.ECE | TcpHeader.CWR;

    /// The three bits of the ACE field.
    public static final int ACE = TcpHeader.AE | FLAGS;

    private EcnHandshake() {}

    /// The flags of the SYN of an active open.
    ///
    /// @param syn 1 for the first SYN, counting those sent again
    public static int request(EcnConfig config, int syn) {
        // RFC 3168 §6.1.1.1: a host that hears nothing "MAY resend the SYN and any subsequent SYN retransmissions with
        // CWR and ECE cleared"; RFC 9768 §3.1.4.1 likewise, after one more try with the flags.
        if (!config.request() || syn > 1 + config.synRetries()) {
            return 0;
        }
        return config.accurate() ? ACE : FLAGS;
    }

    /// The flags of the SYN-ACK that answers a SYN.
    ///
    /// @param synFlags flags of the SYN
    /// @param ecn ECN field of the packet that it came in
    public static int answer(EcnConfig config, int synFlags, int ecn) {
        if (!config.accept()) {
            return 0;
        }
        int asked = synFlags & ACE;
        // RFC 9768 §3.1.3: any combination but 000, 011 and 111 is taken for 111, so that it may mean something one
        // day.
        if (config.accurate() && asked != 0 && asked != FLAGS) {
            return reflected(ecn);
        }
        // RFC 3168 §6.1.1: an ECN-setup SYN has both flags, an ECN-setup SYN-ACK has ECE and not CWR.
        return (synFlags & FLAGS) == FLAGS ? TcpHeader.ECE : 0;
    }

    /// How the ACE field tells in what ECN field a SYN or SYN-ACK arrived (RFC 9768 tables 2 and 3).
    static int reflected(int ecn) {
        return switch (ecn) {
            case Ecn.ECT_1 -> TcpHeader.CWR | TcpHeader.ECE;
            case Ecn.ECT_0 -> TcpHeader.AE;
            case Ecn.CE -> TcpHeader.AE | TcpHeader.CWR;
            default -> TcpHeader.CWR;
        };
    }

    /// What a SYN with `request` and a SYN-ACK with `answer` agree on.
    ///
    /// @param request flags that were asked with, or would have been
    /// @param answer flags of the SYN-ACK
    public static EcnMode agreed(int request, int answer) {
        boolean accurate = (request & ACE) == ACE;
        if ((request & FLAGS) != FLAGS) {
            return EcnMode.NONE;
        }
        return switch (answer & ACE) {
            case TcpHeader.ECE, TcpHeader.AE | TcpHeader.ECE -> EcnMode.CLASSIC;
            case TcpHeader.CWR, FLAGS, TcpHeader.AE, TcpHeader.AE | TcpHeader.CWR ->
                accurate ? EcnMode.ACCURATE : EcnMode.NONE;
            default -> EcnMode.NONE;
        };
    }
}
