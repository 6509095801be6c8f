/// TCP (RFC 9293 and its companions) without I/O.
///
/// [io.towpath.tcp.TcpLayer] is the engine of one host; [io.towpath.tcp.TcpConnection] is a TCB that owns its parts
/// and has no rules. The rules live in drawers, one idea to a file:
///
/// - `machine`: RFC 9293 §3.10 as three files: user calls, segment arrival, timeouts
/// - `segment`: what a segment is, what is sent next and how it is written; resets and challenge ACKs
/// - `option`: what SYNs negotiate; timestamps and PAWS; window scale
/// - `ecn`: congestion marks, asked for, echoed and obeyed
/// - `send`: send variables, flight, Nagle, probes, keep-alive
/// - `recovery`: what is lost and what is sent again
/// - `receive`: receive variables, reassembly, when to acknowledge, which window to offer
/// - `listen`: half-open connections, accept queue, initial sequence numbers
/// - `close`: TIME-WAIT
///
/// Sequence numbers are unwrapped to 64 bits when a segment is read ([io.towpath.wire.Serial#unwrap]); after that
/// every comparison is an ordinary one. Start reading at `machine.SegmentArrival`, then `segment.Transmission`.
@NullMarked
package io.towpath.tcp;

import org.jspecify.annotations.NullMarked;
