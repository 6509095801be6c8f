/// The end of connections: TIME-WAIT.
@NullMarked
package io.towpath.tcp.close;

import org.jspecify.annotations.NullMarked;
