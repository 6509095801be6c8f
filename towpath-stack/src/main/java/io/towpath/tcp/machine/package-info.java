/// RFC 9293 §3.10 as three files: [UserCalls], [SegmentArrival], [Timeouts]; and what they share, [Engine].
@NullMarked
package io.towpath.tcp.machine;

import org.jspecify.annotations.NullMarked;
