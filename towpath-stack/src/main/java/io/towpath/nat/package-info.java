/// Network address translation: what a box with an inside and an outside does to the packets that it
/// forwards, so that many hosts share few outside addresses (RFC 4787 for UDP, RFC 5382 for TCP, RFC 5508 for
/// ICMP).
///
/// [Nat] is a [io.towpath.ip.Hook] at two places. What comes in from outside gets its inside destination at
/// PREROUTING, before the host looks for a route; what leaves by an outside interface gets its outside source
/// at POSTROUTING, after the hop limit was counted and the size was looked at, so that errors about it still
/// name the sender. A [Mapping] joins an inside endpoint and an outside one ([MappingTable], [PortPool]); a
/// [Session] is one remote endpoint that an inside host talks to through it, with the state of its connection
/// ([TcpTracker], [SctpTracker]). Only packets from inside make either, so that nobody outside fills the
/// tables by himself. [IcmpRewriter] mends errors with the packets quoted in them, [Hairpin] lets two inside hosts meet
/// at their outside endpoints.
///
/// Start reading at [Nat].
///
/// Sources: RFC 1624, 4787, 5382, 5508, 6146 (states of TCP), 9260.
@NullMarked
package io.towpath.nat;

import org.jspecify.annotations.NullMarked;
