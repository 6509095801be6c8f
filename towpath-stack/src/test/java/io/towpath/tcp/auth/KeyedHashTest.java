package io.towpath.tcp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.tcp.config.AoAlgorithm;
import io.towpath.wire.Octets;
import io.towpath.wire.testing.Rfc;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// HMAC-SHA-1 and AES-CMAC by the examples of their RFCs.
class KeyedHashTest {
    private static String code(AoAlgorithm algorithm, byte[] key, byte[] text) {
        KeyedHash hash = KeyedHash.of(algorithm);
        hash.key(key, 0, key.length);
        hash.update(text, 0, text.length);
        return finish(hash);
    }

    private static String finish(KeyedHash hash) {
        byte[] code = new byte[KeyedHash.LENGTH_MAX];
        hash.finish(code);
        return Octets.of(code, 0, hash.length()).toString();
    }

    private static byte[] hex(String text) {
        return Octets.ofHex(text).toArray();
    }

    private static byte[] repeated(String octet, int n) {
        return hex(octet.repeat(n));
    }

    @Test
    @Rfc(value = 2202, section = "3")
    void hmacSha1IsThatOfTheExamples() {
        var sha1 = AoAlgorithm.HMAC_SHA_1_96;
        assertThat(code(sha1, repeated("0b", 20), "Hi There".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("b617318655057264e28bc0b6fb378c8ef146be00");
        assertThat(code(
                        sha1,
                        "Jefe".getBytes(StandardCharsets.US_ASCII),
                        "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        assertThat(code(sha1, repeated("aa", 20), repeated("dd", 50)))
                .isEqualTo("125d7342b9ac11cd91a39af48aa17b4f63f175d3");
        // A key longer than a block is hashed first.
        assertThat(code(
                        sha1,
                        repeated("aa", 80),
                        "Test Using Larger Than Block-Size Key - Hash Key First".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("aa4ae5e15272d00e95705637ce8a3b55ed402112");
    }

    @ParameterizedTest
    @CsvSource({
        "'', bb1d6929e95937287fa37d129b756746",
        "6bc1bee22e409f96e93d7e117393172a, 070a16b46b4d4144f79bdd9dd04a287c",
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411, "
                + "dfa66747de9ae63030ca32611497c827",
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52ef"
                + "f69f2445df4f9b17ad2b417be66c3710, 51f0bebf7e3b9d92fc49741779363cfe"
    })
    @Rfc(value = 4493, section = "4")
    void aesCmacIsThatOfTheExamples(String text, String wanted) {
        assertThat(code(AoAlgorithm.AES_128_CMAC_96, hex("2b7e151628aed2a6abf7158809cf4f3c"), hex(text)))
                .isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c0d0e0fedcb, 84a348a4a45d235babfffc0d2b4da09a",
        "000102030405060708090a0b0c0d0e0f, 980ae87b5f4c9c5214f5b6a8455e4c2d",
        "00010203040506070809, 290d9e112edb09ee141fcf64c0b72f3d"
    })
    @Rfc(value = 4615, section = "4")
    void keysOfOtherLengthsAreMadeToFit(String key, String wanted) {
        assertThat(code(AoAlgorithm.AES_128_CMAC_96, hex(key), hex("000102030405060708090a0b0c0d0e0f10111213")))
                .isEqualTo(wanted);
    }

    @Test
    void cipherIsThatOfTheStandard() {
        // FIPS 197, appendix C.1
        var aes = new Aes128();
        aes.key(hex("000102030405060708090a0b0c0d0e0f"), 0);
        byte[] block = hex("00112233445566778899aabbccddeeff");
        aes.encrypt(block);
        assertThat(Octets.of(block).toString()).isEqualTo("69c4e0d86a7b0430d8cdb78070b4c55a");
    }

    @ParameterizedTest
    @EnumSource
    void textMayComeInAnyPieces(AoAlgorithm algorithm) {
        byte[] key = hex("0123456789abcdef");
        byte[] text = new byte[100];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) (7 * i);
        }
        String whole = code(algorithm, key, text);
        KeyedHash hash = KeyedHash.of(algorithm);
        hash.key(key, 0, key.length);
        for (int from = 0; from <= text.length; from++) {
            for (int to = from; to <= text.length; to += 13) {
                hash.update(text, 0, from);
                hash.update(text, from, to);
                hash.update(text, to, text.length);
                assertThat(finish(hash)).as("%d %d", from, to).isEqualTo(whole);
            }
        }
    }
}
