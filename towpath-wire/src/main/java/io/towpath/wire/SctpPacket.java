package io.towpath.wire;

import java.util.List;

/// An SCTP packet as a value for tests and tools; engines read [SctpHeader] and [SctpChunks] in place.
///
/// @param sourcePort 0 … 65535
/// @param destinationPort 0 … 65535
/// @param verificationTag 0 … 2^32 − 1
/// @param chunks in their order
public record SctpPacket(int sourcePort, int destinationPort, long verificationTag, List<SctpChunk> chunks) {
    /// Takes a copy of the list.
    public SctpPacket {
        chunks = List.copyOf(chunks);
    }

    /// A packet of these chunks.
    public static SctpPacket of(int sourcePort, int destinationPort, long verificationTag, SctpChunk... chunks) {
        return new SctpPacket(sourcePort, destinationPort, verificationTag, List.of(chunks));
    }

    /// Reads the packet `at` … `end`, without a look at its checksum. Chunks that cannot be read are kept as
    /// octets.
    ///
    /// @throws MalformedPacketException if it does not pass [SctpHeader#check]
    public static SctpPacket parse(byte[] b, int at, int end) {
        MalformedPacketException.require("SCTP packet", SctpHeader.check(b, at, end));
        return new SctpPacket(
                SctpHeader.sourcePort(b, at),
                SctpHeader.destinationPort(b, at),
                SctpHeader.verificationTag(b, at) & 0xffff_ffffL,
                SctpChunk.parse(b, at + SctpHeader.LENGTH, end));
    }

    /// The packet's octets, with its checksum.
    ///
    /// @throws IllegalArgumentException if a chunk is longer than its length field can say
    public byte[] emit() {
        byte[] chunkBytes = SctpChunk.emit(chunks);
        byte[] b = new byte[SctpHeader.LENGTH + chunkBytes.length];
        SctpHeader.write(b, 0, sourcePort, destinationPort, (int) verificationTag);
        System.arraycopy(chunkBytes, 0, b, SctpHeader.LENGTH, chunkBytes.length);
        SctpHeader.writeChecksum(b, 0, b.length, new Crc32c());
        return b;
    }

    /// The one-line notation with TSNs relative to what both sides began with, as in a ladder.
    ///
    /// @param tsnBase what becomes 0 in the sender's direction
    /// @param acknowledgmentBase what becomes 0 in the other: for SACK, SHUTDOWN and ECNE
    public String text(long tsnBase, long acknowledgmentBase) {
        return new SctpText(tsnBase, acknowledgmentBase).packet(chunks);
    }

    /// The one-line notation with TSNs as on the wire: `sctp: SACK[flgs=0, cum_tsn=1, a_rwnd=1500, gaps=[],
    /// dups=[]]`, more chunks behind semicolons.
    @Override
    public String toString() {
        return text(0, 0);
    }
}
