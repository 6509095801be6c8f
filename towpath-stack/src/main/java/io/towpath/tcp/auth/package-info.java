/// Segments that carry a code which only who knows the key can compute: the MD5 signature of RFC 2385.
@NullMarked
package io.towpath.tcp.auth;

import org.jspecify.annotations.NullMarked;
