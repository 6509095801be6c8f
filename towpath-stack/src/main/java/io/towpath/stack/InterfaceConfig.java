package io.towpath.stack;

import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/// What an interface is made of; as a rule copied from the link behind it.
///
/// @param medium what lies in front of the IP header
/// @param mtu largest IP packet in bytes, 68 to 65,535; IPv6 needs 1280
/// @param offloads what the link does for the stack
/// @param mac the interface's own address, for [Medium#ETHERNET]
public record InterfaceConfig(
        Medium medium, int mtu, Offloads offloads, @Nullable MacAddress mac) {
    /// An interface whose packets begin with the IP header.
    public static InterfaceConfig rawIp(int mtu) {
        return new InterfaceConfig(Medium.RAW_IP, mtu, Offloads.NONE, null);
    }

    /// An Ethernet interface.
    public static InterfaceConfig ethernet(int mtu, MacAddress mac) {
        return new InterfaceConfig(Medium.ETHERNET, mtu, Offloads.NONE, mac);
    }

    /// The same with offloads.
    public InterfaceConfig withOffloads(Offloads value) {
        return new InterfaceConfig(medium, mtu, value, mac);
    }
}
