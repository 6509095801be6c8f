/// Tests of the runtime.
@NullMarked
package io.towpath.net.shard;

import org.jspecify.annotations.NullMarked;
