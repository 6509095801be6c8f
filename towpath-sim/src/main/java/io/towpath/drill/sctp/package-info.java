/// The SCTP half of the scripts' language: packets of chunks, parameters and error causes by name, and the
/// calls, options and notifications of RFC 6458. Packets begin at [io.towpath.drill.sctp.PacketReader], calls
/// at [io.towpath.drill.sctp.SctpSession].
@NullMarked
package io.towpath.drill.sctp;

import org.jspecify.annotations.NullMarked;
