/// The runtime: hosts on live links, with blocking sockets.
///
/// A [Host] is one stack with its links. Application threads, virtual ones by the thousand if they like, use
/// [TcpStream], [TcpServer] and [UdpSocket]; errors are the exceptions that the JDK throws in the same place.
///
/// Inside (`io.towpath.net.shard`), a `Shard` holds the stack and is owned by whoever holds its `Baton`: the loop
/// thread when a device or timer wakes it, an application thread that finds it idle. Threads talk to it by a
/// lock-free queue of commands and by the byte rings of connections. `Driving` lets one thread go from host to host
/// over memory links without recursion.
///
/// Start reading at [Towpath], then `Shard`.
@NullMarked
package io.towpath.net;

import org.jspecify.annotations.NullMarked;
