package io.towpath.net.nio;

/// The channels of the whole JVM: see [PrefixRouter].
public class JvmSelectorProvider extends HostSelectorProvider {
    /// A provider that asks the router of this JVM.
    protected JvmSelectorProvider() {
        super(PrefixRouter.OF_THIS_JVM);
    }
}
