package io.towpath.core;

/// A transport protocol engine as the IP layer sees it.
public interface Transport extends Machine {
    /// The IP protocol number it answers to.
    int protocol();

    /// Takes one packet that is for this host, whole (reassembled), with its parsed fields filled in and
    /// `at == transportAt`. Takes ownership. Changes state and marks connections ready; writes nothing.
    void input(long now, Packet packet);

    /// Takes an ICMP error about a packet that this transport sent. `quoted[at..end)` is the transport header as
    /// the reporter quoted it: at least the first 8 bytes, unverified (RFC 5927 is the transport's duty).
    void onNetworkError(long now, NetworkError error, byte[] quoted, int at, int end);
}
