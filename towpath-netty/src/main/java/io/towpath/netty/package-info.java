/// Netty on a Towpath host. Start at [TowpathTransport].
@NullMarked
package io.towpath.netty;

import org.jspecify.annotations.NullMarked;
