/// SCTP (RFC 9260): associations of several paths and many streams, whose messages arrive whole.
///
/// [SctpLayer] is the engine as users and the stack see it. An [Association] owns its parts and has no rules;
/// the rules are in the drawers `handshake`, `send`, `receive`, `path` and `close`, called from `machine`. RFC
/// 9260 is quoted by the section numbers that it shares with RFC 4960.
@NullMarked
package io.towpath.sctp;

import org.jspecify.annotations.NullMarked;
