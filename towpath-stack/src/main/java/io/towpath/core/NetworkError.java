package io.towpath.core;

import io.towpath.wire.IpAddress;

/// What an ICMP or ICMPv6 error message said about a packet of ours, in terms common to both.
///
/// @param kind what went wrong
/// @param local source address of the quoted packet: ours
/// @param remote destination of the quoted packet
/// @param mtu for [Kind#TOO_BIG] the MTU reported (already made plausible: at least 68 or 1280), else 0
/// @param reporter who sent the message
public record NetworkError(Kind kind, IpAddress local, IpAddress remote, int mtu, IpAddress reporter) {
    /// What went wrong. Hard errors (RFC 1122 §4.2.3.9) are those for which `isHard()` is true.
    public enum Kind {
        /// ICMP 3/0, 3/6, 3/11; ICMPv6 1/0.
        NETWORK_UNREACHABLE(false),
        /// ICMP 3/1, 3/5, 3/7, 3/8, 3/12; ICMPv6 1/3, 1/2.
        HOST_UNREACHABLE(false),
        /// ICMP 3/2; ICMPv6 4/1 (next header).
        PROTOCOL_UNREACHABLE(true),
        /// ICMP 3/3; ICMPv6 1/4.
        PORT_UNREACHABLE(true),
        /// ICMP 3/9, 3/10, 3/13; ICMPv6 1/1, 1/5, 1/6.
        PROHIBITED(false),
        /// ICMP 3/4; ICMPv6 2/0.
        TOO_BIG(false),
        /// ICMP 11/0; ICMPv6 3/0.
        TIME_EXCEEDED(false),
        /// ICMP 11/1; ICMPv6 3/1.
        REASSEMBLY_TIMEOUT(false),
        /// ICMP 12; ICMPv6 4/0, 4/2.
        PARAMETER_PROBLEM(false);

        private final boolean hard;

        Kind(boolean hard) {
            this.hard = hard;
        }

        /// True for errors that RFC 1122 §4.2.3.9 lets abort a connection that is not yet synchronised.
        public boolean isHard() {
            return hard;
        }
    }
}
