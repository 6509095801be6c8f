/// Authentication: message authentication codes for state cookies and for AUTH chunks (RFC 4895).
@NullMarked
package io.towpath.sctp.auth;

import org.jspecify.annotations.NullMarked;
