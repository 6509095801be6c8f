/// Netty's own tests of its transports, over the channels of a Towpath host.
@NullMarked
package io.towpath.netty.suite;

import org.jspecify.annotations.NullMarked;
