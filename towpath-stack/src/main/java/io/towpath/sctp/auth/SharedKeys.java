package io.towpath.sctp.auth;

import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The endpoint pair shared keys of one association (RFC 4895 §4.1 of the API in RFC 6458 §8.3.4 to §8.3.6),
/// and which of them is active. RFC 4895 §6.1: "If no endpoint pair shared keys are configured, an empty key"
/// with identifier 0 "is used".
public final class SharedKeys {
    private static final byte[] EMPTY = {};

    private final List<SctpAuthentication.Key> keys;
    private int active;

    /// Those of an endpoint's settings.
    public SharedKeys(SctpAuthentication settings) {
        keys = new ArrayList<>(settings.keys());
        active = settings.activeKey();
        if (keys.isEmpty()) {
            keys.add(new SctpAuthentication.Key(0, EMPTY));
        }
    }

    /// The secret of a key, null if there is none of this identifier.
    byte @Nullable [] secret(int id) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).id() == id) {
                return keys.get(i).secret();
            }
        }
        return null;
    }

    /// The identifier of the key to send with.
    public int active() {
        return active;
    }

    /// All identifiers, in the order in which keys came.
    public List<SctpAuthentication.Key> all() {
        return List.copyOf(keys);
    }

    /// Adds a key, or changes the secret of one.
    void put(int id, byte[] secret) {
        keys.removeIf(key -> key.id() == id);
        keys.add(new SctpAuthentication.Key(id, secret.clone()));
    }

    /// Null when done.
    @Nullable
    SctpError activate(int id) {
        if (secret(id) == null) {
            return SctpError.INVALID;
        }
        active = id;
        return null;
    }

    /// RFC 6458 §8.3.6: "If the user attempts to delete an active key, an error occurs". Null when done.
    @Nullable
    SctpError delete(int id) {
        if (id == active || secret(id) == null) {
            return SctpError.INVALID;
        }
        keys.removeIf(key -> key.id() == id);
        return null;
    }
}
