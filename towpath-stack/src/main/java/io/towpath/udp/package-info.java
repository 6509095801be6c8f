/// UDP (RFC 768): datagrams with their boundaries, to and from sockets with bounded queues.
///
/// Start reading at [UdpLayer].
@NullMarked
package io.towpath.udp;

import org.jspecify.annotations.NullMarked;
