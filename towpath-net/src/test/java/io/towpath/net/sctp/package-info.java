/// Tests of SCTP sockets.
@NullMarked
package io.towpath.net.sctp;

import org.jspecify.annotations.NullMarked;
