package io.towpath.net;

import io.towpath.net.nio.JvmSelectorProvider;

/// The channels of the whole JVM, for `-Djava.nio.channels.spi.SelectorProvider`: those of the operating system until
/// [Towpath#installAsDefault] says which addresses go by which host.
public final class TowpathSelectorProvider extends JvmSelectorProvider {
    /// Called by the JDK, once.
    public TowpathSelectorProvider() {}
}
