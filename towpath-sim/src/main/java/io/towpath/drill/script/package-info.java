/// The language of scripts below its steps: text with a place in it, the arguments and outcomes of calls, and what
/// ends a run. Start at [io.towpath.drill.script.Cursor].
@NullMarked
package io.towpath.drill.script;

import org.jspecify.annotations.NullMarked;
