package io.towpath.core;

/// Why a packet was not delivered. Every packet that vanishes has one of these names, and a counter of it.
public enum Drop {
    /// Shorter than its headers say, or than any header.
    TRUNCATED,
    /// Not an EtherType or IP version that this host speaks.
    UNKNOWN_ETHERTYPE,
    /// A link-layer destination that is not ours.
    OTHER_LINK_ADDRESS,
    /// A malformed Ethernet or ARP message.
    BAD_ARP,
    /// An IP version, header length or total length that cannot be.
    BAD_IP_HEADER,
    /// Wrong IPv4 header checksum.
    BAD_IP_CHECKSUM,
    /// Malformed IPv4 options or IPv6 extension headers, or too many of them.
    BAD_IP_OPTIONS,
    /// A source address that no host may send from (multicast, broadcast, loopback from a wire, v4-mapped).
    MARTIAN_SOURCE,
    /// A destination address that may not be on a wire.
    MARTIAN_DESTINATION,
    /// Not for this host, and this host does not forward.
    NOT_FOR_US,
    /// No route to the destination.
    NO_ROUTE,
    /// TTL or hop limit ran out while forwarding.
    HOP_LIMIT_EXCEEDED,
    /// Larger than the MTU and not to be fragmented.
    TOO_BIG,
    /// A SYN of too low a precedence, or a segment without the security label that its connection asks for.
    TCP_SECURITY,
    /// A SYN within the quiet time of a host that has just started.
    TCP_QUIET_TIME,
    /// A hook (filter, NAT) said no.
    FILTERED,
    /// No transport for this protocol number.
    UNKNOWN_PROTOCOL,
    /// A fragment that cannot be: misaligned, beyond 65,535, empty.
    BAD_FRAGMENT,
    /// A fragment that is here already, byte for byte.
    FRAGMENT_DUPLICATE,
    /// A fragment that overlaps another: its whole datagram is dropped (RFC 5722).
    FRAGMENT_OVERLAP,
    /// Fragments given up because their datagram was not whole in time.
    FRAGMENT_TIMEOUT,
    /// Fragments dropped because a memory bound was reached.
    FRAGMENT_LIMIT,
    /// A malformed ICMP message.
    BAD_ICMP,
    /// Wrong ICMP checksum.
    BAD_ICMP_CHECKSUM,
    /// An ICMP message of a type that nobody here wants.
    ICMP_UNWANTED,
    /// A neighbour-discovery message that fails the checks of RFC 4861.
    BAD_NEIGHBOR_DISCOVERY,
    /// Not sent: ICMP rate limit, or a reply that RFC 1122 §3.2.2 forbids.
    ICMP_SUPPRESSED,
    /// The neighbour's link-layer address could not be resolved.
    NEIGHBOR_UNREACHABLE,
    /// Too many packets waited for one neighbour.
    NEIGHBOR_QUEUE_FULL,
    /// Too many stateless replies waited to be sent.
    REPLY_QUEUE_FULL,
    /// The link did not take packets as fast as they came.
    TX_QUEUE_FULL,
    /// The link or interface is down.
    LINK_DOWN,
    /// A malformed UDP header.
    BAD_UDP_HEADER,
    /// Wrong UDP checksum, or none on IPv6.
    BAD_UDP_CHECKSUM,
    /// No socket at that UDP port.
    UDP_NO_SOCKET,
    /// The socket's receive queue was full.
    UDP_QUEUE_FULL,
    /// A datagram from somebody that a connected socket does not talk to.
    UDP_NOT_PEER,
    /// A malformed TCP header.
    BAD_TCP_HEADER,
    /// Wrong TCP checksum.
    BAD_TCP_CHECKSUM,
    /// A TCP segment from or to an address with which no connection can be (multicast, broadcast, port 0).
    TCP_BAD_ADDRESS,
    /// No connection and no listener: answered with a RST (RFC 9293 §3.10.7.1) unless it was one.
    TCP_NO_CONNECTION,
    /// Outside the receive window (RFC 9293 §3.10.7.4, first step).
    TCP_OUT_OF_WINDOW,
    /// A timestamp older than the last one (PAWS, RFC 7323 §5).
    TCP_PAWS,
    /// A RST that does not hit the exact sequence number (RFC 5961 §3).
    TCP_BAD_RST,
    /// A SYN in a synchronised state (RFC 5961 §4).
    TCP_BAD_SYN,
    /// An acknowledgment of something never sent, or too old (RFC 5961 §5).
    TCP_BAD_ACK,
    /// A segment without ACK where one is required.
    TCP_NO_ACK,
    /// A segment without the timestamp that both sides agreed on (RFC 7323 §3.2).
    TCP_NO_TIMESTAMP,
    /// A SYN that was taken before.
    TCP_DUPLICATE,
    /// Not acceptable in LISTEN or SYN-SENT.
    TCP_NOT_ACCEPTABLE,
    /// A segment that cannot begin the connection for which its peer got a SYN cookie: the first one is missing.
    TCP_COOKIE_LATER,
    /// The SYN queue of the listener was full.
    TCP_SYN_QUEUE_FULL,
    /// The accept queue of the listener was full.
    TCP_ACCEPT_QUEUE_FULL,
    /// The peer acknowledged our SYN, and the listener waits for his data.
    TCP_DEFERRED,
    /// Beyond the receive buffer, or more holes than are kept.
    TCP_RECEIVE_LIMIT,
    /// Data for a user who is gone.
    TCP_USER_GONE,
    /// A segment for a connection in TIME-WAIT or CLOSED that needs no answer.
    TCP_DEAD,
    /// An unsigned segment of a peer that signs (RFC 2385 §2.0, RFC 5925 §7.5).
    TCP_AUTH_MISSING,
    /// A signature that the segment and the key do not make (RFC 2385 §2.0, RFC 5925 §7.5).
    TCP_AUTH_WRONG,
    /// A signed segment of a peer for whom there is no key.
    TCP_AUTH_UNEXPECTED,
    /// Signed under a key number that no key of its peer has (RFC 5925 §7.5).
    TCP_AUTH_NO_KEY,
    /// Signed under traffic keys of a connection that is not there: they cannot be known (RFC 5925 §7.7).
    TCP_AUTH_NO_STATE,
    /// A malformed SCTP common header or first chunk.
    BAD_SCTP_HEADER,
    /// Wrong SCTP checksum.
    BAD_SCTP_CHECKSUM,
    /// An SCTP packet from or to an address with which no association can be (multicast, broadcast, port 0).
    SCTP_BAD_ADDRESS,
    /// No association, and no answer is allowed (RFC 9260 §8.4).
    SCTP_OUT_OF_THE_BLUE,
    /// A verification tag that is not the association's (RFC 9260 §8.5).
    SCTP_BAD_TAG,
    /// A state cookie that this host did not make, or not for these ports and tags.
    SCTP_BAD_COOKIE,
    /// A state cookie past its lifetime.
    SCTP_STALE_COOKIE,
    /// A chunk that the present state does not take (RFC 9260 §5.2, §9.2).
    SCTP_UNEXPECTED,
    /// The endpoint's queue of associations to accept was full.
    SCTP_ACCEPT_QUEUE_FULL,
    /// Not authenticated where it must be (RFC 4895 §6.3).
    SCTP_NOT_AUTHENTICATED,
    /// A chunk with TSNs that are nowhere near those in use: of before they were reset (RFC 6525 §5.1.4).
    SCTP_BYGONE_TSN,
    /// Came from outside to a NAT, and no inside host asked for it.
    NAT_UNSOLICITED,
    /// Would have needed a mapping or session more than a NAT may hold, in all or for its inside host.
    NAT_LIMIT,
    /// No port is free on the outside address of its inside host.
    NAT_PORTS_EXHAUSTED,
    /// Has nothing by which a NAT could tell to whom the answer goes.
    NAT_UNTRANSLATABLE,
    /// Lost by an impaired link.
    IMPAIRED_LOSS,
    /// Overflowed the queue of an impaired link.
    IMPAIRED_QUEUE,
    /// Larger than an impaired link's MTU.
    IMPAIRED_MTU,
    /// The host was shut down.
    SHUT_DOWN
}
