/// What `java.net` and `java.nio.channels` document, tested twice: on the JDK's own sockets over loopback, and on two
/// Towpath hosts with a wire in memory. Both must pass.
@NullMarked
package io.towpath.net.parity;

import org.jspecify.annotations.NullMarked;
