package io.towpath.sim;

import io.towpath.sctp.Association;
import io.towpath.sctp.SctpInfo;

/// What one association may hold at any moment, whatever its peer and the network do: its buffers, and a little
/// more.
final class SctpBounds {
    /// The last chunk that there was room for may overrun the receive buffer, and so may one more without which
    /// nothing could go on.
    private static final int OVERRUN = 2 * 9000;

    private final World world;
    private final String name;

    SctpBounds(World world, String name) {
        this.world = world;
        this.name = name;
    }

    /// @param longest bytes of the longest message that is sent
    void check(long now, Association a, SctpInfo info, int longest) {
        long sending = a.heldBytes();
        long mostSending = Math.max(a.config().sendBytesMax(), longest);
        long mostReceived = 2L * a.config().receiveBytesMax() + OVERRUN;
        if (sending > mostSending || info.receivedBytes() > mostReceived || info.outstandingBytes() > sending) {
            world.findings()
                    .add(
                            now,
                            "memory",
                            name + ": holds " + sending + " of " + mostSending + " bytes to send, "
                                    + info.outstandingBytes() + " in flight, " + info.receivedBytes() + " of "
                                    + mostReceived + " received");
        }
    }
}
