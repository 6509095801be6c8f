/// How time passes for hosts. The one seam for waiting: all that reads a clock, parks a caller or drives a host when
/// nobody calls asks a [Timekeeper][io.towpath.net.time.Timekeeper]. The usual one is real time; the module
/// `io.towpath.junit` has one whose clock jumps while everybody waits.
@NullMarked
package io.towpath.net.time;

import org.jspecify.annotations.NullMarked;
