package io.towpath.stack;

import io.towpath.core.Context;
import io.towpath.core.Packet;
import io.towpath.ip.IpLayer;
import io.towpath.nat.Box;
import io.towpath.nat.Nat;
import io.towpath.nat.NatConfig;
import io.towpath.sctp.SctpLayer;
import io.towpath.tcp.TcpLayer;
import io.towpath.udp.UdpLayer;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Prefix;
import java.util.List;

/// A host as its NAT sees it: the engines do not see each other, so their stack answers for them.
final class NatBox implements Box {
    private final IpLayer ip;
    private final TcpLayer tcp;
    private final UdpLayer udp;
    private final SctpLayer sctp;

    NatBox(IpLayer ip, TcpLayer tcp, UdpLayer udp, SctpLayer sctp) {
        this.ip = ip;
        this.tcp = tcp;
        this.udp = udp;
        this.sctp = sctp;
    }

    /// Makes the NAT, and lets no socket of the host have a port of it.
    Nat install(NatConfig settings, Context context) {
        var nat = new Nat(settings, context, this);
        nat.install(ip.hooks());
        ip.reassembleAll(settings.ip6() == NatConfig.Ip6.TRANSLATED);
        tcp.portTable().claim((high, low, port) -> nat.isMapped(IpProtocol.TCP, high, low, port));
        udp.portTable().claim((high, low, port) -> nat.isMapped(IpProtocol.UDP, high, low, port));
        sctp.portTable().claim((high, low, port) -> nat.isMapped(IpProtocol.SCTP, high, low, port));
        ip.icmp()
                .claim(identifier -> !nat.isMapped(IpProtocol.ICMP, 0, 0, identifier)
                        && !nat.isMapped(IpProtocol.ICMPV6, 0, 0, identifier));
        return nat;
    }

    @Override
    public List<Prefix> addresses(int interfaceIndex) {
        return ip.addresses(interfaceIndex);
    }

    @Override
    public boolean isLocal(long high, long low) {
        return ip.isLocal(high, low);
    }

    @Override
    public int interfaceTo(long high, long low) {
        return ip.interfaceTo(high, low);
    }

    @Override
    public boolean isOwn(
            int protocol,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        return switch (protocol) {
            case IpProtocol.TCP -> tcp.isUsed(localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
            case IpProtocol.UDP -> udp.isUsed(localHigh, localLow, localPort);
            case IpProtocol.SCTP -> sctp.isUsed(localHigh, localLow, localPort);
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> ip.icmp().isEchoOpen(localPort);
            default -> false;
        };
    }

    @Override
    public int identification(Packet packet) {
        return ip.identification(packet);
    }

    @Override
    public void prohibited(long now, Packet packet) {
        ip.prohibited(now, packet);
    }

    @Override
    public void portUnreachable(long now, Packet packet) {
        ip.portUnreachable(now, packet);
    }
}
