package io.towpath.net;

import io.towpath.sctp.SchedulingPolicy;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.SctpInfo;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpInfo;
import io.towpath.tcp.TcpListener;
import io.towpath.udp.UdpEndpoint;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One socket of a host as a listing shows it: values only, flat, so that it can go through a pipe. What a socket of
/// its kind does not have is 0 or empty.
///
/// @param protocol `tcp`, `udp` or `sctp`
/// @param state the state as RFC 9293 or RFC 9260 prints it (`LISTEN`, `FIN-WAIT-1`, `COOKIE-WAIT`, …); for UDP
///     `CONNECTED` or `UNCONNECTED`
/// @param local own address and port, `*:7` for every address
/// @param remote the peer's, `*:*` when there is none
/// @param receiveQueued bytes that wait for the user; for a listener connections that wait to be accepted
/// @param sendQueued bytes not yet acknowledged or sent; for a listener how many may wait
/// @param id number of the connection within its host
/// @param mss largest data in one segment, bytes
/// @param sendWindow window offered by the peer, bytes
/// @param receiveWindow window offered to the peer, bytes
/// @param congestion name of the congestion control
/// @param cwnd congestion window, bytes
/// @param ssthresh slow-start threshold, bytes; [Long#MAX_VALUE] before the first loss
/// @param inFlight bytes estimated to be in the network
/// @param srttNanos smoothed round-trip time
/// @param rttvarNanos its variation
/// @param minRttNanos smallest round-trip time
/// @param rtoNanos retransmission timeout
/// @param backoffs consecutive timeouts
/// @param bytesSent data bytes sent, retransmissions included
/// @param bytesAcked data bytes acknowledged
/// @param bytesReceived data bytes received
/// @param segmentsOut segments or datagrams sent
/// @param segmentsIn segments or datagrams received
/// @param retransmits segments sent again
/// @param timeouts retransmission timeouts
/// @param outOfOrder segments received out of order
/// @param phase what the congestion control is doing
/// @param deliveryRate rate at which the network delivered last, bytes per second
/// @param pacingRate rate at which segments are spaced, bytes per second, 0 for no pacing
/// @param ecn feedback of congestion marks: `none`, `classic`, `accurate`
/// @param marksIn segments received with a congestion mark
/// @param marksReported marks that the peer reported
/// @param markReductions how often the window was reduced for marks
/// @param dropped datagrams dropped because the receive queue was full
/// @param details what more there is to know of a connection, for people
public record SocketRow(
        String protocol,
        String state,
        String local,
        String remote,
        long receiveQueued,
        long sendQueued,
        long id,
        long mss,
        long sendWindow,
        long receiveWindow,
        String congestion,
        long cwnd,
        long ssthresh,
        long inFlight,
        long srttNanos,
        long rttvarNanos,
        long minRttNanos,
        long rtoNanos,
        long backoffs,
        long bytesSent,
        long bytesAcked,
        long bytesReceived,
        long segmentsOut,
        long segmentsIn,
        long retransmits,
        long timeouts,
        long outOfOrder,
        String phase,
        long deliveryRate,
        long pacingRate,
        String ecn,
        long marksIn,
        long marksReported,
        long markReductions,
        long dropped,
        String details) {

    static SocketRow of(TcpInfo tcp) {
        return new SocketRow(
                "tcp",
                tcp.state().rfcName(),
                tcp.local().toString(),
                tcp.remote().toString(),
                tcp.receiveQueued(),
                tcp.sendQueued(),
                tcp.id(),
                tcp.mss(),
                tcp.sndWnd(),
                tcp.rcvWnd(),
                tcp.congestion(),
                tcp.cwnd(),
                tcp.ssthresh(),
                tcp.inFlight(),
                tcp.srttNanos(),
                tcp.rttvarNanos(),
                tcp.minRttNanos(),
                tcp.rtoNanos(),
                tcp.backoffs(),
                tcp.bytesSent(),
                tcp.bytesAcked(),
                tcp.bytesReceived(),
                tcp.segmentsOut(),
                tcp.segmentsIn(),
                tcp.retransmits(),
                tcp.timeouts(),
                tcp.outOfOrder(),
                tcp.rates().phase(),
                tcp.rates().deliveryRate(),
                tcp.rates().pacingRate(),
                tcp.ecn().feedback(),
                tcp.ecn().marksIn(),
                tcp.ecn().marksReported(),
                tcp.ecn().reductions(),
                0,
                tcp.details().text() + tcp.ecn().bytesText());
    }

    /// A half-open connection or one in TIME-WAIT.
    static SocketRow of(SocketPair row) {
        String local = new Endpoint(row.localAddress(), row.localPort()).toString();
        String remote = new Endpoint(row.remoteAddress(), row.remotePort()).toString();
        return bare("tcp", row.state().rfcName(), local, remote, 0, 0, row.id(), "");
    }

    static SocketRow of(TcpListener listener) {
        String local = text(listener.localAddress(), listener.localPort());
        String state = listener.state().rfcName();
        String cookies = listener.cookies().text();
        return bare("tcp", state, local, "*:*", listener.waiting(), listener.backlog(), 0, cookies);
    }

    static SocketRow of(UdpEndpoint udp) {
        String remote = udp.isConnected() ? text(udp.remoteAddress(), udp.remotePort()) : "*:*";
        return new SocketRow(
                "udp",
                udp.isConnected() ? "CONNECTED" : "UNCONNECTED",
                text(udp.localAddress(), udp.localPort()),
                remote,
                udp.receivedBytes(),
                udp.outgoingBytes(),
                0,
                0,
                0,
                0,
                "",
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                udp.datagramsOut(),
                udp.datagramsIn(),
                0,
                0,
                0,
                "",
                0,
                0,
                "",
                0,
                0,
                0,
                udp.drops(),
                "");
    }

    /// A listening endpoint of SCTP.
    static SocketRow of(SctpEndpoint sctp) {
        IpAddress local =
                sctp.localAddresses().isEmpty() ? null : sctp.localAddresses().getFirst();
        return bare("sctp", "LISTEN", text(local, sctp.localPort()), "*:*", sctp.acceptable(), sctp.backlog(), 0, "");
    }

    /// An association, by its primary path; the others are among the details.
    static SocketRow of(SctpInfo sctp) {
        SctpInfo.PathInfo primary = sctp.paths().getFirst();
        long timeouts = 0;
        for (SctpInfo.PathInfo path : sctp.paths()) {
            primary = path.address().equals(sctp.primary()) ? path : primary;
            timeouts += path.timeouts();
        }
        return new SocketRow(
                "sctp",
                sctp.state().name().replace('_', '-'),
                text(primary.source(), sctp.localPort()),
                text(primary.address(), sctp.remotePort()),
                sctp.receivedBytes(),
                sctp.queuedBytes() + sctp.outstandingBytes(),
                sctp.id(),
                sctp.fragmentBytes(),
                sctp.peerRwnd(),
                sctp.receiveWindow(),
                "RFC 9260",
                primary.cwnd(),
                primary.ssthresh(),
                sctp.outstandingBytes(),
                primary.srttNanos(),
                0,
                0,
                primary.rtoNanos(),
                primary.errors(),
                sctp.bytesSent(),
                sctp.bytesAcked(),
                sctp.bytesReceived(),
                sctp.packetsOut(),
                sctp.packetsIn(),
                sctp.retransmissions(),
                timeouts,
                0,
                "",
                0,
                0,
                sctp.extensions().agreed().ecn() ? "classic" : "",
                sctp.extensions().marksIn(),
                0,
                sctp.extensions().markReductions(),
                0,
                details(sctp));
    }

    private static String details(SctpInfo sctp) {
        var text = new StringBuilder("streams " + sctp.outboundStreams() + "/" + sctp.inboundStreams() + ", DATA out "
                + sctp.dataOut() + " in " + sctp.dataIn() + ", twice " + sctp.duplicates());
        extensions(text, sctp.extensions());
        for (SctpInfo.PathInfo path : sctp.paths()) {
            text.append("; path ").append(path.address());
            text.append(' ').append(path.state().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            text.append(path.address().equals(sctp.primary()) ? ", primary" : "");
            text.append(path.encapsulationPort() == 0 ? "" : ", UDP port " + path.encapsulationPort());
            text.append(", MTU ").append(path.mtu());
            text.append(", cwnd ").append(path.cwnd());
            text.append(path.errors() == 0 ? "" : ", errors " + path.errors());
        }
        return text.toString();
    }

    private static void extensions(StringBuilder text, SctpInfo.ExtensionInfo extensions) {
        SctpFeatures agreed = extensions.agreed();
        text.append(agreed.interleaving() ? ", I-DATA" : "");
        if (extensions.scheduler() != SchedulingPolicy.FIRST_COME) {
            text.append(", ")
                    .append(extensions
                            .scheduler()
                            .name()
                            .toLowerCase(Locale.ROOT)
                            .replace('_', ' '));
        }
        if (agreed.partialReliability()) {
            text.append(", abandoned ").append(extensions.abandoned());
            text.append(" (FORWARD-TSN out ").append(extensions.forwardTsnsOut());
            text.append(" in ").append(extensions.forwardTsnsIn()).append(')');
        }
        text.append(agreed.reconfiguration() ? ", reconfigured " + extensions.reconfigurations() : "");
        text.append(agreed.addressConfiguration() ? ", addresses changed " + extensions.addressChanges() : "");
        if (agreed.authentication()) {
            text.append(", AUTH key ").append(extensions.activeKey());
            text.append(" refused ").append(extensions.notAuthenticated());
        }
        if (agreed.ecn()) {
            text.append(", ECN marks ").append(extensions.marksIn());
            text.append(" reductions ").append(extensions.markReductions());
        }
        text.append(agreed.zeroChecksum() ? ", no checksum" : "");
    }

    private static String text(@Nullable IpAddress address, int port) {
        return address == null ? "*:" + port : new Endpoint(address, port).toString();
    }

    private static SocketRow bare(
            String protocol,
            String state,
            String local,
            String remote,
            long receive,
            long send,
            long id,
            String details) {
        return new SocketRow(
                protocol, state, local, remote, receive, send, id, 0, 0, 0, "", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0, "", 0, 0, "", 0, 0, 0, 0, details);
    }
}
