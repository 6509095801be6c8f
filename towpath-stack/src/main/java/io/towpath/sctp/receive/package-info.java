/// From DATA chunks to messages: TSN tracking, SACK, reassembly, streams.
@NullMarked
package io.towpath.sctp.receive;

import org.jspecify.annotations.NullMarked;
