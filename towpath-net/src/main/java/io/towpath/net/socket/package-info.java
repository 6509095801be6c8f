/// The classes of `java.net` on a Towpath host: [java.net.Socket], [java.net.ServerSocket] and their factories, for
/// code that knows nothing of Towpath. Users get them from [io.towpath.net.Host]; this package is not exported.
///
/// [io.towpath.net.socket.SocketBackend] is what `java.net.Socket` and `java.net.ServerSocket` call;
/// [io.towpath.net.socket.TcpOptions] are the socket options, shared with the channels of `java.nio`.
@NullMarked
package io.towpath.net.socket;

import org.jspecify.annotations.NullMarked;
