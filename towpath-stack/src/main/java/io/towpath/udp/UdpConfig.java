package io.towpath.udp;

import io.towpath.core.Network;

/// Settings of one UDP socket. Immutable; start from [#defaults].
///
/// @param receiveBytesMax payload bytes that wait for the user, at least 1
/// @param receiveCountMax datagrams that wait for the user, at least 1
/// @param sendBytesMax payload bytes that wait to be sent; one datagram always fits into an empty queue
/// @param sendCountMax datagrams that wait to be sent, at least 1
/// @param broadcast whether datagrams may be sent to broadcast addresses
/// @param checksum4 whether datagrams over IPv4 carry a checksum (RFC 768 allows none; IPv6 always has one)
/// @param dontFragment whether datagrams larger than the path MTU are refused instead of fragmented
/// @param hopLimit 1 to 255, or [Network#DEFAULT]
/// @param trafficClass DSCP and ECN byte, or [Network#DEFAULT]
public record UdpConfig(
        int receiveBytesMax,
        int receiveCountMax,
        int sendBytesMax,
        int sendCountMax,
        boolean broadcast,
        boolean checksum4,
        boolean dontFragment,
        int hopLimit,
        int trafficClass) {
    /// @throws IllegalArgumentException with one line that says which value cannot be
    public UdpConfig {
        if (receiveBytesMax < 1 || receiveCountMax < 1 || sendBytesMax < 1 || sendCountMax < 1) {
            throw new IllegalArgumentException("queues of a UDP socket must hold something");
        }
        if (hopLimit != Network.DEFAULT && (hopLimit < 1 || hopLimit > 255)) {
            throw new IllegalArgumentException("hop limit must be 1 to 255, not " + hopLimit);
        }
        if (trafficClass != Network.DEFAULT && (trafficClass < 0 || trafficClass > 255)) {
            throw new IllegalArgumentException("traffic class must be 0 to 255, not " + trafficClass);
        }
    }

    /// 256 KiB and 1024 datagrams each way, checksums, fragments, no broadcast.
    public static UdpConfig defaults() {
        return new UdpConfig(256 << 10, 1024, 256 << 10, 1024, false, true, false, Network.DEFAULT, Network.DEFAULT);
    }

    /// The same with another receive queue.
    public UdpConfig withReceive(int bytesMax, int countMax) {
        return new UdpConfig(
                bytesMax,
                countMax,
                sendBytesMax,
                sendCountMax,
                broadcast,
                checksum4,
                dontFragment,
                hopLimit,
                trafficClass);
    }

    /// The same with another send queue.
    public UdpConfig withSend(int bytesMax, int countMax) {
        return new UdpConfig(
                receiveBytesMax,
                receiveCountMax,
                bytesMax,
                countMax,
                broadcast,
                checksum4,
                dontFragment,
                hopLimit,
                trafficClass);
    }

    /// The same with permission to broadcast, or without.
    public UdpConfig withBroadcast(boolean value) {
        return new UdpConfig(
                receiveBytesMax,
                receiveCountMax,
                sendBytesMax,
                sendCountMax,
                value,
                checksum4,
                dontFragment,
                hopLimit,
                trafficClass);
    }

    /// The same with checksums over IPv4, or without.
    public UdpConfig withChecksum4(boolean value) {
        return new UdpConfig(
                receiveBytesMax,
                receiveCountMax,
                sendBytesMax,
                sendCountMax,
                broadcast,
                value,
                dontFragment,
                hopLimit,
                trafficClass);
    }

    /// The same with fragmenting forbidden, or allowed.
    public UdpConfig withDontFragment(boolean value) {
        return new UdpConfig(
                receiveBytesMax,
                receiveCountMax,
                sendBytesMax,
                sendCountMax,
                broadcast,
                checksum4,
                value,
                hopLimit,
                trafficClass);
    }

    /// The same with another hop limit, 1 to 255 or [Network#DEFAULT].
    public UdpConfig withHopLimit(int value) {
        return new UdpConfig(
                receiveBytesMax,
                receiveCountMax,
                sendBytesMax,
                sendCountMax,
                broadcast,
                checksum4,
                dontFragment,
                value,
                trafficClass);
    }

    /// The same with another traffic class, 0 to 255 or [Network#DEFAULT].
    public UdpConfig withTrafficClass(int value) {
        return new UdpConfig(
                receiveBytesMax,
                receiveCountMax,
                sendBytesMax,
                sendCountMax,
                broadcast,
                checksum4,
                dontFragment,
                hopLimit,
                value);
    }
}
