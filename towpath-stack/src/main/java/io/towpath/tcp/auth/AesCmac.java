package io.towpath.tcp.auth;

import io.towpath.wire.Bytes;
import java.util.Arrays;

/// AES-CMAC (RFC 4493), and the pseudo-random function for keys of any length that is made of it (RFC 4615).
final class AesCmac extends KeyedHash {
    private static final int LENGTH = 16;
    private static final int R_B = 0x87;

    private final Aes128 aes = new Aes128();
    private final byte[] k1 = new byte[LENGTH];
    private final byte[] k2 = new byte[LENGTH];
    /// The chain so far, with the octets of the block that is not whole mixed in.
    private final byte[] chain = new byte[LENGTH];
    /// Octets in the block that is not encrypted yet, which may be all: the last block is another matter.
    private int filled;

    AesCmac() {
        key(chain, 0, LENGTH);
    }

    @Override
    int length() {
        return LENGTH;
    }

    /// RFC 4615 §3, and so RFC 5926 §3.1.1.2: "If MKlen is equal to 16 […] then K := MK; […] else K :=
    /// AES-CMAC(0^128, MK, MKlen)".
    @Override
    void key(byte[] b, int at, int end) {
        if (end - at == LENGTH) {
            exactKey(b, at);
            return;
        }
        Arrays.fill(chain, (byte) 0);
        exactKey(chain, 0);
        update(b, at, end);
        end();
        exactKey(chain, 0);
    }

    /// RFC 4493 §2.3: the key, and the subkeys that tell a whole last block from one that is not.
    private void exactKey(byte[] b, int at) {
        aes.key(b, at);
        Arrays.fill(chain, (byte) 0);
        filled = 0;
        Arrays.fill(k1, (byte) 0);
        aes.encrypt(k1);
        doubled(k1, k1);
        doubled(k1, k2);
    }

    private static void doubled(byte[] from, byte[] to) {
        long high = Bytes.i64(from, 0);
        long low = Bytes.i64(from, 8);
        Bytes.put64(to, 0, high << 1 | low >>> 63);
        Bytes.put64(to, 8, low << 1 ^ (high < 0 ? R_B : 0));
    }

    @Override
    void update(byte[] b, int at, int end) {
        int next = at;
        while (next < end) {
            if (filled == LENGTH) {
                aes.encrypt(chain);
                filled = 0;
            }
            if (filled == 0 && end - next >= LENGTH) {
                Bytes.put64(chain, 0, Bytes.i64(chain, 0) ^ Bytes.i64(b, next));
                Bytes.put64(chain, 8, Bytes.i64(chain, 8) ^ Bytes.i64(b, next + 8));
                next += LENGTH;
                filled = LENGTH;
            } else {
                chain[filled++] ^= b[next++];
            }
        }
    }

    @Override
    void finish(byte[] code) {
        end();
        System.arraycopy(chain, 0, code, 0, LENGTH);
        Arrays.fill(chain, (byte) 0);
    }

    /// RFC 4493 §2.4: the last block is mixed with K1 when it is whole, else padded by 10…0 and mixed with K2.
    private void end() {
        byte[] subkey = k1;
        if (filled < LENGTH) {
            chain[filled] ^= (byte) 0x80;
            subkey = k2;
        }
        for (int i = 0; i < LENGTH; i++) {
            chain[i] ^= subkey[i];
        }
        aes.encrypt(chain);
        filled = 0;
    }
}
