/// Scripts in the packetdrill language, run against one host in virtual time.
///
/// A script is a ladder: what the application calls, what the peer sends, what the host must send and when. It
/// is read by [io.towpath.drill.DrillScript], played by `Drill` on a stack with one raw-IP interface, and ends
/// as a [io.towpath.drill.DrillResult]: passed, failed at a line, or skipped because something in it is not
/// understood. Nothing that is not understood passes.
///
/// Start reading at `ScriptParser` for the language, at `Drill` for what a step means.
@NullMarked
package io.towpath.drill;

import org.jspecify.annotations.NullMarked;
