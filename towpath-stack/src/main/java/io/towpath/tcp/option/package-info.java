/// What SYN segments negotiate, and timestamps (RFC 7323).
@NullMarked
package io.towpath.tcp.option;

import org.jspecify.annotations.NullMarked;
