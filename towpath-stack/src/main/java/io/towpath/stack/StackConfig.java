package io.towpath.stack;

import io.towpath.ip.IpConfig;
import io.towpath.tcp.TcpConfig;

/// Settings of one host. Immutable; start from [#defaults].
///
/// @param name for people
/// @param ip settings of the Internet layer
/// @param tcp settings of TCP connections that name none of their own
/// @param outboxMax packets that wait at one interface for its link, at least 1
public record StackConfig(String name, IpConfig ip, TcpConfig tcp, int outboxMax) {
    /// @throws IllegalArgumentException if an outbox could hold nothing
    public StackConfig {
        if (outboxMax < 1) {
            throw new IllegalArgumentException("an outbox must hold at least 1 packet, not " + outboxMax);
        }
    }

    /// What a host named `name` uses unless told otherwise.
    public static StackConfig defaults(String name) {
        return new StackConfig(name, IpConfig.defaults(), TcpConfig.defaults(), 256);
    }

    /// The same with other settings of the Internet layer.
    public StackConfig withIp(IpConfig value) {
        return new StackConfig(name, value, tcp, outboxMax);
    }

    /// The same with other settings of TCP.
    public StackConfig withTcp(TcpConfig value) {
        return new StackConfig(name, ip, value, outboxMax);
    }

    /// The same with another bound of packets that wait for a link.
    public StackConfig withOutboxMax(int value) {
        return new StackConfig(name, ip, tcp, value);
    }
}
