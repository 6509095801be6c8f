/// What the sender keeps: its variables, the flight of unacknowledged segments, and the small rules about when a
/// segment is worth sending (RFC 9293 §3.8). Start reading at [Flight].
@NullMarked
package io.towpath.tcp.send;

import org.jspecify.annotations.NullMarked;
