/// The four-way handshake of RFC 9260 §5: INIT, state cookies, collisions and restarts, and packets out of the
/// blue.
@NullMarked
package io.towpath.sctp.handshake;

import org.jspecify.annotations.NullMarked;
