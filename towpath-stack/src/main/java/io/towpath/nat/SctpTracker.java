package io.towpath.nat;

import io.towpath.nat.NatMapping.State;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpInitHeader;

/// The state of an SCTP association, from its chunks. It decides only how long the association is remembered.
///
/// Each side tells in INIT or INIT ACK the verification tag of packets to it. A chunk that ends an
/// association counts only in a packet with a tag that was told, so that who guesses blindly shortens
/// nothing.
final class SctpTracker extends Tracker {
    private State state = State.OPENING;

    // The tags of packets to either side, as far as they were told: 0 is no tag.
    private int tagToInside;
    private int tagToOutside;
    private boolean insideSeen;
    private boolean outsideSeen;

    SctpTracker() {}

    @Override
    State state() {
        return state;
    }

    @Override
    long nanos(NatConfig.Timeouts timeouts) {
        return state == State.ESTABLISHED ? timeouts.sctpEstablished() : timeouts.sctpTransitory();
    }

    @Override
    void see(boolean outbound, byte[] b, int at, int end) {
        int tag = SctpHeader.verificationTag(b, at);
        for (int chunk = at + SctpHeader.LENGTH;
                chunk < end && SctpChunks.check(b, chunk, end).ok();
                chunk = SctpChunks.next(b, chunk, end)) {
            chunk(outbound, b, chunk, tag);
        }
        insideSeen |= outbound;
        outsideSeen |= !outbound;
    }

    private void chunk(boolean outbound, byte[] b, int chunk, int tag) {
        switch (SctpChunks.type(b, chunk)) {
            case SctpChunks.INIT, SctpChunks.INIT_ACK -> open(outbound, b, chunk);
            case SctpChunks.ABORT -> {
                if (isTag(outbound, tag, SctpChunks.has(b, chunk, SctpChunks.T))) {
                    state = State.RESET;
                }
            }
            case SctpChunks.SHUTDOWN, SctpChunks.SHUTDOWN_ACK -> {
                if (state != State.CLOSED && isTag(outbound, tag, SctpChunks.has(b, chunk, SctpChunks.T))) {
                    state = State.CLOSING;
                }
            }
            case SctpChunks.SHUTDOWN_COMPLETE -> {
                if (isTag(outbound, tag, SctpChunks.has(b, chunk, SctpChunks.T))) {
                    state = State.CLOSED;
                }
            }
            // The first of these that goes each way: the association is up, or is one from before this box
            // knew it.
            default -> {
                boolean both = outbound ? outsideSeen : insideSeen;
                boolean up = state == State.OPENING || state == State.RESET;
                if (both && up && isTag(outbound, tag, false) && SctpChunks.type(b, chunk) != SctpChunks.COOKIE_ECHO) {
                    state = State.ESTABLISHED;
                }
            }
        }
    }

    private void open(boolean outbound, byte[] b, int chunk) {
        if (state == State.CLOSED || state == State.RESET) {
            state = State.OPENING;
        }
        if (outbound) {
            tagToInside = SctpInitHeader.initiateTag(b, chunk);
        } else if (state == State.OPENING) {
            tagToOutside = SctpInitHeader.initiateTag(b, chunk);
        }
    }

    /// Whether the tag is the one that packets this way have; with the T bit its sender had none and gave
    /// back the tag of the packet it answers (RFC 9260 §8.5.1). The inside host is believed.
    private boolean isTag(boolean outbound, int tag, boolean reflected) {
        int expected = reflected ? tagToOutside : tagToInside;
        return outbound || expected == 0 || tag == expected;
    }
}
