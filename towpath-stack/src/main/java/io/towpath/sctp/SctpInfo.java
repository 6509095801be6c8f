package io.towpath.sctp;

import io.towpath.sctp.auth.Authentication;
import io.towpath.sctp.ecn.CongestionEcho;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.receive.Receiver;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// STATUS (RFC 9260 §11.1.8): what can be seen of one association at one moment.
///
/// @param id its number within the host
/// @param localAddresses own addresses; empty for any
/// @param localPort own port
/// @param remotePort the peer's port
/// @param state its state
/// @param error why it ended, null otherwise
/// @param localTag verification tag of packets that come in
/// @param peerTag verification tag of packets that go out
/// @param outboundStreams streams that may be sent on
/// @param inboundStreams streams that the peer may send on
/// @param primary the primary path's address
/// @param paths all paths
/// @param peerRwnd the peer's window less what is outstanding, in bytes
/// @param receiveWindow own window in bytes
/// @param queuedBytes bytes of messages without a TSN
/// @param outstandingChunks chunks sent and not cumulatively acknowledged
/// @param outstandingBytes bytes in flight
/// @param receivedBytes bytes that wait for the user, or to become whole messages
/// @param fragmentBytes user data that one chunk carries at most
/// @param packetsIn packets received
/// @param packetsOut packets sent
/// @param dataIn DATA chunks received, duplicates included
/// @param dataOut DATA chunks sent, retransmissions included
/// @param retransmissions DATA chunks sent again
/// @param duplicates DATA chunks received more than once
/// @param bytesSent bytes of user data sent, retransmissions included
/// @param bytesAcked bytes of user data acknowledged
/// @param bytesReceived bytes of user data received, without those that came again
/// @param extensions what extensions did
public record SctpInfo(
        long id,
        List<IpAddress> localAddresses,
        int localPort,
        int remotePort,
        AssociationState.Name state,
        @Nullable SctpError error,
        int localTag,
        int peerTag,
        int outboundStreams,
        int inboundStreams,
        IpAddress primary,
        List<PathInfo> paths,
        long peerRwnd,
        long receiveWindow,
        long queuedBytes,
        int outstandingChunks,
        long outstandingBytes,
        long receivedBytes,
        int fragmentBytes,
        long packetsIn,
        long packetsOut,
        long dataIn,
        long dataOut,
        long retransmissions,
        long duplicates,
        long bytesSent,
        long bytesAcked,
        long bytesReceived,
        ExtensionInfo extensions) {
    /// What extensions did.
    ///
    /// @param agreed those that both sides agreed on
    /// @param scheduler which stream is served when
    /// @param abandoned messages given up by their policy
    /// @param forwardTsnsOut FORWARD-TSN chunks sent
    /// @param forwardTsnsIn FORWARD-TSN chunks received that told something new
    /// @param reconfigurations requests for streams that were done, of either side
    /// @param addressChanges changes of addresses that were answered, of either side
    /// @param activeKey identifier of the key to send with, -1 without AUTH
    /// @param notAuthenticated chunks refused that must be authenticated and were not
    /// @param marksIn packets that came marked (ECN)
    /// @param markReductions how often the peer's echoes of marks reduced a window
    public record ExtensionInfo(
            SctpFeatures agreed,
            SchedulingPolicy scheduler,
            long abandoned,
            long forwardTsnsOut,
            long forwardTsnsIn,
            long reconfigurations,
            long addressChanges,
            int activeKey,
            long notAuthenticated,
            long marksIn,
            long markReductions) {
        static ExtensionInfo of(Association a) {
            Authentication keys = Authentication.agreed(a);
            CongestionEcho ecn = a.ecn;
            return new ExtensionInfo(
                    a.agreed,
                    a.sendQueue.scheduler().policy(),
                    a.tally.abandoned,
                    a.tally.forwardTsnsOut,
                    a.tally.forwardTsnsIn,
                    a.tally.reconfigurations,
                    a.tally.addressChanges,
                    keys == null ? -1 : keys.keys().active(),
                    a.tally.notAuthenticated,
                    ecn == null ? 0 : ecn.marks(),
                    ecn == null ? 0 : ecn.reductions());
        }
    }

    /// One path.
    ///
    /// @param address the peer's address
    /// @param source own address, null while there is no way
    /// @param state what is known of it
    /// @param cwnd congestion window in bytes
    /// @param ssthresh slow-start threshold in bytes
    /// @param flight bytes outstanding
    /// @param srttNanos smoothed round-trip time, 0 before the first measurement
    /// @param rtoNanos retransmission timeout
    /// @param mtu largest IP packet
    /// @param encapsulationPort the peer's UDP port in whose datagrams packets go there, 0 for none
    /// @param errors consecutive errors
    /// @param retransmissions chunks sent there again
    /// @param timeouts expirations of T3-rtx
    public record PathInfo(
            IpAddress address,
            @Nullable IpAddress source,
            PathState state,
            long cwnd,
            long ssthresh,
            long flight,
            long srttNanos,
            long rtoNanos,
            int mtu,
            int encapsulationPort,
            int errors,
            long retransmissions,
            long timeouts) {
        static PathInfo of(Path path) {
            var route = path.route;
            return new PathInfo(
                    path.address(),
                    route == null ? null : route.source(),
                    path.state(),
                    path.window.cwnd(),
                    path.window.ssthresh(),
                    path.flight,
                    path.rtt.srtt(),
                    path.rto(),
                    path.mtu,
                    path.encapsulationPort(),
                    path.errors,
                    path.retransmissions,
                    path.timeouts);
        }
    }

    static SctpInfo of(Association a) {
        List<PathInfo> paths = new ArrayList<>(a.paths.size());
        for (int i = 0; i < a.paths.size(); i++) {
            paths.add(PathInfo.of(a.paths.get(i)));
        }
        Receiver receiver = a.receiver;
        return new SctpInfo(
                a.id(),
                a.localAddresses,
                a.localPort(),
                a.remotePort(),
                a.stateName(),
                a.error(),
                a.localTag,
                a.peerTag,
                a.outboundStreams(),
                receiver == null ? 0 : receiver.streamCount(),
                a.paths.primary().address(),
                List.copyOf(paths),
                a.peerRwnd,
                receiver == null ? a.config().receiveBytesMax() : receiver.window(),
                a.sendQueue.queuedBytes(),
                a.outstanding.size(),
                a.outstanding.inFlight(),
                receiver == null ? 0 : receiver.heldBytes(),
                io.towpath.sctp.send.DataWriter.fragmentMax(a),
                a.tally.packetsIn,
                a.tally.packetsOut,
                a.tally.dataIn,
                a.tally.dataOut,
                a.tally.retransmissions,
                a.tally.duplicates,
                a.tally.bytesOut,
                a.tally.bytesAcked,
                a.tally.bytesIn,
                ExtensionInfo.of(a));
    }
}
