package io.towpath.wire;

/// AUTH chunks in place (RFC 4895 §5.1), behind [SctpChunks#check].
///
/// ```text
/// | 0x0f | flags | length                       |  0
/// | shared key identifier | HMAC identifier     |  4
/// | HMAC …                                      |  8
/// ```
///
/// The HMAC ends at [SctpChunks#valueEnd]. Whether its length is that of the algorithm is the engine's to judge.
public final class SctpAuthHeader {
    /// Octets before the HMAC.
    public static final int LENGTH = 8;
    /// HMAC identifier: SHA-1, 20 octets; everybody has it (RFC 4895 §3.3).
    public static final int SHA_1 = 1;
    /// HMAC identifier: SHA-256, 32 octets.
    public static final int SHA_256 = 3;

    private SctpAuthHeader() {}

    /// The shared key identifier, 0 … 65535.
    public static int keyId(byte[] b, int at) {
        return Bytes.u16(b, at + 4);
    }

    /// The HMAC identifier, 0 … 65535.
    public static int hmacId(byte[] b, int at) {
        return Bytes.u16(b, at + 6);
    }

    /// Octets of the HMAC.
    public static int hmacLength(byte[] b, int at) {
        return SctpChunks.length(b, at) - LENGTH;
    }

    /// Writes the chunk with an HMAC of zeros, as it must be while the HMAC is computed (RFC 4895 §6.2).
    ///
    /// @param hmacLength octets, a multiple of 4
    /// @return the offset after it; the HMAC goes into the octets before
    public static int write(byte[] b, int at, int keyId, int hmacId, int hmacLength) {
        SctpChunks.writeHead(b, at, SctpChunks.AUTH, 0, LENGTH + hmacLength);
        Bytes.put32(b, at + 4, keyId << 16 | (hmacId & 0xffff));
        int end = at + LENGTH + hmacLength;
        for (int next = at + LENGTH; next < end; next++) {
            b[next] = 0;
        }
        return end;
    }
}
