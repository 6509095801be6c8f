/// How fast to send: round-trip time and retransmission timeout (RFC 6298), and congestion control as pure arithmetic
/// over numbers ([AckSample]), without a view of any connection or packet.
///
/// [NewReno] follows RFC 5681 with the byte counting of RFC 3465, [Cubic] follows RFC 9438; both leave their
/// first slow start by HyStart++ (RFC 9406). Windows are bytes, times
/// are nanoseconds of the run. Every object belongs to one connection (or one path of an association) and to its
/// owner's thread.
/// [Bbr] (draft-ietf-ccwg-bbr) goes by the bandwidth that [DeliveryRate] measures, and [Pacer] spaces what it
/// sends.
///
/// Start reading at [CongestionControl], then [AckSample].
@NullMarked
package io.towpath.congestion;

import org.jspecify.annotations.NullMarked;
