/// Segments that carry a code which only who knows the key can compute.
///
/// [Signatures] signs and judges for all rows of a host. With the authentication option (RFC 5925, algorithms of
/// RFC 5926) each row has a [KeyRing]: the master keys for its peer, those in use, and the sequence number
/// extension; [TrafficKeys] derives from them what signs, [AuthenticationOption] computes the codes, by [HmacSha1]
/// or [AesCmac]. The MD5 option of RFC 2385 is [Md5Signature].
@NullMarked
package io.towpath.tcp.auth;

import org.jspecify.annotations.NullMarked;
