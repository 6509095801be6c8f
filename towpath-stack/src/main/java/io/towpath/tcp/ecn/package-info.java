/// Explicit congestion notification: routers mark packets instead of dropping them, the receiver tells the
/// sender, the sender slows down. With the feedback of RFC 3168 the receiver says ECE until the sender answers
/// CWR, which is one signal per round trip.
///
/// With Accurate ECN (RFC 9768) every segment tells a counter of marks, [MarkCounter], and an option that tells the
/// bytes of each ECN field, [ByteCounters]: read whenever it comes, and sent when the settings say so.
///
/// [EcnHandshake] says what SYNs ask and answer, [Ecn] is one connection's state, [EcnFeedback] is what an
/// acknowledgment does with it.
@NullMarked
package io.towpath.tcp.ecn;

import org.jspecify.annotations.NullMarked;
