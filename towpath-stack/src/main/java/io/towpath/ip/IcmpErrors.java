package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.Ip6Extensions;
import io.towpath.wire.Ip6Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/// ICMP errors that this host sends: when one may be sent at all, how often, and how much of the packet it quotes.
final class IcmpErrors {
    /// RFC 1812 §4.3.2.3: "as much of the original datagram as possible without the length of the ICMP datagram
    /// exceeding 576 bytes".
    private static final int LENGTH_MAX_4 = 576;
    /// RFC 4443 §2.4 (c): "without making the error message packet exceed the minimum IPv6 MTU".
    private static final int LENGTH_MAX_6 = Ip6Header.MTU_MIN;

    private final Context context;
    private final Interfaces interfaces;
    private final IpOutput output;
    private final long nanosPerToken;
    private final long nanosMax;
    private final Ip6Extensions extensions = new Ip6Extensions();
    private long tokensUsedUntil;

    IcmpErrors(Context context, IpConfig config, Interfaces interfaces, IpOutput output) {
        this.context = context;
        this.interfaces = interfaces;
        this.output = output;
        int perSecond = config.icmpErrors().perSecond();
        nanosPerToken = perSecond == 0 ? Time.NEVER / 4 : Time.SECOND / perSecond;
        nanosMax = perSecond == 0 ? 0 : nanosPerToken * config.icmpErrors().burst();
        tokensUsedUntil = -nanosMax;
    }

    /// ICMP destination unreachable for IPv4 and its counterpart for IPv6.
    void unreachable(long now, Packet about, int code4, int code6) {
        if (isIp4(about)) {
            send(now, about, IcmpHeader.UNREACHABLE, code4, 0);
        } else {
            send(now, about, Icmp6Header.UNREACHABLE, code6, 0);
        }
    }

    /// No transport here speaks the packet's protocol.
    ///
    /// @param namedAt where the octet lies that names the protocol
    void protocolUnknown(long now, Packet about, int namedAt) {
        if (isIp4(about)) {
            send(now, about, IcmpHeader.UNREACHABLE, IcmpHeader.CODE_PROTOCOL, 0);
        } else {
            parameterProblem6(now, about, Icmp6Header.CODE_NEXT_HEADER, namedAt - about.networkAt);
        }
    }

    void timeExceeded(long now, Packet about, int code) {
        send(now, about, isIp4(about) ? IcmpHeader.TIME_EXCEEDED : Icmp6Header.TIME_EXCEEDED, code, 0);
    }

    void packetTooBig(long now, Packet about, int mtu) {
        if (isIp4(about)) {
            send(now, about, IcmpHeader.UNREACHABLE, IcmpHeader.CODE_FRAGMENTATION_NEEDED, mtu);
        } else {
            send(now, about, Icmp6Header.PACKET_TOO_BIG, 0, mtu);
        }
    }

    void parameterProblem6(long now, Packet about, int code, int pointer) {
        send(now, about, Icmp6Header.PARAMETER_PROBLEM, code, pointer);
    }

    private static boolean isIp4(Packet packet) {
        return Ip4Header.version(packet.bytes, packet.networkAt) == 4;
    }

    private void send(long now, Packet about, int type, int code, int rest) {
        boolean ip4 = isIp4(about);
        if (!isAllowed(about, ip4, type, code) || !takeToken(now)) {
            context.counters().dropped(Drop.ICMP_SUPPRESSED);
            return;
        }
        IpAddress from = source(about);
        if (from == null) {
            context.counters().dropped(Drop.ICMP_SUPPRESSED);
            return;
        }
        int room = ip4
                ? LENGTH_MAX_4 - Ip4Header.LENGTH - IcmpHeader.LENGTH
                : LENGTH_MAX_6 - Ip6Header.LENGTH - Icmp6Header.LENGTH;
        int quoted = Math.min(about.end - about.networkAt, room);
        Packet packet = context.pool().take(IcmpHeader.LENGTH + quoted);
        System.arraycopy(about.bytes, about.networkAt, packet.bytes, packet.at + IcmpHeader.LENGTH, quoted);
        packet.end = packet.at + IcmpHeader.LENGTH + quoted;
        packet.sourceHigh = from.high();
        packet.sourceLow = from.low();
        packet.destinationHigh = about.sourceHigh;
        packet.destinationLow = about.sourceLow;
        packet.interfaceIndex = about.interfaceIndex;
        packet.hopLimit = 64;
        packet.trafficClass = 0xc0; // RFC 1812 §4.3.2.5: precedence 6, "internetwork control".
        write(packet, ip4, type, code, rest);
        context.counters().count(Counter.ICMP_OUT);
        output.reply(now, packet);
    }

