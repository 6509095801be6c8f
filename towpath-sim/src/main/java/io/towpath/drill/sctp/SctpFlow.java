package io.towpath.drill.sctp;

import io.towpath.drill.sctp.Form.Kind;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The association that a script speaks of at the moment, and how its numbers become those on the wire.
///
/// The peer's tags and TSNs are meant as they stand. Those of the host are names: what its INIT or INIT ACK has
/// is what the script calls it there, and counts from it.
final class SctpFlow {
    private static final long MAX_32 = 0xffff_ffffL;

    /// Own port, 0 while it is not known.
    final int localPort;

    /// The peer's port.
    final int remotePort;

    private final Map<Long, Long> tagsByName = new TreeMap<>();
    private final Set<Long> peerTags = new TreeSet<>();
    private boolean initSent;
    private boolean staleCookie;
    private long hostTag;
    private long hostTsn;
    private long scriptTsn;
    private long peerTag;
    private long lastInboundTag;
    private byte[] cookie = {};
    private byte[] heartbeat = {};

    SctpFlow(int localPort, int remotePort) {
        this.localPort = localPort;
        this.remotePort = remotePort;
    }

    /// The number on the wire of what the script calls `value`.
    ///
    /// @param fromHost whether the host sends the packet
    long toWire(Kind kind, boolean fromHost, long value) {
        return switch (kind) {
            case PLAIN, TAG -> value;
            case SENT -> fromHost ? hostNumber(value) : value;
            case ACKNOWLEDGED -> fromHost ? value : hostNumber(value);
        };
    }

    private long hostNumber(long value) {
        return value - scriptTsn + hostTsn & MAX_32;
    }

    /// What the script calls the number `wire`.
    long toScript(Kind kind, boolean fromHost, long wire) {
        return switch (kind) {
            case PLAIN -> wire;
            case TAG -> fromHost ? nameOf(wire) : wire;
            case SENT -> fromHost ? wire - hostTsn + scriptTsn & MAX_32 : wire;
            case ACKNOWLEDGED -> fromHost ? wire : wire - hostTsn + scriptTsn & MAX_32;
        };
    }

    private long nameOf(long tag) {
        for (Map.Entry<Long, Long> named : tagsByName.entrySet()) {
            if (named.getValue() == tag) {
                return named.getKey();
            }
        }
        return tag;
    }

    /// What becomes 0 in the host's TSNs when the script's are shown.
    long hostBase() {
        return hostTsn - scriptTsn & MAX_32;
    }

    /// The tag on the wire of a packet to the host with the tag `name`.
    long wireTag(long name) {
        return tagsByName.getOrDefault(name, name);
    }

    /// The host's tag; any but 0 while it has none.
    long hostTag() {
        return hostTag == 0 ? 1 : hostTag;
    }

    /// The tag that the peer told last.
    long peerTag() {
        return peerTag;
    }

    /// Whether the peer told that tag.
    boolean isPeerTag(long tag) {
        return peerTags.contains(tag);
    }

    /// The tag of the packet that the host got last.
    long lastInboundTag() {
        return lastInboundTag;
    }

    /// Notes the packet that the host gets.
    void onInbound(long tag) {
        lastInboundTag = tag;
    }

    /// Notes the tag of an INIT or INIT ACK that the host gets.
    void onPeerTag(long tag) {
        peerTag = tag;
        peerTags.add(tag);
    }

    /// Notes that the peer found the cookie stale: the host's next INIT may have other numbers.
    void onStaleCookie() {
        staleCookie = true;
    }

    /// Notes tag and TSN of an INIT or INIT ACK that the host sent, and what the script calls them. An INIT
    /// that is sent again, and the answer to one that crosses it, have the numbers of the first.
    ///
    /// @param initAck whether it is an INIT ACK
    void onHostTag(boolean initAck, long tag, @Nullable Long tagName, long tsn, @Nullable Long tsnName) {
        if (initSent && !staleCookie && (!initAck || tagName == null || tagsByName.containsKey(tagName))) {
            return;
        }
        initSent |= !initAck;
        staleCookie = false;
        hostTag = tag;
        hostTsn = tsn;
        scriptTsn = tsnName == null ? tsn : tsnName;
        if (tagName != null) {
            tagsByName.put(tagName, tag);
        }
    }

    /// The cookie that the host gave last.
    byte[] cookie() {
        return cookie;
    }

    /// Notes the cookie of an INIT ACK that the host sent.
    void onCookie(byte[] value) {
        cookie = value;
    }

    /// What the host's last HEARTBEAT held.
    byte[] heartbeat() {
        return heartbeat;
    }

    /// Notes what a HEARTBEAT of the host holds.
    void onHeartbeat(byte[] information) {
        heartbeat = information;
    }
}
