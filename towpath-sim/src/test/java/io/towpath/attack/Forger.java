package io.towpath.attack;

import io.towpath.core.Packet;
import io.towpath.stack.Interface;
import io.towpath.stack.Stack;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Prefix;
import io.towpath.wire.TcpHeader;
import java.util.Arrays;

/// Puts TCP segments with any addresses and numbers on the victim's wire, with right checksums: what somebody
/// can do who does not see the traffic. IPv4; nothing is allocated per packet.
final class Forger {
    static final byte[] NO_OPTIONS = {};

    private final Stack victim;
    private final Interface wire;

    int source;
    int sourcePort;
    int destination;
    int destinationPort;
    byte[] options = NO_OPTIONS;

    /// Forges what comes in by the first interface of `victim` behind its loopback, which from now on has a route
    /// back to whatever address is forged.
    Forger(Stack victim) {
        this.victim = victim;
        this.wire = victim.interfaces().get(1);
        victim.addRoute(Prefix.parse("0.0.0.0/0"), wire, null, 100);
    }

    /// One segment between [#source] and [#destination], with [#options] (a multiple of four octets).
    void send(long now, long seq, long ack, int flags, int window, int text) {
        int headers = TcpHeader.LENGTH + options.length;
        int length = headers + text;
        Packet packet = victim.context().pool().take(Ip4Header.LENGTH + length);
        byte[] b = packet.bytes;
        int at = packet.at;
        packet.end = at + Ip4Header.LENGTH + length;
        Ip4Header.write(b, at, 0, Ip4Header.LENGTH + length, 0, 0, 64, IpProtocol.TCP, source, destination);
        Ip4Header.writeChecksum(b, at);
        int tcp = at + Ip4Header.LENGTH;
        TcpHeader.write(b, tcp, sourcePort, destinationPort, (int) seq, (int) ack, headers, flags, window, 0);
        System.arraycopy(options, 0, b, tcp + TcpHeader.LENGTH, options.length);
        Arrays.fill(b, tcp + headers, tcp + length, (byte) 'X');
        long pseudo = InternetChecksum.pseudo4(source, destination, IpProtocol.TCP, length);
        TcpHeader.writeChecksum(b, tcp, tcp + length, pseudo);
        victim.input(now, wire, packet);
    }
}
