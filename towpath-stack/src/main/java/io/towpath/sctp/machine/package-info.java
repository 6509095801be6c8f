/// The machine: what happens when a packet arrives, a timer fires, the user calls, and what is sent next.
/// Start at [io.towpath.sctp.machine.Engine].
@NullMarked
package io.towpath.sctp.machine;

import org.jspecify.annotations.NullMarked;
