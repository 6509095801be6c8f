package io.towpath.drill.sctp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The form of a chunk, a parameter or an error cause: what stands behind its head of four octets.
///
/// @param type on the wire; −1 when a field says it
/// @param name in scripts
/// @param flags the letters of its flags, from the lowest bit; empty for what has none
/// @param fields of a fixed length, in their order
/// @param tail what follows them
/// @param tailName the field that holds the tail
record Form(
        int type,
        String name,
        String flags,
        List<Field> fields,
        Tail tail,
        @Nullable String tailName) {
    /// A field of a fixed length.
    ///
    /// @param name in scripts; empty for one that is 0
    /// @param octets 1, 2 or 4
    /// @param kind what it counts
    record Field(String name, int octets, Kind kind) {}

    /// What a number counts.
    enum Kind {
        /// Nothing that needs translation.
        PLAIN,
        /// TSNs, or requests, of the packet's sender.
        SENT,
        /// TSNs, or requests, of its receiver.
        ACKNOWLEDGED,
        /// A verification tag of the packet's sender.
        TAG
    }

    /// What follows the fixed fields.
    enum Tail {
        /// Nothing.
        NONE,
        /// User data, of which a script tells the length only.
        DATA,
        /// Octets.
        OCTETS,
        /// Text, or octets.
        TEXT,
        /// Parameters.
        PARAMETERS,
        /// Error causes.
        CAUSES,
        /// The blocks of a SACK.
        SACK,
        /// The blocks of an NR-SACK.
        NR_SACK,
        /// Streams and sequence numbers of a FORWARD-TSN.
        STREAMS,
        /// Streams and message identifiers of an I-FORWARD-TSN.
        MESSAGES,
        /// Numbers of 16 bits.
        WORDS,
        /// Chunk types.
        CHUNK_TYPES,
        /// Parameter types of 16 bits, behind their count.
        PARAMETER_TYPES,
        /// An IP address.
        ADDRESS,
        /// A parameter.
        PARAMETER,
        /// A list of parameters.
        PARAMETER_LIST,
        /// A chunk.
        CHUNK
    }

    /// Octets of the fixed fields.
    int fixedOctets() {
        return fields.stream().mapToInt(Field::octets).sum();
    }
}
