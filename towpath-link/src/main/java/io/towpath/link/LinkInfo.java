package io.towpath.link;

import io.towpath.core.Medium;
import io.towpath.core.Offloads;

/// What a link is.
///
/// @param name for people: interface name or label
/// @param medium what a packet begins with
/// @param mtu largest IP packet in bytes, 68 to 65,535; an Ethernet header is not counted
/// @param offloads what the link does for the stack
public record LinkInfo(String name, Medium medium, int mtu, Offloads offloads) {
    /// Bytes of an Ethernet header without tags.
    static final int ETHERNET_HEADER = 14;

    /// @throws IllegalArgumentException when the MTU or the largest super-segment cannot be
    public LinkInfo {
        if (mtu < 68 || mtu > 65_535) {
            throw new IllegalArgumentException("an MTU is 68 to 65535 bytes, not " + mtu);
        }
        if (offloads.segmentationMax() < 0 || offloads.segmentationMax() > 65_535) {
            throw new IllegalArgumentException(
                    "a super-segment has at most 65535 bytes, not " + offloads.segmentationMax());
        }
    }

    /// Bytes in front of the IP header: 14 on Ethernet, else 0.
    public int linkHeaderBytes() {
        return medium == Medium.ETHERNET ? ETHERNET_HEADER : 0;
    }

    /// True when a packet of `length` bytes on the medium fits: within the MTU, or within the largest super-segment
    /// if it is one (`segmentBytes > 0`).
    public boolean fits(int length, int segmentBytes) {
        int limit = segmentBytes > 0 ? Math.max(mtu, offloads.segmentationMax()) : mtu;
        return length - linkHeaderBytes() <= limit;
    }
}
