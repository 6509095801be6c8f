package io.towpath.tcp.auth;

import io.towpath.wire.Bytes;

/// The AES cipher of 128 bits (FIPS 197), forward only: what CMAC needs. The rounds look up tables (columns of
/// S-box and MixColumns in one), so whoever shares the processor's cache may learn of the key by timing; across
/// a network there is nothing to see.
final class Aes128 {
    private static final int ROUNDS = 10;
    private static final int WORDS = 4 * (ROUNDS + 1);
    private static final int[] SBOX = sbox();
    private static final int[] TABLE = table();

    private final int[] schedule = new int[WORDS];

    Aes128() {}

    /// FIPS 197 §5.1.1: the inverse in GF(2^8), then an affine map. 3 generates all elements but 0, so the powers
    /// of 3 and those of its inverse run through all pairs.
    private static int[] sbox() {
        int[] sbox = new int[256];
        int p = 1;
        int q = 1;
        do {
            p = p ^ doubled(p); // times 3
            q ^= q << 1; // divided by 3
            q ^= q << 2;
            q ^= q << 4;
            q &= 0xff;
            q ^= (q & 0x80) != 0 ? 9 : 0;
            sbox[p] = q ^ rotated(q, 1) ^ rotated(q, 2) ^ rotated(q, 3) ^ rotated(q, 4) ^ 0x63;
        } while (p != 1);
        sbox[0] = 0x63;
        return sbox;
    }

    private static int doubled(int x) {
        return (x << 1 ^ ((x & 0x80) != 0 ? 0x11b : 0)) & 0xff;
    }

    private static int rotated(int x, int n) {
        return (x << n | x >>> 8 - n) & 0xff;
    }

    /// One column of MixColumns for every S-box value: 2, 1, 1, 3 times it.
    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int s = SBOX[i];
            int twice = doubled(s);
            table[i] = twice << 24 | s << 16 | s << 8 | (twice ^ s);
        }
        return table;
    }

    /// FIPS 197 §5.2: the schedule of the key in the 16 octets from `at` on.
    void key(byte[] b, int at) {
        for (int i = 0; i < 4; i++) {
            schedule[i] = Bytes.i32(b, at + 4 * i);
        }
        int constant = 1;
        for (int i = 4; i < WORDS; i++) {
            int word = schedule[i - 1];
            if (i % 4 == 0) {
                word = substituted(Integer.rotateLeft(word, 8)) ^ constant << 24;
                constant = doubled(constant);
            }
            schedule[i] = schedule[i - 4] ^ word;
        }
    }

    private static int substituted(int word) {
        return SBOX[word >>> 24] << 24
                | SBOX[word >>> 16 & 0xff] << 16
                | SBOX[word >>> 8 & 0xff] << 8
                | SBOX[word & 0xff];
    }

    /// Encrypts the 16 octets of `block` where they are.
    void encrypt(byte[] block) {
        int[] k = schedule;
        int a = Bytes.i32(block, 0) ^ k[0];
        int b = Bytes.i32(block, 4) ^ k[1];
        int c = Bytes.i32(block, 8) ^ k[2];
        int d = Bytes.i32(block, 12) ^ k[3];
        for (int i = 4; i < 4 * ROUNDS; i += 4) {
            int e = column(a, b, c, d) ^ k[i];
            int f = column(b, c, d, a) ^ k[i + 1];
            int g = column(c, d, a, b) ^ k[i + 2];
            d = column(d, a, b, c) ^ k[i + 3];
            a = e;
            b = f;
            c = g;
        }
        Bytes.put32(block, 0, last(a, b, c, d) ^ k[WORDS - 4]);
        Bytes.put32(block, 4, last(b, c, d, a) ^ k[WORDS - 3]);
        Bytes.put32(block, 8, last(c, d, a, b) ^ k[WORDS - 2]);
        Bytes.put32(block, 12, last(d, a, b, c) ^ k[WORDS - 1]);
    }

    /// SubBytes, ShiftRows and MixColumns for one column.
    private static int column(int a, int b, int c, int d) {
        return TABLE[a >>> 24]
                ^ Integer.rotateRight(TABLE[b >>> 16 & 0xff], 8)
                ^ Integer.rotateRight(TABLE[c >>> 8 & 0xff], 16)
                ^ Integer.rotateRight(TABLE[d & 0xff], 24);
    }

    /// The last round mixes no columns.
    private static int last(int a, int b, int c, int d) {
        return SBOX[a >>> 24] << 24 | SBOX[b >>> 16 & 0xff] << 16 | SBOX[c >>> 8 & 0xff] << 8 | SBOX[d & 0xff];
    }
}
