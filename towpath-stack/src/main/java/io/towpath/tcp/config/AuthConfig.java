package io.towpath.tcp.config;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which peers' segments are signed (RFC 2385), and with what. Segments for a listener or a connection are
/// judged by its own settings, all others (which deserve a RST at most) by those of the host.
///
/// @param keys the keys, those of the longest prefix first, among equals those with a port first
public record AuthConfig(List<PeerKey> keys) {
    /// No peer has a key.
    public static final AuthConfig NONE = new AuthConfig(List.of());

    /// Takes a copy of the list, and sorts it.
    public AuthConfig {
        keys = keys.stream()
                .sorted(Comparator.comparingInt(PeerKey::weight).reversed())
                .toList();
    }

    /// One key.
    public static AuthConfig of(PeerKey... keys) {
        return new AuthConfig(List.of(keys));
    }

    /// True when no peer has a key.
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /// The key for the peer at an address given as two longs (IPv4 as v4-mapped) and a port; null when it
    /// has none.
    public @Nullable PeerKey key(long high, long low, int port) {
        for (int i = 0; i < keys.size(); i++) {
            PeerKey key = keys.get(i);
            if (key.isFor(high, low, port)) {
                return key;
            }
        }
        return null;
    }

    /// Whether an address given as two longs has a key for any port.
    public boolean concerns(long high, long low) {
        for (PeerKey key : keys) {
            if (key.peer().contains(high, low)) {
                return true;
            }
        }
        return false;
    }
}
