package io.towpath.tcp.config;

import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.wire.Bytes;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip4Options;
import io.towpath.wire.SecurityLabel;
import org.jspecify.annotations.Nullable;

/// On which terms connections are opened: precedence, security, and whether a host that starts keeps quiet at
/// first.
///
/// Precedence of what is *sent* is the upper three bits of [io.towpath.tcp.TcpConfig#trafficClass()] (the class
/// selectors of RFC 2474 §4.2.2). RFC 2873 has a TCP ignore the precedence of what it receives, and so does
/// this one by default ([#leastPrecedence()] 0). An open may ask for more: then the peer's first SYN must have
/// it.
///
/// @param leastPrecedence the lowest precedence of a SYN that a passive open accepts, 0 to 7; 0 takes all
/// @param security the label that each packet of the connection carries in an IPv4 security option, and that
///     each packet of the peer must carry; null for hosts that label nothing and ignore labels (RFC 9293
///     §A.1.2)
/// @param quietTimeNanos how long a host that starts assigns no sequence numbers (RFC 9293 §3.4.3); 0, the
///     default, relies on initial sequence numbers that go on with the clock, on timestamps and on PAWS, as
///     §3.4.3 lets hosts "informally" do
public record OpenConditions(int leastPrecedence, @Nullable SecurityLabel security, long quietTimeNanos) {
    private static final OpenConditions NONE = new OpenConditions(0, null, 0);

    /// @throws IllegalArgumentException when a precedence is not 0 to 7 or a time is negative
    public OpenConditions {
        if (leastPrecedence < 0 || leastPrecedence > 7) {
            throw new IllegalArgumentException("precedence out of range: " + leastPrecedence + " (expected 0 to 7)");
        }
        if (quietTimeNanos < 0 || quietTimeNanos == Time.NEVER) {
            throw new IllegalArgumentException("quietTimeNanos out of range: " + quietTimeNanos);
        }
    }

    /// Takes everybody, labels nothing, starts at once.
    public static OpenConditions none() {
        return NONE;
    }

    /// The same with another [#leastPrecedence()].
    public OpenConditions withLeastPrecedence(int value) {
        return new OpenConditions(value, security, quietTimeNanos);
    }

    /// The same with another [#security()].
    public OpenConditions withSecurity(@Nullable SecurityLabel value) {
        return new OpenConditions(leastPrecedence, value, quietTimeNanos);
    }

    /// The same with another [#quietTimeNanos()].
    public OpenConditions withQuietTimeNanos(long value) {
        return new OpenConditions(leastPrecedence, security, value);
    }

    /// What the label adds to each IPv4 header, bytes. IPv6 has no such option.
    public int headerBytes(boolean ip4) {
        return security == null || !ip4 ? 0 : security.headerBytes();
    }

    /// True when a SYN in this packet may open a connection.
    public boolean accept(Packet packet, int securityAt) {
        return packet.trafficClass >>> 5 >= leastPrecedence && isSecure(packet.bytes, securityAt);
    }

    /// RFC 9293 §3.10.7.4, third: "If the security/compartment in the segment does not exactly match the
    /// security/compartment in the TCB".
    ///
    /// @param securityAt where the security option of the segment's packet begins in `b`, -1 when it has none
    public boolean isSecure(byte[] b, int securityAt) {
        return security == null || securityAt >= 0 && security.matches(b, securityAt);
    }

    /// Where the security option of an inbound packet begins, -1 when it has none.
    public static int securityAt(Packet packet) {
        int at = packet.networkAt;
        int header = packet.transportAt - at;
        byte[] b = packet.bytes;
        if (header <= Ip4Header.LENGTH || Bytes.u8(b, at) != (0x40 | header >> 2)) {
            return -1;
        }
        return Ip4Options.find(b, at + Ip4Header.LENGTH, packet.transportAt, Ip4Options.SECURITY);
    }
}
