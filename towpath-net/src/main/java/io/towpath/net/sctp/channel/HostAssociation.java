package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.Association;
import io.towpath.net.sctp.port.AssociationPort;
import io.towpath.net.shard.InetAddresses;
import io.towpath.sctp.Message;
import io.towpath.sctp.SctpInfo;
import io.towpath.wire.IpAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// An association as the JDK names it.
final class HostAssociation extends Association {
    private final AssociationPort port;

    HostAssociation(AssociationPort port, int maxInStreams, int maxOutStreams) {
        super((int) port.association().id(), maxInStreams, maxOutStreams);
        this.port = port;
    }

    /// Of an association that is established, or was.
    static HostAssociation of(AssociationPort port) throws SocketException {
        SctpInfo info = port.ask((now, sctp, a) -> sctp.info(now, a));
        return new HostAssociation(port, info.inboundStreams(), info.outboundStreams());
    }

    AssociationPort port() {
        return port;
    }

    /// The peer's address that it is talked to by.
    static SocketAddress primary(AssociationPort port) throws SocketException {
        IpAddress primary = port.ask((now, sctp, a) -> a.primary());
        return inet(primary, port.association().remotePort());
    }

    /// Where a message came from.
    static SocketAddress source(Message message, AssociationPort port) {
        return inet(message.source(), port.association().remotePort());
    }

    /// All addresses of the peer.
    static Set<SocketAddress> remote(AssociationPort port) throws SocketException {
        SctpInfo info = port.ask((now, sctp, a) -> sctp.info(now, a));
        Set<SocketAddress> all = new LinkedHashSet<>();
        for (SctpInfo.PathInfo path : info.paths()) {
            all.add(inet(path.address(), info.remotePort()));
        }
        return Collections.unmodifiableSet(all);
    }

    /// Own addresses.
    static Set<SocketAddress> local(AssociationPort port) throws SocketException {
        return all(
                port.ask((now, sctp, a) -> sctp.addresses(a.localAddresses)),
                port.association().localPort());
    }

    /// Addresses with a port, as the JDK has them.
    static Set<SocketAddress> all(List<IpAddress> addresses, int port) {
        Set<SocketAddress> all = new LinkedHashSet<>();
        for (IpAddress address : addresses) {
            all.add(inet(address, port));
        }
        return Collections.unmodifiableSet(all);
    }

    static InetSocketAddress inet(IpAddress address, int port) {
        return new InetSocketAddress(InetAddresses.inet(address), port);
    }

    @Override
    public String toString() {
        return "Association[" + associationID() + ", " + maxInboundStreams() + " streams in, " + maxOutboundStreams()
                + " out]";
    }
}
