package io.towpath.sctp.machine;

import io.towpath.core.NetworkError;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.PathState;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.path.PathStates;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpAddress;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpInitHeader;

/// ICMP errors about packets of this host (RFC 9260 §10, RFC 4960 Appendix C).
final class NetworkErrors {
    private final Engine engine;

    NetworkErrors(Engine engine) {
        this.engine = engine;
    }

    /// `quoted[at..end)` is the packet as the reporter quoted it, at least 8 bytes.
    void on(long now, NetworkError error, byte[] quoted, int at, int end) {
        if (end - at < 8) {
            return;
        }
        IpAddress local = error.local();
        IpAddress remote = error.remote();
        Association a = engine.table.find(
                local.high(),
                local.low(),
                SctpHeader.sourcePort(quoted, at),
                remote.high(),
                remote.low(),
                SctpHeader.destinationPort(quoted, at));
        Path path = a == null ? null : a.paths.find(remote);
        if (a == null || path == null || !isOurs(a, quoted, at, end)) {
            return;
        }
        switch (error.kind()) {
            case TOO_BIG -> {
                engine.network.acceptPathMtu(now, remote, error.mtu());
                path.refreshMtu();
                engine.ready(a);
            }
            // ICMP8: "If the ICMP code is an 'Unrecognized Next Header Type Encountered' or a 'Protocol
            // Unreachable', an implementation MUST treat this message as an abort with the T bit set if it
            // does not contain an INIT chunk. If it does contain an INIT chunk and the association is in the
            // COOKIE-WAIT state, handle the ICMP message like an ABORT."
            case PROTOCOL_UNREACHABLE -> {
                boolean init = Bytes.i32(quoted, at + 4) == 0;
                if (!init || a.state() instanceof AssociationState.CookieWait) {
                    engine.end(
                            now,
                            a,
                            isOpening(a) ? SctpError.REFUSED : SctpError.ABORTED,
                            "the peer does not speak SCTP");
                }
            }
            // Appendix C says nothing of the others but that they MAY be taken as a hint: a path that cannot be
            // reached has one more error, never enough of them alone to fail.
            case HOST_UNREACHABLE, NETWORK_UNREACHABLE -> {
                if (path.state() == PathState.ACTIVE && path.errors < path.maxRetrans) {
                    PathStates.onError(a, engine.context, path);
                }
            }
            case PORT_UNREACHABLE, PROHIBITED, TIME_EXCEEDED, REASSEMBLY_TIMEOUT, PARAMETER_PROBLEM -> {
                // Not a sign of anything that SCTP would do otherwise.
            }
        }
        engine.schedule(a);
    }

    private static boolean isOpening(Association a) {
        return a.state() instanceof AssociationState.CookieWait || a.state() instanceof AssociationState.CookieEchoed;
    }

    /// ICMP8 and ICMP9: "If the length of the payload in the ICMP message is too short […] silently discard";
    /// the verification tag must be the peer's, or 0 with an INIT whose Initiate Tag is ours.
    private static boolean isOurs(Association a, byte[] quoted, int at, int end) {
        int tag = Bytes.i32(quoted, at + 4);
        if (tag != 0) {
            return tag == a.peerTag;
        }
        int chunk = at + SctpHeader.LENGTH;
        return end - chunk >= 8
                && SctpChunks.type(quoted, chunk) == SctpChunks.INIT
                && SctpInitHeader.initiateTag(quoted, chunk) == a.localTag;
    }
}
