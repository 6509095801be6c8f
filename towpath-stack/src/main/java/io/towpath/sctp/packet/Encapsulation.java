package io.towpath.sctp.packet;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Network;
import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.core.TxBatch;
import io.towpath.sctp.Association;
import io.towpath.sctp.path.Path;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.UdpHeader;

/// The last step of every SCTP packet: alone behind its IP header, or in a UDP datagram (RFC 6951).
public final class Encapsulation {
    private final Context context;
    private final Network network;
    private int localPort;
    private int remotePort;

    /// Nothing is encapsulated.
    public Encapsulation(Context context, Network network) {
        this.context = context;
        this.network = network;
    }

    /// From now on packets may travel in UDP.
    ///
    /// @param local RFC 6951 §5.1: "a single local UDP encapsulation port number as the destination port
    ///     for all its incoming SCTP packets"
    /// @param remote the peers' port for associations whose settings name none; 0: these are not
    ///     encapsulated
    public void use(int local, int remote) {
        localPort = local;
        remotePort = remote;
    }

    /// The local UDP encapsulation port, 0 when there is none.
    public int localPort() {
        return localPort;
    }

    /// The peer's port for paths of an association to be, 0 when its packets are not encapsulated.
    ///
    /// @param wanted as its settings say, -1 for what the host does
    public int remotePort(int wanted) {
        return wanted < 0 ? remotePort : wanted;
    }

    /// §5.4: "After finding the SCTP association (which includes checking the verification tag), the UDP source
    /// port MUST be stored as the encapsulation port for the destination address the SCTP packet is received
    /// from"; and "when a non-encapsulated SCTP packet is received by the SCTP stack, the encapsulation of
    /// outgoing packets belonging to the same association and the corresponding destination address MUST be
    /// disabled". Addresses of the peer that become known later are expected behind the same port.
    ///
    /// @return whether packets to the address go elsewhere from now on
    public static boolean learn(Association a, Packet packet) {
        a.encapsulationPort = packet.encapsulationPort;
        Path path = a.paths.find(packet.sourceHigh, packet.sourceLow);
        if (path == null || path.encapsulationPort() == packet.encapsulationPort) {
            return false;
        }
        path.encapsulate(packet.encapsulationPort);
        return true;
    }

    /// Sends a packet whose SCTP checksum is there: §5.3 has it computed whether there is another one outside
    /// or not.
    ///
    /// @param port the remote UDP encapsulation port, 0 to send it as it is
    public void output(
            long now,
            Packet packet,
            Route route,
            int port,
            int trafficClass,
            int hopLimit,
            boolean dontFragment,
            TxBatch out) {
        if (port == 0) {
            network.output(now, packet, route, IpProtocol.SCTP, trafficClass, hopLimit, dontFragment, out);
            return;
        }
        // §5.3: "the source port MUST be the local UDP encapsulation port number of the SCTP stack, and the
        // destination port MUST be the remote UDP encapsulation port number maintained for the association and the
        // destination address"; "the UDP checksum SHOULD be computed for IPv4 and IPv6."
        context.counters().count(Counter.SCTP_UDP_OUT);
        context.counters().count(Counter.UDP_OUT);
        packet.at -= UdpHeader.LENGTH;
        packet.transportAt = packet.at;
        int length = packet.length();
        UdpHeader.write(packet.bytes, packet.at, localPort, port, length);
        IpAddress source = route.source();
        IpAddress destination = route.destination();
        long pseudo = InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), IpProtocol.UDP, length);
        if (route.offloads().checksum() && length + route.headerBytes() <= route.mtu()) {
            packet.checksumAt = packet.at + UdpHeader.CHECKSUM;
            UdpHeader.setChecksum(packet.bytes, packet.at, InternetChecksum.fold(pseudo));
        } else {
            UdpHeader.writeChecksum(packet.bytes, packet.at, pseudo);
        }
        network.output(now, packet, route, IpProtocol.UDP, trafficClass, hopLimit, dontFragment, out);
    }
}
