/// The Internet layer of one host: IPv4 and IPv6 in and out, routes, source addresses, fragments, neighbours, ICMP
/// and path MTU.
///
/// Packets come in by [IpLayer#input], are checked ([Ip4Input], [Ip6Input]), pass the [Hooks], are put together
/// ([Reassembler]) and go to the [io.towpath.core.Transport] registered for their protocol, or on to another host
/// ([Forwarder]). They go out by [IpLayer#output] along a cached [IpRoute], are fragmented ([Fragmenter]) and find
/// their neighbour ([NeighborTable]). Addresses are compared as two longs; nothing is allocated per packet on the
/// straight ways in and out.
///
/// Start reading at [IpLayer], then [Ip4Input] and [IpOutput].
///
/// Sources: RFC 791, 792, 826, 1122, 1191, 4443, 4861, 5722, 5927, 6724, 6864, 6946, 8200, 8201.
@NullMarked
package io.towpath.ip;

import org.jspecify.annotations.NullMarked;
