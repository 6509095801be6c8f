package io.towpath.link.tun;

import io.towpath.core.Packet;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The array of a packet, from some byte on, as system calls take it. It stays with the packet, which begins at one of
/// few bytes each time it is used, by whether it is read or written and in which version of IP. Measured: whether the
/// compiler removes a segment that is made for each call is a matter of luck, and without luck each is a hundred bytes.
///
/// @param at the byte
/// @param segment the array from there to its end
/// @param next the same array from another byte on
/// @param count how many there are, with this one
record PacketMemory(int at, MemorySegment segment, @Nullable PacketMemory next, int count) {
    private static final int COUNT_MAX = 4;

    /// The memory of `packet` from byte `at` of its array on.
    static MemorySegment of(Packet packet, int at) {
        PacketMemory first = (PacketMemory) packet.view;
        for (PacketMemory known = first; known != null; known = known.next) {
            if (known.at == at) {
                return known.segment;
            }
        }
        PacketMemory others = first != null && first.count < COUNT_MAX ? first : null;
        MemorySegment segment = MemorySegment.ofArray(packet.bytes).asSlice(at);
        packet.view = new PacketMemory(at, segment, others, others == null ? 1 : others.count + 1);
        return segment;
    }
}
