package io.towpath.core;

/// A packet was dropped.
///
/// @param at when, in nanoseconds of the run
/// @param reason why
/// @param length bytes of the layer that dropped it
public record Dropped(long at, Drop reason, int length) implements Event {
    @Override
    public Kind kind() {
        return Kind.PACKET_DROPPED;
    }
}
