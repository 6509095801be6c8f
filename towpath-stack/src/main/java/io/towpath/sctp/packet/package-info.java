/// Packets as sequences of chunks: reading, building, verification tags, chunks of unknown types, packet
/// buffers.
@NullMarked
package io.towpath.sctp.packet;

import org.jspecify.annotations.NullMarked;
