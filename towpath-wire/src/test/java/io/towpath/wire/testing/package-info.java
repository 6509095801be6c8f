/// What the tests of every module share.
@NullMarked
package io.towpath.wire.testing;

import org.jspecify.annotations.NullMarked;
