/// The channels of `java.nio` on a Towpath host: a whole [java.nio.channels.spi.SelectorProvider], with selectors.
/// Users get it from [io.towpath.net.Host#selectorProvider].
///
/// A selector hears of its channels by the signals of their shards: whoever owns a shard publishes what happened and
/// then leaves the channel's key with the selector ([io.towpath.net.nio.HostSelector#candidate]), which asks the
/// channel what it is ready for when it selects. So a selection costs what happened, not what is registered.
///
/// Start with [io.towpath.net.nio.HostSelector], then [io.towpath.net.nio.StreamChannel].
@NullMarked
package io.towpath.net.nio;

import org.jspecify.annotations.NullMarked;
