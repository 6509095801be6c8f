package io.towpath.cli;

import io.towpath.core.Entropy;
import io.towpath.wire.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The file that the demo moves: a header with its length, then random bytes that follow from the seed. Made as it is
/// read, so that its size is not limited by memory, and digested on the way.
final class DemoContent {
    /// Octets in front of the file that tell its length.
    static final int HEADER = 8;

    /// Octets of a SHA-256 digest.
    static final int DIGEST = 32;

    private static final int BLOCK = 1 << 14;

    private final long size;
    private final Entropy entropy;
    private final MessageDigest digest = sha256();
    private final byte[] block = new byte[BLOCK];
    private int blockAt;
    private int blockEnd;
    private long made;

    DemoContent(long size, Entropy entropy) {
        this.size = size;
        this.entropy = entropy;
        Bytes.put64(block, 0, size);
        blockEnd = HEADER;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /// Octets that can be taken from [#block] at [#at]; 0 at the end.
    int available() {
        if (blockAt == blockEnd && made < size) {
            int n = (int) Math.min(BLOCK, size - made);
            byte[] fresh = n == BLOCK ? block : new byte[n];
            entropy.fill(fresh);
            System.arraycopy(fresh, 0, block, 0, n);
            digest.update(block, 0, n);
            made += n;
            blockAt = 0;
            blockEnd = n;
        }
        return blockEnd - blockAt;
    }

    byte[] block() {
        return block;
    }

    int at() {
        return blockAt;
    }

    /// The first `n` of what is available are gone.
    void took(int n) {
        blockAt += n;
    }

    boolean isAtEnd() {
        return available() == 0;
    }

    /// Octets with the header.
    long total() {
        return HEADER + size;
    }

    /// The digest of the file; after the end, once.
    byte[] digest() {
        return digest.digest();
    }
}
