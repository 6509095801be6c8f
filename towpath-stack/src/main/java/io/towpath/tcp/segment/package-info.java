/// Segments: the one being read, what is sent next, how it is written, and the replies that need no connection.
/// Start reading at [Transmission].
@NullMarked
package io.towpath.tcp.segment;

import org.jspecify.annotations.NullMarked;
