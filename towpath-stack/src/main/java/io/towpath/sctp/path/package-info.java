/// One destination address of the peer: its round trips, congestion window, errors and timers; and which path
/// to use.
@NullMarked
package io.towpath.sctp.path;

import org.jspecify.annotations.NullMarked;
