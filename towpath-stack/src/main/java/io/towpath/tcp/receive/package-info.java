/// What the receiver keeps: its variables, data out of order, and the rules about when to acknowledge and which
/// window to offer (RFC 9293 §3.8.6, RFC 2018). Start reading at [Receiver].
@NullMarked
package io.towpath.tcp.receive;

import org.jspecify.annotations.NullMarked;
