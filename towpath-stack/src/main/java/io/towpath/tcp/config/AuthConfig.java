package io.towpath.tcp.config;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which peers' segments are signed, and with what: by the authentication option (RFC 5925) or by MD5 (RFC
/// 2385). Segments for a listener or a connection are judged by its own settings, all others (which deserve a
/// RST at most) by those of the host. A peer that has keys of both kinds is one of the authentication option.
///
/// @param keys the keys for MD5, those of the longest prefix first, among equals those with a port first
/// @param masterKeys the tuples of the authentication option, in the order in which they are preferred: a
///     connection asks its peer for the first that is for it
/// @param unmatchedAccepted true when a segment with an authentication option from a peer without keys is taken
///     as if the option were not there, which RFC 5925 §7.3 has as default; else it is dropped
/// @param icmpIgnored true when hard ICMP errors about open connections with the authentication option are not
///     believed, which RFC 5925 §7.8 has as default
public record AuthConfig(
        List<PeerKey> keys, List<MasterKey> masterKeys, boolean unmatchedAccepted, boolean icmpIgnored) {
    /// No peer has a key.
    public static final AuthConfig NONE = new AuthConfig(List.of(), List.of(), true, true);

    /// Takes copies of the lists, and sorts the keys for MD5.
    ///
    /// @throws IllegalArgumentException when two tuples for the same peers have a number in common, so that
    ///     nobody could tell which one is meant (RFC 5925 §3.1)
    public AuthConfig {
        keys = keys.stream()
                .sorted(Comparator.comparingInt(PeerKey::weight).reversed())
                .toList();
        masterKeys = List.copyOf(masterKeys);
        for (int i = 0; i < masterKeys.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (masterKeys.get(i).clashes(masterKeys.get(j))) {
                    throw new IllegalArgumentException(masterKeys.get(i) + " and " + masterKeys.get(j));
                }
            }
        }
    }

    /// Keys for MD5.
    public static AuthConfig of(PeerKey... keys) {
        return new AuthConfig(List.of(keys), List.of(), true, true);
    }

    /// A copy with other [#masterKeys()].
    public AuthConfig withMasterKeys(MasterKey... value) {
        return new AuthConfig(keys, List.of(value), unmatchedAccepted, icmpIgnored);
    }

    /// A copy with another [#unmatchedAccepted()].
    public AuthConfig withUnmatchedAccepted(boolean value) {
        return new AuthConfig(keys, masterKeys, value, icmpIgnored);
    }

    /// A copy with another [#icmpIgnored()].
    public AuthConfig withIcmpIgnored(boolean value) {
        return new AuthConfig(keys, masterKeys, unmatchedAccepted, value);
    }

    /// True when no peer has a key.
    public boolean isEmpty() {
        return this == NONE || keys.isEmpty() && masterKeys.isEmpty();
    }

    /// The key for MD5 of the peer at an address given as two longs (IPv4 as v4-mapped) and a port; null when it
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

    /// The tuple that the peer at an address given as two longs and a port is asked for; null when it has none.
    public @Nullable MasterKey masterKey(long high, long low, int port) {
        for (int i = 0; i < masterKeys.size(); i++) {
            MasterKey key = masterKeys.get(i);
            if (key.isFor(high, low, port)) {
                return key;
            }
        }
        return null;
    }

    /// The tuple of that peer whose segments come with `keyId`; null when there is none.
    public @Nullable MasterKey receivedUnder(long high, long low, int port, int keyId) {
        for (int i = 0; i < masterKeys.size(); i++) {
            MasterKey key = masterKeys.get(i);
            if (key.receiveId() == keyId && key.isFor(high, low, port)) {
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
        for (MasterKey key : masterKeys) {
            if (key.peer().contains(high, low)) {
                return true;
            }
        }
        return false;
    }
}
