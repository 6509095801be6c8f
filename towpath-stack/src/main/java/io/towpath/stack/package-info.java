/// One host: the Internet layer, the transports above it, and the machine that a driver turns.
///
/// Start reading at [Stack].
@NullMarked
package io.towpath.stack;

import org.jspecify.annotations.NullMarked;
