/// UDP sockets of the operating system as links: no privileges, any system. What a host sends in UDP from one port
/// travels in the datagrams of the socket; SCTP in UDP (RFC 6951) needs no more.
///
/// Start reading at [UdpSocketLink]; [SelectorDriver] waits for it.
@NullMarked
package io.towpath.link.udp;

import org.jspecify.annotations.NullMarked;
