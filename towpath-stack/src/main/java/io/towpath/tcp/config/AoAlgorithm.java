package io.towpath.tcp.config;

/// What a master key of the TCP authentication option is used with: the derivation of traffic keys and the code
/// of segments go in pairs (RFC 5926 §3).
public enum AoAlgorithm {
    /// KDF_HMAC_SHA1 and HMAC-SHA-1-96 (RFC 5926 §3.1.1.1, §3.2.1).
    HMAC_SHA_1_96("hmac-sha-1-96"),
    /// KDF_AES_128_CMAC and AES-128-CMAC-96 (RFC 5926 §3.1.1.2, §3.2.2).
    AES_128_CMAC_96("aes-128-cmac-96");

    private final String text;

    AoAlgorithm(String text) {
        this.text = text;
    }

    /// Its name, in lower case.
    public String text() {
        return text;
    }
}
