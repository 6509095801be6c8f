/// What is lost (RFC 5681, RFC 6582, RFC 6675) and how long recovery lasts. Nothing here sends.
/// Start reading at [LossRecovery].
@NullMarked
package io.towpath.tcp.recovery;

import org.jspecify.annotations.NullMarked;