    private static void write(Packet packet, boolean ip4, int type, int code, int rest) {
        if (ip4) {
            packet.protocol = IpProtocol.ICMP;
            IcmpHeader.write(packet.bytes, packet.at, type, code, rest);
            IcmpHeader.writeChecksum(packet.bytes, packet.at, packet.end);
        } else {
            packet.protocol = IpProtocol.ICMPV6;
            Icmp6Header.write(packet.bytes, packet.at, type, code, rest);
            Icmp6Header.writeChecksum(packet.bytes, packet.at, packet.end, pseudo6(packet));
        }
    }

    static long pseudo6(Packet packet) {
        return InternetChecksum.pseudo(
                packet.sourceHigh,
                packet.sourceLow,
                packet.destinationHigh,
                packet.destinationLow,
                IpProtocol.ICMPV6,
                packet.length());
    }

    /// RFC 1122 §3.2.2 and RFC 4443 §2.4 (e): never about an error, a group, a later fragment or an address that is
    /// not one host's.
    private boolean isAllowed(Packet about, boolean ip4, int type, int code) {
        if (about.toGroup) {
            // RFC 4443 §2.4 (e.3): excepted are Packet Too Big and Parameter Problem code 2.
            boolean excepted = !ip4
                    && (type == Icmp6Header.PACKET_TOO_BIG
                            || (type == Icmp6Header.PARAMETER_PROBLEM && code == Icmp6Header.CODE_OPTION));
            if (!excepted) {
                return false;
            }
        }
        if (isNoHost(about.sourceHigh, about.sourceLow)) {
            return false;
        }
        if (ip4) {
            return Ip4Header.fragmentOffset(about.bytes, about.networkAt) == 0 && !isError4(about);
        }
        return !isError6(about);
    }

    private boolean isNoHost(long high, long low) {
        return low == 0 && high == 0
                || low == IpAddress.MAPPED_PREFIX
                || IpAddress.isMulticast(high, low)
                || isBroadcastAnywhere(high, low);
    }

    private boolean isBroadcastAnywhere(long high, long low) {
        for (int i = 0; i < interfaces.count(); i++) {
            if (interfaces.get(i).isBroadcast(high, low)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isError4(Packet about) {
        byte[] b = about.bytes;
        int at = about.networkAt;
        int typeAt = at + Ip4Header.headerLength(b, at);
        return Ip4Header.protocol(b, at) == IpProtocol.ICMP
                && (typeAt >= about.end || IcmpHeader.isError(IcmpHeader.type(b, typeAt)));
    }

    private boolean isError6(Packet about) {
        extensions.walk(about.bytes, about.networkAt, about.end);
        if (extensions.upperProtocol != IpProtocol.ICMPV6) {
            return false;
        }
        int typeAt = extensions.upperAt;
        if (typeAt >= about.end) {
            return true;
        }
        int type = Icmp6Header.type(about.bytes, typeAt);
        // RFC 4443 §2.4 (e.2): nor about a redirect.
        return Icmp6Header.isError(type) || type == Icmp6Header.REDIRECT;
    }

    /// The address that the packet was sent to if it is ours, else one of the interface it came by.
    private @Nullable IpAddress source(Packet about) {
        if (interfaces.isLocal(about.destinationHigh, about.destinationLow)) {
            return IpAddress.of(about.destinationHigh, about.destinationLow);
        }
        return SourceAddress.choose(
                IpAddress.of(about.sourceHigh, about.sourceLow), interfaces.get(about.interfaceIndex), interfaces);
    }

    /// A token bucket kept as one moment: every error uses up `nanosPerToken`, up to a burst ahead of time.
    private boolean takeToken(long now) {
        long from = Math.max(tokensUsedUntil, now - nanosMax);
        if (from + nanosPerToken > now) {
            return false;
        }
        tokensUsedUntil = from + nanosPerToken;
        return true;
    }
}
