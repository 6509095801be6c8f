package io.towpath.ip;

import io.towpath.core.NetworkError;
import io.towpath.core.Packet;

/// Gets the answers to echo requests sent with one identifier. Runs inside the stack's input: it must not call back.
public interface EchoListener {
    /// An echo reply came. `packet.at` is its ICMP header; the packet stays the caller's.
    void onEchoReply(long now, Packet packet, int sequence);

    /// An ICMP error about one of the requests came.
    void onEchoError(long now, NetworkError error, int sequence);
}
