/// Ways to look at a stack from outside. Everything here reads: packets that pass a link, through a
/// [capture sink][io.towpath.link.CaptureSink], and events, through an [event reader][io.towpath.core.Events.Reader].
/// Nothing here changes what it looks at.
///
/// Start reading at [Ladder], which records a conversation of two hosts, and [LadderText], which draws it.
/// [Totals] adds up what stacks and links counted, [Quantities] writes numbers for people, [TextStyle] says what the
/// paper can show.
@NullMarked
package io.towpath.observe;

import org.jspecify.annotations.NullMarked;
