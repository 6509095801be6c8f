/// Passive opens: half-open connections, the queues of a listener, initial sequence numbers.
@NullMarked
package io.towpath.tcp.listen;

import org.jspecify.annotations.NullMarked;
