/// Tests of the sockets of `java.net` with what stands on them.
@NullMarked
package io.towpath.net.socket;

import org.jspecify.annotations.NullMarked;
