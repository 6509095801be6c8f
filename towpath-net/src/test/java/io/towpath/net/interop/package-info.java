/// Tests against Linux: its TCP, UDP and ICMP at the other end of a TUN device, in a network namespace that the test
/// makes. They need root, `/dev/net/tun` and a few Debian packages; where something is missing they say so and skip.
///
/// [io.towpath.net.interop.TunHost] is the host, in a process of its own inside the namespace;
/// [io.towpath.net.interop.Namespace] starts it and Linux's tools beside it.
@NullMarked
package io.towpath.net.interop;

import org.jspecify.annotations.NullMarked;
