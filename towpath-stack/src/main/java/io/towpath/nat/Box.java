package io.towpath.nat;

import io.towpath.core.Packet;
import io.towpath.wire.Prefix;
import java.util.List;

/// What a [Nat] asks of the host that it is on. A host's stack implements it: the engines do not see each
/// other.
public interface Box {
    /// The addresses of an interface. The same list as long as they are the same.
    List<Prefix> addresses(int interfaceIndex);

    /// Whether `high:low` is an address of this host.
    boolean isLocal(long high, long low);

    /// By which interface packets to `high:low` leave, -1 when there is no route.
    int interfaceTo(long high, long low);

    /// Whether a socket of this host takes what the remote endpoint sends to the local one, or one that will.
    ///
    /// @param protocol TCP, UDP, SCTP; ICMP and ICMPv6 have identifiers for ports
    boolean isOwn(
            int protocol,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort);

    /// The next identification for an IPv4 packet from this host, whose fields are parsed.
    int identification(Packet packet);

    /// Tells the sender of `packet`, whose fields are parsed, that it is forbidden (ICMP unreachable, code 13
    /// or 1). The packet stays the caller's.
    void prohibited(long now, Packet packet);

    /// Tells the sender of `packet`, whose fields are parsed, that nobody is at its port. The packet stays the
    /// caller's.
    void portUnreachable(long now, Packet packet);
}
