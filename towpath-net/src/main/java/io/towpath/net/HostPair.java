package io.towpath.net;

/// Two hosts that belong together.
///
/// @param a one
/// @param b the other
public record HostPair(Host a, Host b) implements AutoCloseable {
    /// Closes both, `a` first.
    @Override
    public void close() {
        try (b) {
            a.close();
        }
    }
}
