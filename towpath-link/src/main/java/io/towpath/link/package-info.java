/// Links and their decorators: the edge of the stack, where packets come from and go to.
///
/// A [Link] never blocks and never reads a clock. It moves batches of packets, in and out, and tells by
/// [Link#deadline] when it wants to be asked again for reasons of its own. So the same decorators work in virtual
/// time and on a device.
///
/// - Sources: [MemoryLink] (two ends, one thread or two), [LoopbackLink], and `io.towpath.link.tun` for TUN devices.
/// - Decorators: [Impairment] makes a wire bad, [Capture] shows what passes.
/// - Software offloads: [Segmenter] cuts super-segments, [Coalescer] joins segments, [Checksums] fills in what an
///   offloading stack left open.
/// - Waiting: an [IoDriver] is the only thing here that blocks; it belongs to the thread that drives a shard.
///
/// Start reading at [Link].
@NullMarked
package io.towpath.link;

import org.jspecify.annotations.NullMarked;
