/// Tests of the control socket.
@NullMarked
package io.towpath.net.control;

import org.jspecify.annotations.NullMarked;
