package io.towpath.core;

import io.towpath.wire.SecurityLabel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One packet in a `byte[]`, with room in front for the headers of lower layers. It has exactly one owner at any
/// moment: a method that takes a packet hands it on or releases it, once. There are no reference counts.
///
/// `bytes[at..end)` is what the present layer looks at. On the way in the IP layer fills in the parsed fields before
/// it hands the packet to a [Transport] (then `at == transportAt`); on the way out a transport writes its header and
/// data into `bytes[at..end)` and the lower layers prepend theirs by moving `at` down.
///
/// The fields are public on purpose: this is the one record that every layer touches per packet.
public final class Packet {
    /// Room in front of a fresh packet: offload header, Ethernet, IPv6 with a fragment header, and a margin.
    public static final int HEADROOM = 128;

    /// The whole array. Only `[at, end)` has meaning.
    public final byte[] bytes;

    /// First byte of the layer in hand.
    public int at;

    /// One past the last byte.
    public int end;

    /// Where the IP header begins (inbound; outbound once the IP layer wrote it).
    public int networkAt;

    /// Where the transport header begins.
    public int transportAt;

    /// IP protocol number of what begins at [#transportAt].
    public int protocol;

    /// Source address, upper half (0 for IPv4).
    public long sourceHigh;

    /// Source address, lower half (IPv4: the v4-mapped form, see [io.towpath.wire.IpAddress#low()]).
    public long sourceLow;

    /// Destination address, upper half.
    public long destinationHigh;

    /// Destination address, lower half.
    public long destinationLow;

    /// IPv4 type of service or IPv6 traffic class: DSCP in the upper six bits, ECN in the lower two.
    public int trafficClass;

    /// IPv4 TTL or IPv6 hop limit as received.
    public int hopLimit;

    /// Inbound: the interface that received it. Outbound: the interface that shall send it. Index into the stack.
    public int interfaceIndex;

    /// Inbound: true when the destination is a multicast or broadcast address (or came as a link-layer broadcast).
    public boolean toGroup;

    /// Inbound: true when the link already verified the transport checksum (or when it never left this memory).
    public boolean checksumVerified;

    /// Inbound: true when this host put it together from fragments. It may be cut again to be passed on.
    public boolean reassembled;

    /// Inbound, for a transport that is carried in UDP: the UDP port of the peer from which the packet came.
    /// 0 when it came in an IP packet of its own.
    public int encapsulationPort;

    /// Outbound: where the link must complete a transport checksum: offset of the 16-bit checksum field in
    /// [#bytes], which holds the folded (not complemented) pseudo-header sum. 0 when the checksum is complete.
    public int checksumAt;

    /// Outbound: the security label that the IP layer puts into an option of the IPv4 header; null for none.
    public @Nullable SecurityLabel label;

    /// For a super-segment: payload bytes of each wire segment it stands for (TCP segmentation offload on the
    /// way out, coalesced receive on the way in). 0 for an ordinary packet.
    public int segmentBytes;

    /// Moment at which a link received it or will deliver it; meaning set by the link that holds it.
    public long timeAt;

    /// What a link keeps with [#bytes], so as not to make it anew each time the packet comes by; null for nothing.
    /// It goes with the array, not with what is in it: neither cleared nor copied.
    public @Nullable Object view;

    PacketPool pool;
    boolean held;

    Packet(PacketPool pool, int capacity) {
        this.pool = pool;
        this.bytes = new byte[capacity];
    }

    /// Bytes from [#at] to [#end].
    public int length() {
        return end - at;
    }

    /// Forgets everything but the array and what a link keeps with it; `at = end = HEADROOM`.
    void reset() {
        at = HEADROOM;
        end = HEADROOM;
        networkAt = 0;
        transportAt = 0;
        protocol = 0;
        sourceHigh = 0;
        sourceLow = 0;
        destinationHigh = 0;
        destinationLow = 0;
        trafficClass = 0;
        hopLimit = 0;
        interfaceIndex = 0;
        toGroup = false;
        checksumVerified = false;
        reassembled = false;
        encapsulationPort = 0;
        checksumAt = 0;
        segmentBytes = 0;
        label = null;
        timeAt = 0;
    }

    /// Gives the packet back to the pool it belongs to. Its owner must not touch it again.
    public void release() {
        pool.give(this);
    }

    /// The pool whose books the packet is on: where a copy of it should come from.
    public PacketPool pool() {
        return pool;
    }

    /// Takes the packet off its pool's books. From here on it is the caller's alone and on nobody's books, until some
    /// pool [PacketPool#adopt]s it: the two halves of [#adoptBy] for owners on different threads, each of which
    /// touches only its own pool. The hand-over between them must be a release and an acquire.
    public void detach() {
        pool.forget(this);
    }

    /// Moves the packet to another pool's books without copying: for links that exchange packets between owners.
    /// Call it only while you own the packet and neither pool is in use by another thread.
    public void adoptBy(PacketPool newPool) {
        pool.forget(this);
        newPool.adopt(this);
    }

    /// Copies `bytes[at..end)` and the metadata of `from` into this packet, keeping the same offsets.
    /// This packet must be at least as large.
    public void copyFrom(Packet from) {
        System.arraycopy(from.bytes, from.at, bytes, from.at, from.length());
        copyMetadata(from);
    }

    /// Copies `from.bytes[start..end)`, `start <= from.at`, and the metadata of `from` to the front of this packet; all
    /// offsets move along. This packet must be large enough.
    public void copyFrom(Packet from, int start) {
        int shift = HEADROOM - start;
        System.arraycopy(from.bytes, start, bytes, HEADROOM, from.end - start);
        copyMetadata(from);
        at += shift;
        end += shift;
        networkAt += shift;
        transportAt += shift;
        checksumAt = checksumAt == 0 ? 0 : checksumAt + shift;
    }

    /// Copies every field but the bytes and what a link keeps with them.
    public void copyMetadata(Packet from) {
        at = from.at;
        end = from.end;
        networkAt = from.networkAt;
        transportAt = from.transportAt;
        protocol = from.protocol;
        sourceHigh = from.sourceHigh;
        sourceLow = from.sourceLow;
        destinationHigh = from.destinationHigh;
        destinationLow = from.destinationLow;
        trafficClass = from.trafficClass;
        hopLimit = from.hopLimit;
        interfaceIndex = from.interfaceIndex;
        toGroup = from.toGroup;
        checksumVerified = from.checksumVerified;
        reassembled = from.reassembled;
        encapsulationPort = from.encapsulationPort;
        checksumAt = from.checksumAt;
        segmentBytes = from.segmentBytes;
        label = from.label;
        timeAt = from.timeAt;
    }

    /// A copy of `bytes[at..end)`, for tools and tests.
    public byte[] toBytes() {
        return Arrays.copyOfRange(bytes, at, end);
    }

    @Override
    public String toString() {
        return "Packet[" + length() + " bytes at " + at + (held ? "]" : ", released]");
    }
}
