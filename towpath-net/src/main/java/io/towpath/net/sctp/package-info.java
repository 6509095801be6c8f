/// SCTP on a Towpath host, with blocking calls for any number of threads: [io.towpath.net.sctp.SctpSockets]
/// opens associations and servers, [io.towpath.net.sctp.SctpSocket] is one association. Users get the former
/// from [io.towpath.net.Host#sctp].
@NullMarked
package io.towpath.net.sctp;

import org.jspecify.annotations.NullMarked;
