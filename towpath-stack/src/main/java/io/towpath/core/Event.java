package io.towpath.core;

/// Something worth telling a reader of the stack. Each engine has one sealed family of records.
public interface Event {
    /// When it happened, in nanoseconds of the run.
    long at();

    /// Its kind: the bit by which readers ask for it.
    Kind kind();

    /// All kinds of all engines; at most 64.
    enum Kind {
        /// A packet came in from a link.
        PACKET_IN,
        /// A packet goes out to a link.
        PACKET_OUT,
        /// A packet was dropped, and why.
        PACKET_DROPPED,
        /// An address, route or neighbour changed.
        IP_CHANGED,
        /// The path MTU to a destination changed.
        PATH_MTU,
        /// A TCP connection changed its state.
        TCP_STATE,
        /// A TCP segment was taken in by a connection.
        TCP_SEGMENT_IN,
        /// A TCP connection wrote a segment.
        TCP_SEGMENT_OUT,
        /// A TCP acknowledgment moved SND.UNA: congestion and RTT variables after it.
        TCP_ACK,
        /// TCP sent data again, and why.
        TCP_RETRANSMIT,
        /// A TCP timer fired.
        TCP_TIMER,
        /// Recovery began or ended.
        TCP_RECOVERY,
        /// TCP reduced its window because of congestion marks.
        TCP_ECN,
        /// TCP's congestion control went on to another phase.
        TCP_CONGESTION,
        /// TCP signs under another key.
        TCP_KEY,
        /// A SYN cookie was sent, came back, or did not fit.
        TCP_SYN_COOKIE,
        /// TCP Fast Open: cookies asked for and given, data with SYNs taken and refused.
        TCP_FAST_OPEN,
        /// TCP probed for the path MTU, or found a black hole.
        TCP_PATH_MTU,
        /// A buffer of a TCP connection grew by itself.
        TCP_BUFFER,
        /// A mechanism of TCP did something that no other event tells.
        TCP_NOTE,
        /// A UDP datagram was sent or delivered.
        UDP_DATAGRAM,
        /// An SCTP association changed its state.
        SCTP_STATE,
        /// An SCTP packet was taken in by an association.
        SCTP_PACKET_IN,
        /// An SCTP association wrote a packet.
        SCTP_PACKET_OUT,
        /// An SCTP acknowledgment was processed: congestion and RTT variables of a path after it.
        SCTP_ACK,
        /// SCTP marked data to be sent again, and why.
        SCTP_RETRANSMIT,
        /// An SCTP timer fired.
        SCTP_TIMER,
        /// A path of an SCTP association became active or inactive, was confirmed or became the primary one.
        SCTP_PATH,
        /// An extension of SCTP did something that no other event tells.
        SCTP_NOTE,
        /// A NAT made, refused or forgot a mapping.
        NAT_MAPPING;

        final long bit = 1L << ordinal();
    }
}
