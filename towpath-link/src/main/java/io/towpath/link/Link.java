package io.towpath.link;

import io.towpath.core.Counters;
import io.towpath.core.TxBatch;

/// A way for packets in and out of a host. It belongs to whoever drives the host: one thread at a time calls it.
///
/// The driver's turn is: [#receive] until it adds nothing, [#transmit] what the stack wants to send, and wait until
/// the stack's or the link's [#deadline], or until the link has something to read. At the link's deadline the driver
/// calls both [#receive] and [#transmit], the latter with an empty batch when it has nothing to send.
public interface Link extends AutoCloseable {
    /// What the link is and what it does for the stack. Constant for the life of the link.
    LinkInfo info();

    /// Moves packets that have arrived into `into`, taken from or adopted by `into.pool()`. Never blocks.
    ///
    /// Each packet added has `at` at its first byte on the medium (Ethernet header or IP header), its
    /// [io.towpath.core.Packet#timeAt] is `now`, and no checksum is pending
    /// ([io.towpath.core.Packet#checksumAt] is 0); [io.towpath.core.Packet#checksumVerified] says whether the
    /// transport checksum needs no look.
    ///
    /// @return how many packets were added; when `into` is not full afterwards nothing more is there for now
    int receive(long now, RxBatch into);

    /// Takes packets from the front of `from` and becomes their owner. Never blocks. Packets must respect the link's
    /// MTU and offloads; what is too big for it is dropped and counted.
    ///
    /// @return how many packets were taken; fewer than there were means that the link is full for now
    int transmit(long now, TxBatch from);

    /// The next moment at which [#receive] or [#transmit] may do something by itself, because a decorator holds
    /// packets: [io.towpath.core.Time#NEVER] for links that only wait for the outside.
    long deadline();

    /// What this link dropped, by reason; a decorator's counters are apart from those of the link below it.
    Counters counters();

    /// Packets dropped here and in the links below, for ledgers.
    default long drops() {
        return counters().drops();
    }

    /// Packets inside the link that were transmitted and are yet to be received: those that a ledger would
    /// otherwise miss. Packets on their way between two ends count at the end that will receive them.
    int held();

    /// The link at the bottom of a pile of decorators, which is the one to wait for: this one unless it decorates
    /// another.
    default Link source() {
        return this;
    }

    /// Gives up the link and releases what it holds. Idempotent. Afterwards it receives nothing and drops what is
    /// transmitted.
    @Override
    void close();
}
