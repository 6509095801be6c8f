package io.towpath.core;

/// What a link does for the stack.
///
/// @param checksum true when the link completes a transport checksum that [Packet#checksumAt] marks
/// @param segmentationMax largest IP packet in bytes that the link takes as a TCP super-segment
///     ([Packet#segmentBytes]); 0 when it takes none
public record Offloads(boolean checksum, int segmentationMax) {
    /// A link that does nothing for the stack.
    public static final Offloads NONE = new Offloads(false, 0);
}
