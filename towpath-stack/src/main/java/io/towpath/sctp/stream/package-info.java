/// Re-configuration of streams (RFC 6525): resets, and more of them.
@NullMarked
package io.towpath.sctp.stream;

import org.jspecify.annotations.NullMarked;
