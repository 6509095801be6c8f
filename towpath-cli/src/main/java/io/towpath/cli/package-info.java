/// The command line. Start reading at [Main], which knows all commands; each command is one class that reads options
/// and hands over to one that works.
///
/// - `demo`: [DemoCommand] → [Demo] (the scenario, in virtual time) → [DemoScreen] (what people see) or [DemoJson].
/// - `host`: [HostCommand]. `ss`: [SsCommand]. `sim`: [SimCommand]. `bench`: [BenchCommand].
///
/// Rules of all commands: a mistake of the user is one line on standard error that says what was wrong and what was
/// expected, exit code 2; a failure is one line, exit code 1 ([CommandFailure]). Data goes to standard output, as JSON
/// with `--json`. Colours are for terminals only ([Console]).
@NullMarked
package io.towpath.cli;

import org.jspecify.annotations.NullMarked;
