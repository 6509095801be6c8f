package io.towpath.core;

/// What a stack counts besides drops.
public enum Counter {
    /// IP packets received from links.
    IP_IN,
    /// IP packets handed to a transport or to ICMP.
    IP_DELIVERED,
    /// IP packets handed to links, fragments counted singly.
    IP_OUT,
    /// Datagrams that were sent as fragments.
    IP_FRAGMENTED,
    /// Fragments made.
    IP_FRAGMENTS_OUT,
    /// Fragments received.
    IP_FRAGMENTS_IN,
    /// Datagrams put together from fragments.
    IP_REASSEMBLED,
    /// Packets forwarded for others.
    IP_FORWARDED,
    /// ICMP messages received.
    ICMP_IN,
    /// ICMP messages sent.
    ICMP_OUT,
    /// Echo requests answered.
    ICMP_ECHO_REPLIES,
    /// UDP datagrams delivered to a socket.
    UDP_IN,
    /// UDP datagrams sent.
    UDP_OUT,
    /// TCP segments received (a super-segment counts each segment it stands for).
    TCP_IN,
    /// TCP segments sent, retransmissions included (a super-segment counts each segment).
    TCP_OUT,
    /// Active opens.
    TCP_ACTIVE_OPENS,
    /// Passive opens.
    TCP_PASSIVE_OPENS,
    /// Opens that failed.
    TCP_OPEN_FAILURES,
    /// Connections reset by a peer after they were established.
    TCP_RESETS_IN,
    /// RST segments sent.
    TCP_RESETS_OUT,
    /// Segments sent again after a retransmission timeout.
    TCP_RETRANSMIT_TIMEOUT,
    /// Segments sent again by fast retransmit or during recovery.
    TCP_RETRANSMIT_FAST,
    /// SYN and SYN-ACK segments sent again.
    TCP_RETRANSMIT_SYN,
    /// Retransmission timeouts.
    TCP_TIMEOUTS,
    /// Tail loss probes sent (RFC 8985 §7), with new data or with the last segment again.
    TCP_LOSS_PROBES,
    /// Reductions of the congestion window taken back because nothing had been lost.
    TCP_RECOVERIES_UNDONE,
    /// Zero-window probes sent.
    TCP_WINDOW_PROBES,
    /// Keep-alive probes sent.
    TCP_KEEPALIVES,
    /// Challenge ACKs sent (RFC 5961).
    TCP_CHALLENGE_ACKS,
    /// Challenge ACKs not sent because of their rate limit.
    TCP_CHALLENGE_ACKS_LIMITED,
    /// TCP segments received with the mark "congestion experienced".
    TCP_CE_IN,
    /// TCP windows reduced because of congestion marks (RFC 3168 §6.1.2).
    TCP_ECN_REDUCTIONS,
    /// Acknowledgments with the option of Accurate ECN (RFC 9768 §3.2.3).
    TCP_ECN_OPTIONS_IN,
    /// Segments that brought bytes out of order.
    TCP_OUT_OF_ORDER,
    /// Segments that brought nothing new.
    TCP_DUPLICATES_IN,
    /// SYNs answered with a cookie (RFC 4987 §3.6).
    TCP_SYN_COOKIES_OUT,
    /// Connections that began with a cookie that came back.
    TCP_SYN_COOKIES_IN,
    /// Acknowledgments at a listener with cookies out that carried none.
    TCP_SYN_COOKIES_BAD,
    /// Active opens whose SYN carried data that its SYN-ACK acknowledged (RFC 7413).
    TCP_FAST_OPEN_ACTIVE,
    /// Active opens whose SYN carried data that had to be sent again.
    TCP_FAST_OPEN_FALLBACK,
    /// Passive opens by a SYN with a good Fast Open cookie.
    TCP_FAST_OPEN_PASSIVE,
    /// Fast Open cookies given out.
    TCP_FAST_OPEN_COOKIES,
    /// Connections that entered TIME-WAIT.
    TCP_TIME_WAIT,
    /// TIME-WAIT rows given up early because of a new incarnation (RFC 6191) or a full table.
    TCP_TIME_WAIT_REUSED,
    /// Connections without a user that were reset because there were too many of them.
    TCP_ORPHANS_RESET,
    /// TCP packets received with the right signature (RFC 2385, RFC 5925).
    TCP_SIGNED_IN,
    /// TCP packets signed (RFC 2385, RFC 5925).
    TCP_SIGNED_OUT,
    /// ICMP errors about signed connections that were not believed (RFC 5925 §7.8).
    TCP_SIGNED_ICMP_IGNORED,
    /// Keys that peers asked for and got (RFC 5925 §7.5).
    TCP_KEYS_ROLLED,
    /// SCTP packets received.
    SCTP_IN,
    /// SCTP packets sent.
    SCTP_OUT,
    /// SCTP packets received in UDP (RFC 6951); they count as UDP datagrams, too.
    SCTP_UDP_IN,
    /// SCTP packets sent in UDP; they count as UDP datagrams, too.
    SCTP_UDP_OUT,
    /// SCTP associations that this host began.
    SCTP_ACTIVE_OPENS,
    /// SCTP associations that a peer began.
    SCTP_PASSIVE_OPENS,
    /// SCTP associations that were never established.
    SCTP_OPEN_FAILURES,
    /// SCTP associations that a peer restarted (RFC 9260 §5.2.4, action A).
    SCTP_RESTARTS,
    /// SCTP associations closed in order.
    SCTP_SHUTDOWNS,
    /// SCTP associations aborted by the peer.
    SCTP_ABORTS_IN,
    /// SCTP ABORT chunks sent.
    SCTP_ABORTS_OUT,
    /// SCTP DATA chunks received, duplicates included.
    SCTP_DATA_IN,
    /// SCTP DATA chunks sent, retransmissions included.
    SCTP_DATA_OUT,
    /// SCTP DATA chunks received more than once.
    SCTP_DUPLICATES_IN,
    /// SCTP DATA chunks that came out of order.
    SCTP_OUT_OF_ORDER,
    /// SCTP DATA chunks sent again after a retransmission timeout.
    SCTP_RETRANSMIT_TIMEOUT,
    /// SCTP DATA chunks sent again by fast retransmit.
    SCTP_RETRANSMIT_FAST,
    /// SCTP retransmission timeouts (T3-rtx).
    SCTP_TIMEOUTS,
    /// SCTP SACK chunks sent.
    SCTP_SACKS_OUT,
    /// SCTP HEARTBEAT chunks sent.
    SCTP_HEARTBEATS_OUT,
    /// SCTP zero-window probes sent.
    SCTP_WINDOW_PROBES,
    /// SCTP paths that became inactive.
    SCTP_PATH_FAILURES,
    /// SCTP messages given up by their policy (RFC 3758, RFC 7496).
    SCTP_ABANDONED,
    /// SCTP FORWARD-TSN and I-FORWARD-TSN chunks sent.
    SCTP_FORWARD_TSNS_OUT,
    /// SCTP FORWARD-TSN and I-FORWARD-TSN chunks received that told something new.
    SCTP_FORWARD_TSNS_IN,
    /// SCTP requests for streams that were done, of either side (RFC 6525).
    SCTP_RECONFIGURATIONS,
    /// SCTP changes of addresses that were answered, of either side (RFC 5061).
    SCTP_ADDRESS_CHANGES,
    /// SCTP packets with data that the network marked.
    SCTP_MARKS_IN,
    /// SCTP congestion windows reduced because the peer echoed marks.
    SCTP_MARK_REDUCTIONS,
    /// SCTP associations that went to another process.
    SCTP_HANDED_OVER,
    /// SCTP associations that came from another process.
    SCTP_RESTORED,
    /// Packets that a NAT gave an outside source.
    NAT_OUT,
    /// Packets from outside that a NAT gave an inside destination.
    NAT_IN,
    /// Packets between two inside hosts that a NAT turned back, by their outside endpoints.
    NAT_HAIRPINNED,
    /// ICMP errors that a NAT rewrote, with the packets quoted in them.
    NAT_ICMP_ERRORS,
    /// Mappings that a NAT made.
    NAT_MAPPINGS,
    /// Mappings that a NAT forgot.
    NAT_EXPIRED
}
