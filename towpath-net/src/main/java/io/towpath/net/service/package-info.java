/// Small services for a [io.towpath.net.Host]: echo (RFC 862), discard (RFC 863), daytime (RFC 867), character
/// generator (RFC 864), time (RFC 868), and static files over HTTP/1.1 (RFC 9110, RFC 9112). Each connection has a
/// virtual thread of its own.
///
/// Start reading at [Services]; to add a service, write a [Service] and name it there.
@NullMarked
package io.towpath.net.service;

import org.jspecify.annotations.NullMarked;
