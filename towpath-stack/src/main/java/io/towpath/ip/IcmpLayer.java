package io.towpath.ip;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.PortTable;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// ICMP and ICMPv6 messages for this host (RFC 792, RFC 4443): echo answered, errors handed to whom they concern,
/// neighbour discovery passed on. [IcmpErrors] sends errors.
public final class IcmpLayer {
    private record Echo(int identifier, EchoListener listener) {}

    private final Context context;
    private final IpConfig config;
    private final Routing routing;
    private final IpOutput output;
    private final NeighborDiscovery neighborDiscovery;
    private final QuotedPacket quoted;
    private final Entropy entropy;
    private final List<Echo> echoes = new ArrayList<>();
    private PortTable.PortFree unclaimed = identifier -> true;

    IcmpLayer(
            Context context,
            IpConfig config,
            Routing routing,
            IpOutput output,
            NeighborDiscovery neighborDiscovery,
            QuotedPacket quoted) {
        this.context = context;
        this.config = config;
        this.routing = routing;
        this.output = output;
        this.neighborDiscovery = neighborDiscovery;
        this.quoted = quoted;
        this.entropy = context.entropy().split("icmp");
    }

    /// Names somebody who uses identifiers of this host for others, a NAT: those are none for [#openEcho].
    ///
    /// @param unclaimed false for what belongs to it
    public void claim(PortTable.PortFree unclaimed) {
        this.unclaimed = unclaimed;
    }

    /// Whether a sender of echo requests of this host has the identifier.
    public boolean isEchoOpen(int identifier) {
        return listener(identifier) != null;
    }

    /// Registers a sender of echo requests.
    ///
    /// @return its identifier, 0 to 65,535; -1 when all are taken
    public int openEcho(EchoListener listener) {
        int first = entropy.nextInt(0x1_0000);
        for (int i = 0; i < 0x1_0000; i++) {
            int identifier = (first + i) & 0xffff;
            if (listener(identifier) == null && unclaimed.isFree(identifier)) {
                echoes.add(new Echo(identifier, listener));
                return identifier;
            }
        }
        return -1;
    }

    /// Takes a sender of echo requests off.
    public void closeEcho(int identifier) {
        echoes.removeIf(echo -> echo.identifier == identifier);
    }

    private @Nullable EchoListener listener(int identifier) {
        for (Echo echo : echoes) {
            if (echo.identifier == identifier) {
                return echo.listener;
            }
        }
        return null;
    }

    /// Sends one echo request; it leaves at the next poll.
    ///
    /// @param source an address of this host, or null to let RFC 6724 choose
    /// @param identifier as given by [#openEcho]
    /// @param hopLimit 1 to 255, or [io.towpath.core.Network#DEFAULT]
    /// @param payload 0 to 65,000 bytes
    /// @return false when there is no route
    /// @throws IllegalArgumentException when the payload is too long
    public boolean sendEcho(
            long now,
            @Nullable IpAddress source,
            IpAddress destination,
            int identifier,
            int sequence,
            int hopLimit,
            byte[] payload) {
        if (payload.length > 65_000) {
            throw new IllegalArgumentException("an echo carries at most 65000 bytes, not " + payload.length);
        }
        IpRoute route = routing.route(source, destination);
        if (route == null) {
            return false;
        }
        Packet packet = context.pool().take(IcmpHeader.LENGTH + payload.length);
        byte[] b = packet.bytes;
        int at = packet.at;
        System.arraycopy(payload, 0, b, at + IcmpHeader.LENGTH, payload.length);
        packet.end = at + IcmpHeader.LENGTH + payload.length;
        if (route.isIp4()) {
            IcmpHeader.writeEcho(b, at, IcmpHeader.ECHO_REQUEST, identifier, sequence);
            IcmpHeader.writeChecksum(b, at, packet.end);
        } else {
            Icmp6Header.writeEcho(b, at, Icmp6Header.ECHO_REQUEST, identifier, sequence);
            packet.sourceHigh = route.sourceHigh;
            packet.sourceLow = route.sourceLow;
            packet.destinationHigh = route.destinationHigh;
            packet.destinationLow = route.destinationLow;
            Icmp6Header.writeChecksum(b, at, packet.end, IcmpErrors.pseudo6(packet));
        }
        context.counters().count(Counter.ICMP_OUT);
        output.output(now, packet, route, protocol(route), 0, hopLimit, false, null);
        return true;
    }

    private static int protocol(IpRoute route) {
        return route.isIp4() ? IpProtocol.ICMP : IpProtocol.ICMPV6;
    }

    /// Takes an ICMP message, `at == transportAt`.
    void input4(long now, Packet packet) {
        context.counters().count(Counter.ICMP_IN);
        byte[] b = packet.bytes;
        int at = packet.at;
        if (!IcmpHeader.check(b, at, packet.end).ok()) {
            context.drop(now, packet, Drop.BAD_ICMP);
            return;
        }
        if (!packet.checksumVerified && !IcmpHeader.checksumOk(b, at, packet.end)) {
            context.drop(now, packet, Drop.BAD_ICMP_CHECKSUM);
            return;
        }
        switch (IcmpHeader.type(b, at)) {
            case IcmpHeader.ECHO_REQUEST -> {
                if (mayAnswerEcho(now, packet)) {
                    IcmpHeader.requestToReply(b, at);
                    sendReply(now, packet);
                }
            }
            case IcmpHeader.ECHO_REPLY ->
                echoReply(now, packet, IcmpHeader.identifier(b, at), IcmpHeader.sequence(b, at));
            case IcmpHeader.UNREACHABLE, IcmpHeader.TIME_EXCEEDED, IcmpHeader.PARAMETER_PROBLEM -> error(now, packet);
            default -> context.drop(now, packet, Drop.ICMP_UNWANTED);
        }
    }

