package io.towpath.observe;

/// One line of a [Ladder], from the top: an arrow, or a run of arrows that was too long to show.
public sealed interface LadderItem permits LadderArrow, LadderRun {
    /// When the first packet of it left its sender, in nanoseconds of the run.
    long departAt();
}
