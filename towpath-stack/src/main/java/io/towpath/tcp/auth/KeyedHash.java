package io.towpath.tcp.auth;

import io.towpath.tcp.config.AoAlgorithm;

/// A code of octets under a key. One object is used again and again, also with another key; nothing is
/// allocated.
abstract sealed class KeyedHash permits HmacSha1, AesCmac {
    /// Octets of the longest code, and of the longest key that is derived.
    static final int LENGTH_MAX = 20;

    /// For an algorithm.
    static KeyedHash of(AoAlgorithm algorithm) {
        return switch (algorithm) {
            case HMAC_SHA_1_96 -> new HmacSha1();
            case AES_128_CMAC_96 -> new AesCmac();
        };
    }

    /// Octets of its code, which is also the length of a traffic key.
    abstract int length();

    /// Begins anew under the key in `b[at..end)`.
    abstract void key(byte[] b, int at, int end);

    /// Takes `b[at..end)`.
    abstract void update(byte[] b, int at, int end);

    /// Writes the code of what was taken to the front of `code`, and begins anew under the same key.
    abstract void finish(byte[] code);
}
