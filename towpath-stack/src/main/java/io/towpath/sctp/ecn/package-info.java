/// Explicit congestion notification (RFC 4960 Appendix A, RFC 3168).
@NullMarked
package io.towpath.sctp.ecn;

import org.jspecify.annotations.NullMarked;
