package io.towpath.tcp.auth;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// HMAC-SHA-1 (RFC 2104 §2, RFC 2202): `H(K XOR opad, H(K XOR ipad, text))`.
final class HmacSha1 extends KeyedHash {
    private static final int BLOCK = 64;
    private static final int LENGTH = 20;
    private static final byte IPAD = 0x36;
    private static final byte OPAD = 0x5c;

    private final MessageDigest sha1 = sha1();
    private final byte[] inner = new byte[BLOCK];
    private final byte[] outer = new byte[BLOCK];
    private final byte[] digest = new byte[LENGTH];
    private boolean begun;

    HmacSha1() {
        key(digest, 0, 0);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    @Override
    int length() {
        return LENGTH;
    }

    @Override
    void key(byte[] b, int at, int end) {
        Arrays.fill(inner, (byte) 0);
        if (end - at > BLOCK) {
            // "Applications that use keys longer than B bytes will first hash the key using H".
            sha1.reset();
            sha1.update(b, at, end - at);
            digest(inner);
        } else {
            System.arraycopy(b, at, inner, 0, end - at);
        }
        for (int i = 0; i < BLOCK; i++) {
            outer[i] = (byte) (inner[i] ^ OPAD);
            inner[i] ^= IPAD;
        }
        sha1.reset();
        begun = false;
    }

    @Override
    void update(byte[] b, int at, int end) {
        begin();
        sha1.update(b, at, end - at);
    }

    private void begin() {
        if (!begun) {
            begun = true;
            sha1.update(inner, 0, BLOCK);
        }
    }

    @Override
    void finish(byte[] code) {
        begin();
        digest(digest);
        sha1.update(outer, 0, BLOCK);
        sha1.update(digest, 0, LENGTH);
        digest(code);
        begun = false;
    }

    private void digest(byte[] into) {
        try {
            sha1.digest(into, 0, LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException("a digest fits an array of its length", e);
        }
    }
}
