/// From user messages to outstanding chunks: queues, schedulers, fragments, retransmission.
@NullMarked
package io.towpath.sctp.send;

import org.jspecify.annotations.NullMarked;
