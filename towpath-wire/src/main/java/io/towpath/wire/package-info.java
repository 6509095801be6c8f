/// The formats: how packets, addresses and capture files look as bytes, and nothing about what to do with them.
///
/// Each format comes as three things. `XxxHeader` reads fields straight out of a `byte[]` behind one gate,
/// `check(bytes, at, end)`: once it says [Malformed#NONE], no accessor can fail. `Xxx` is a record with `parse` and
/// `emit` for tests and tools, and its `toString` is the one-line notation used everywhere. Engines use the first
/// and never allocate; people use the second.
///
/// Start reading at [Bytes], then [Ip4Header] and [TcpHeader]. Nothing here has state that is shared between
/// threads, except the reusable parse targets ([TcpOptions]) which belong to one owner.
///
/// Sources: RFC 791, 8200, 792, 4443, 4861, 768, 9293, 7323, 2018, 1071, 1624, 826; for SCTP 9260, 3758, 4820,
/// 4895, 5061, 6525, 6951, 8260, 9653.
@NullMarked
package io.towpath.wire;

import org.jspecify.annotations.NullMarked;
