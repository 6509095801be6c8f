package io.towpath.sctp.auth;

import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The endpoint pair shared keys of one association (RFC 6458 §8.3.3 to §8.3.5), which of them is active, and which
/// are deactivated: those judge what comes, but no new message goes under them. RFC 4895 §6.1: "If no endpoint
/// pair shared keys are configured, an empty key" with identifier 0 "is used".
public final class SharedKeys {
    private static final byte[] EMPTY = {};

    private final List<SctpAuthentication.Key> keys;
    private final List<Integer> deactivated = new ArrayList<>(0);

    /// Those of them of which messages are on their way.
    private final List<Integer> leaving = new ArrayList<>(0);

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

    /// The key that a message names, or the active one.
    int resolve(int keyId) {
        return keyId == SendOptions.ACTIVE_KEY ? active : keyId;
    }

    /// Whether a new message may name a key.
    public boolean mayName(int id) {
        return secret(id) != null && !deactivated.contains(id);
    }

    /// Keys that were deactivated while messages were on their way under them.
    List<Integer> leaving() {
        return leaving;
    }

    /// Adds a key, or changes the secret of one.
    void put(int id, byte[] secret) {
        forget(id);
        keys.removeIf(key -> key.id() == id);
        keys.add(new SctpAuthentication.Key(id, secret.clone()));
    }

    /// Null when done.
    @Nullable
    SctpError activate(int id) {
        if (!mayName(id)) {
            return SctpError.INVALID;
        }
        active = id;
        return null;
    }

    /// RFC 6458 §8.3.4: "The currently active key cannot be deactivated." Null when done.
    ///
    /// @param used whether messages are on their way under it
    @Nullable
    SctpError deactivate(int id, boolean used) {
        if (id == active || secret(id) == null) {
            return SctpError.INVALID;
        }
        if (!deactivated.contains(id)) {
            deactivated.add(id);
            if (used) {
                leaving.add(id);
            }
        }
        return null;
    }

    /// Whether it was deactivated.
    boolean isDeactivated(int id) {
        return deactivated.contains(id);
    }

    private void forget(int id) {
        deactivated.remove((Integer) id);
        leaving.remove((Integer) id);
    }

    /// Null when done.
    @Nullable
    SctpError delete(int id) {
        if (id == active || secret(id) == null) {
            return SctpError.INVALID;
        }
        keys.removeIf(key -> key.id() == id);
        forget(id);
        return null;
    }
}
