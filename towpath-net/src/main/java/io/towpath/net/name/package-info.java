/// Names of the hosts that a JVM has installed: `server.towpath.test` and the like.
@NullMarked
package io.towpath.net.name;

import org.jspecify.annotations.NullMarked;
