/// TUN devices on Linux, by the foreign function API: a real interface of the kernel whose other side is a
/// Towpath stack.
///
/// This is the one package that calls native functions. It needs `--enable-native-access` for its module (or
/// `ALL-UNNAMED` on the class path), the right to create the device (`CAP_NET_ADMIN`, or a user namespace by
/// `unshare -Urn`), x86-64 or aarch64.
///
/// Start reading at [TunLink]; [PollDriver] waits for it, [TunSetup] gives the kernel's side its addresses. Source:
/// the kernel's `Documentation/networking/tuntap.rst`, `linux/if_tun.h`, and the virtio specification §5.1.6 for the
/// offload header.
@NullMarked
package io.towpath.link.tun;

import org.jspecify.annotations.NullMarked;
