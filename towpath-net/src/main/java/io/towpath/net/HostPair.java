package io.towpath.net;

/// Two hosts that belong together.
///
/// @param a one
/// @param b the other
public record HostPair(Host a, Host b) implements AutoCloseable {
    /// Closes both at once, so that neither waits for the other's users.
    @Override
    public void close() {
        Thread other = Thread.ofVirtual().start(a::close);
        b.close();
        boolean interrupted = false;
        while (other.isAlive()) {
            try {
                other.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
