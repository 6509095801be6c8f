package io.towpath.sctp.auth;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// HMAC (RFC 2104) under one key. Objects are kept and used again; a computation allocates nothing. Single
/// owner.
public final class Hmac {
    private static final int BLOCK = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private final MessageDigest digest;
    private final byte[] inner = new byte[BLOCK];
    private final byte[] outer = new byte[BLOCK];
    private final byte[] hash;

    private Hmac(String algorithm, byte[] key) {
        try {
            digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
        hash = new byte[digest.getDigestLength()];
        byte[] short64 = key.length > BLOCK ? digest.digest(key) : key;
        Arrays.fill(inner, INNER);
        Arrays.fill(outer, OUTER);
        for (int i = 0; i < short64.length; i++) {
            inner[i] ^= short64[i];
            outer[i] ^= short64[i];
        }
    }

    /// HMAC-SHA-256.
    public static Hmac sha256(byte[] key) {
        return new Hmac("SHA-256", key);
    }

    /// HMAC-SHA-1.
    public static Hmac sha1(byte[] key) {
        return new Hmac("SHA-1", key);
    }

    /// Octets of a code.
    public int length() {
        return hash.length;
    }

    /// Computes the code of `b[from..to)` and writes it at `into[at]`.
    public void write(byte[] b, int from, int to, byte[] into, int at) {
        compute(b, from, to);
        System.arraycopy(hash, 0, into, at, hash.length);
    }

    /// Whether `code[at..)` is the code of `b[from..to)`. Takes as long for a wrong one as for the right one.
    public boolean matches(byte[] b, int from, int to, byte[] code, int at) {
        compute(b, from, to);
        int difference = 0;
        for (int i = 0; i < hash.length; i++) {
            difference |= hash[i] ^ code[at + i];
        }
        return difference == 0;
    }

    private void compute(byte[] b, int from, int to) {
        try {
            digest.reset();
            digest.update(inner);
            digest.update(b, from, to - from);
            digest.digest(hash, 0, hash.length);
            digest.update(outer);
            digest.update(hash);
            digest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("a digest fits an array of its length", e);
        }
    }
}
