package io.towpath.stack;

import io.towpath.core.PortTable;
import io.towpath.ip.IpConfig;
import io.towpath.tcp.TcpConfig;

/// Settings of one host. Immutable; start from [#defaults].
///
/// @param name for people
/// @param ip settings of the Internet layer
/// @param tcp settings of TCP connections that name none of their own
/// @param outboxMax packets that wait at one interface for its link, at least 1
/// @param encapsulation whether SCTP travels in UDP
public record StackConfig(String name, IpConfig ip, TcpConfig tcp, int outboxMax, UdpEncapsulation encapsulation) {
    /// SCTP in UDP (RFC 6951).
    ///
    /// @param localPort the UDP port that takes SCTP packets, 0 for none; 9899 is registered for it
    /// @param remotePort the peers' UDP port for associations whose settings name none, 0 when these go in IP alone
    public record UdpEncapsulation(int localPort, int remotePort) {
        /// SCTP does without UDP.
        public static final UdpEncapsulation NONE = new UdpEncapsulation(0, 0);

        /// @throws IllegalArgumentException if a value is no port
        public UdpEncapsulation {
            PortTable.check(localPort);
            PortTable.check(remotePort);
            if (localPort == 0 && remotePort != 0) {
                throw new IllegalArgumentException("who sends SCTP in UDP must take it, too: name the own UDP port");
            }
        }
    }

    /// @throws IllegalArgumentException if an outbox could hold nothing
    public StackConfig {
        if (outboxMax < 1) {
            throw new IllegalArgumentException("an outbox must hold at least 1 packet, not " + outboxMax);
        }
    }

    /// What a host named `name` uses unless told otherwise.
    public static StackConfig defaults(String name) {
        return new StackConfig(name, IpConfig.defaults(), TcpConfig.defaults(), 256, UdpEncapsulation.NONE);
    }

    /// The same with other settings of the Internet layer.
    public StackConfig withIp(IpConfig value) {
        return new StackConfig(name, value, tcp, outboxMax, encapsulation);
    }

    /// The same with other settings of TCP.
    public StackConfig withTcp(TcpConfig value) {
        return new StackConfig(name, ip, value, outboxMax, encapsulation);
    }

    /// The same with another bound of packets that wait for a link.
    public StackConfig withOutboxMax(int value) {
        return new StackConfig(name, ip, tcp, value, encapsulation);
    }

    /// The same with SCTP in UDP or without.
    public StackConfig withEncapsulation(UdpEncapsulation value) {
        return new StackConfig(name, ip, tcp, outboxMax, value);
    }
}
