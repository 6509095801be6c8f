package io.towpath.sim;

/// Something that a checker found wrong.
///
/// @param at when, in nanoseconds of the run
/// @param checker who says so: `wire`, `bytes`, `states`, `ledger`, `world`, `outcome`
/// @param text what is wrong, one line
public record Finding(long at, String checker, String text) {
    @Override
    public String toString() {
        return SimText.time(at) + "  " + checker + ": " + text;
    }
}