    /// Takes an ICMPv6 message, `at == transportAt`.
    void input6(long now, Packet packet) {
        context.counters().count(Counter.ICMP_IN);
        byte[] b = packet.bytes;
        int at = packet.at;
        if (!Icmp6Header.check(b, at, packet.end).ok()) {
            context.drop(now, packet, Drop.BAD_ICMP);
            return;
        }
        if (!packet.checksumVerified && !Icmp6Header.checksumOk(b, at, packet.end, IcmpErrors.pseudo6(packet))) {
            context.drop(now, packet, Drop.BAD_ICMP_CHECKSUM);
            return;
        }
        switch (Icmp6Header.type(b, at)) {
            case Icmp6Header.ECHO_REQUEST -> {
                if (mayAnswerEcho(now, packet)) {
                    answerEcho6(now, packet);
                }
            }
            case Icmp6Header.ECHO_REPLY ->
                echoReply(now, packet, Icmp6Header.identifier(b, at), Icmp6Header.sequence(b, at));
            case Icmp6Header.UNREACHABLE,
                    Icmp6Header.PACKET_TOO_BIG,
                    Icmp6Header.TIME_EXCEEDED,
                    Icmp6Header.PARAMETER_PROBLEM -> error(now, packet);
            case Icmp6Header.ROUTER_SOLICITATION,
                    Icmp6Header.ROUTER_ADVERTISEMENT,
                    Icmp6Header.NEIGHBOR_SOLICITATION,
                    Icmp6Header.NEIGHBOR_ADVERTISEMENT,
                    Icmp6Header.REDIRECT -> neighborDiscovery.input(now, packet);
            default -> context.drop(now, packet, Drop.ICMP_UNWANTED);
        }
    }

    private boolean mayAnswerEcho(long now, Packet packet) {
        // RFC 1122 §3.2.2.6: an echo request to a broadcast or multicast address "MAY be silently discarded": it is
        // an amplifier. IPv6 likewise here (RFC 4443 §4.2 leaves it to the node).
        if (!config.answerEcho() || packet.toGroup) {
            context.drop(now, packet, Drop.ICMP_UNWANTED);
            return false;
        }
        return true;
    }

    private void answerEcho6(long now, Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at;
        Icmp6Header.writeEcho(
                b, at, Icmp6Header.ECHO_REPLY, Icmp6Header.identifier(b, at), Icmp6Header.sequence(b, at));
        // Swapping the addresses leaves the pseudo-header's sum as it is.
        Icmp6Header.writeChecksum(b, at, packet.end, IcmpErrors.pseudo6(packet));
        sendReply(now, packet);
    }

    /// Sends the message in `packet` back to where it came from.
    private void sendReply(long now, Packet packet) {
        long high = packet.sourceHigh;
        long low = packet.sourceLow;
        packet.sourceHigh = packet.destinationHigh;
        packet.sourceLow = packet.destinationLow;
        packet.destinationHigh = high;
        packet.destinationLow = low;
        packet.hopLimit = config.hopLimit();
        packet.checksumVerified = false;
        // RFC 3168: an echoed congestion mark would be a lie about the way back.
        packet.trafficClass &= ~3;
        context.counters().count(Counter.ICMP_ECHO_REPLIES);
        context.counters().count(Counter.ICMP_OUT);
        output.reply(now, packet);
    }

    private void echoReply(long now, Packet packet, int identifier, int sequence) {
        EchoListener listener = listener(identifier);
        if (listener == null) {
            context.drop(now, packet, Drop.ICMP_UNWANTED);
            return;
        }
        listener.onEchoReply(now, packet, sequence);
        packet.release();
    }

    private void error(long now, Packet packet) {
        Drop unwanted = quoted.read(packet);
        if (unwanted != null) {
            context.drop(now, packet, unwanted);
            return;
        }
        NetworkError error = quoted.error(packet);
        if (error == null) {
            context.drop(now, packet, Drop.ICMP_UNWANTED);
            return;
        }
        if (quoted.protocol() == IpProtocol.ICMP || quoted.protocol() == IpProtocol.ICMPV6) {
            echoError(now, error, packet);
        } else {
            quoted.deliver(now, error, packet);
        }
        packet.release();
    }

    private void echoError(long now, NetworkError error, Packet packet) {
        byte[] b = packet.bytes;
        int at = quoted.transportAt();
        int type = IcmpHeader.type(b, at);
        int request = quoted.protocol() == IpProtocol.ICMP ? IcmpHeader.ECHO_REQUEST : Icmp6Header.ECHO_REQUEST;
        EchoListener listener = type == request ? listener(IcmpHeader.identifier(b, at)) : null;
        if (listener == null) {
            return;
        }
        if (error.kind() == NetworkError.Kind.TOO_BIG) {
            quoted.acceptPathMtu(now, error);
        }
        listener.onEchoError(now, error, IcmpHeader.sequence(b, at));
    }
}
