package io.towpath.wire;

import org.jspecify.annotations.Nullable;

/// One packet of a capture file.
///
/// @param interfaceId which interface of its section, from 0; always 0 in pcap files
/// @param linkType what the octets begin with; see [LinkType]
/// @param nanos the moment in nanoseconds of the file's clock (since 1970 unless a simulation wrote it); 0 if the
///     file has none
/// @param originalLength octets that the packet had on the link, at least those captured
/// @param data the octets captured
/// @param comment what the writer said about it, if anything
public record CapturedPacket(
        int interfaceId,
        int linkType,
        long nanos,
        long originalLength,
        Octets data,
        @Nullable String comment) {
    /// The one-line notation, with the comment behind it.
    @Override
    public String toString() {
        String text = LinkType.text(linkType, data.raw(), 0, data.length());
        return comment == null ? text : text + "  # " + comment;
    }
}
