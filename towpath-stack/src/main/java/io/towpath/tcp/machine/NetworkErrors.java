package io.towpath.tcp.machine;

import io.towpath.core.Counter;
import io.towpath.core.NetworkError;
import io.towpath.core.Signals;
import io.towpath.tcp.SocketPair;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpState;
import io.towpath.wire.Serial;
import io.towpath.wire.TcpHeader;

/// What ICMP says about our segments (RFC 9293 §3.9.2.2), believed only as far as RFC 5927 allows: the quoted sequence
/// number must be in flight, and no message aborts a synchronised connection.
public final class NetworkErrors {
    /// Ports and sequence number: what every ICMP error must quote.
    private static final int QUOTED_MIN = 8;

    private final Engine engine;

    /// Errors about segments of `engine`.
    public NetworkErrors(Engine engine) {
        this.engine = engine;
    }

    /// Takes one message.
    public void on(long now, NetworkError error, byte[] quoted, int at, int end) {
        if (end - at < QUOTED_MIN) {
            return;
        }
        SocketPair row = engine.table.find(
                error.local().high(),
                error.local().low(),
                TcpHeader.sourcePort(quoted, at),
                error.remote().high(),
                error.remote().low(),
                TcpHeader.destinationPort(quoted, at));
        if (!(row instanceof TcpConnection c)) {
            return;
        }
        long seq = Serial.unwrap(TcpHeader.sequence(quoted, at), c.snd.una);
        // RFC 5927 §4.1: "the TCP sequence number … is within the range of the data already sent but not yet
        // acknowledged".
        if (seq < c.snd.una || seq >= c.snd.nxt) {
            return;
        }
        if (isForged(c, error)) {
            engine.context.counters().count(Counter.TCP_SIGNED_ICMP_IGNORED);
            return;
        }
        if (error.kind() == NetworkError.Kind.TOO_BIG) {
            engine.network.acceptPathMtu(now, error.remote(), error.mtu());
            engine.refresh(now, c);
            if (c.state() == TcpState.SYN_SENT && c.fastOpen != null && c.fastOpen.synText > 0) {
                // RFC 7413 §4.1.3.1: an ICMP message about a SYN with data is a negative response. The ordinary SYN
                // fits.
                c.synDue = true;
                engine.ready(c);
            }
            return;
        }
        TcpError meaning = meaning(error.kind());
        if (error.kind().isHard() && (c.state() == TcpState.SYN_SENT || c.state() == TcpState.SYN_RECEIVED)) {
            // RFC 5927 §5.2 lets hard errors abort only connections that are not yet synchronised.
            engine.end(now, c, meaning, "ICMP: " + error.kind());
            return;
        }
        // RFC 9293 SHLD-25 and MUST-56: soft errors "MUST NOT abort the connection, and TCP SHOULD make the
        // information available to the application".
        c.softError = meaning;
        c.tell(engine.context, Signals.ERROR);
    }

    /// RFC 5925 §7.8: "A TCP-AO implementation MUST default to ignore incoming ICMPv4 messages of Type 3
    /// (destination unreachable), Codes 2-4 (protocol unreachable, port unreachable, and fragmentation needed --
    /// 'hard errors'), and ICMPv6 Type 1 (destination unreachable), Code 1 (administratively prohibited) and
    /// Code 4 (port unreachable) intended for connections in synchronized states […] that match MKTs."
    private static boolean isForged(TcpConnection c, NetworkError error) {
        if (c.keys == null
                || !c.state().isSynchronized()
                || !c.config().authentication().icmpIgnored()) {
            return false;
        }
        boolean ip4 = error.remote().isIp4();
        return switch (error.kind()) {
            case PORT_UNREACHABLE -> true;
            case PROTOCOL_UNREACHABLE, TOO_BIG -> ip4;
            case PROHIBITED -> !ip4;
            case NETWORK_UNREACHABLE, HOST_UNREACHABLE, TIME_EXCEEDED, REASSEMBLY_TIMEOUT, PARAMETER_PROBLEM -> false;
        };
    }

    private static TcpError meaning(NetworkError.Kind kind) {
        return switch (kind) {
            case NETWORK_UNREACHABLE -> TcpError.NETWORK_UNREACHABLE;
            case PORT_UNREACHABLE -> TcpError.PORT_UNREACHABLE;
            case PROTOCOL_UNREACHABLE -> TcpError.PROTOCOL_UNREACHABLE;
            case PROHIBITED -> TcpError.PROHIBITED;
            case HOST_UNREACHABLE, TOO_BIG, TIME_EXCEEDED, REASSEMBLY_TIMEOUT, PARAMETER_PROBLEM ->
                TcpError.HOST_UNREACHABLE;
        };
    }
}
