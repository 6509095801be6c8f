package io.towpath.wire;

/// Values of IPv4's Protocol and IPv6's Next Header field (IANA "Assigned Internet Protocol Numbers").
public final class IpProtocol {
    /// IPv6 hop-by-hop options, RFC 8200 §4.3.
    public static final int HOP_BY_HOP = 0;
    /// ICMP for IPv4, RFC 792.
    public static final int ICMP = 1;
    /// IGMP, RFC 3376.
    public static final int IGMP = 2;
    /// IPv4 in IP, RFC 2003.
    public static final int IP_IN_IP = 4;
    /// TCP, RFC 9293.
    public static final int TCP = 6;
    /// UDP, RFC 768.
    public static final int UDP = 17;
    /// IPv6 in IP, RFC 2473.
    public static final int IPV6 = 41;
    /// IPv6 routing header, RFC 8200 §4.4.
    public static final int ROUTING = 43;
    /// IPv6 fragment header, RFC 8200 §4.5.
    public static final int FRAGMENT = 44;
    /// Encapsulating security payload, RFC 4303.
    public static final int ESP = 50;
    /// Authentication header, RFC 4302.
    public static final int AH = 51;
    /// ICMP for IPv6, RFC 4443.
    public static final int ICMPV6 = 58;
    /// IPv6 "no next header", RFC 8200 §4.7.
    public static final int NO_NEXT_HEADER = 59;
    /// IPv6 destination options, RFC 8200 §4.6.
    public static final int DESTINATION_OPTIONS = 60;
    /// SCTP, RFC 9260.
    public static final int SCTP = 132;
    /// UDP-Lite, RFC 3828.
    public static final int UDP_LITE = 136;

    private IpProtocol() {}

    /// The name that notation and listings use (`tcp`, `udp`, `icmp` …), or `proto-N` for a number without one
    /// here.
    public static String name(int protocol) {
        return switch (protocol) {
            case HOP_BY_HOP -> "hop-by-hop";
            case ICMP -> "icmp";
            case IGMP -> "igmp";
            case IP_IN_IP -> "ipip";
            case TCP -> "tcp";
            case UDP -> "udp";
            case IPV6 -> "ipv6";
            case ROUTING -> "routing";
            case FRAGMENT -> "fragment";
            case ESP -> "esp";
            case AH -> "ah";
            case ICMPV6 -> "icmp6";
            case NO_NEXT_HEADER -> "no-next-header";
            case DESTINATION_OPTIONS -> "destination-options";
            case SCTP -> "sctp";
            case UDP_LITE -> "udplite";
            default -> "proto-" + protocol;
        };
    }
}
