package io.towpath.tcp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.tcp.config.AoAlgorithm;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.MasterKey;
import io.towpath.tcp.segment.Segment;
import io.towpath.wire.Bytes;
import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;
import io.towpath.wire.testing.Rfc;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The packets of RFC 9235: what other implementations signed is right here, too.
class AuthenticationVectorsTest {
    private static final String SHA_SYN =
            "4500004cdd0f4000ff06bf6b0a0b0c0dac1b1c1de9d700b3fbfbab5a00000000e002ffffcac40000"
                    + "020405b4010303080402080a00155ab7000000001d103d542ee437c6f8ede6d7c4d602e7";
    private static final String SHA_SYN_ACK =
            "4500004c65064000ff063775ac1b1c1d0a0b0c0d00b3e9d711c14261fbfbab5be012ffff37760000"
                    + "020405b4010303080402080a84a50beb00155ab71d10543deeab0fe24c3010815116b3be";
    private static final String SHA_DATA =
            "4500008736a14000ff06659f0a0b0c0dac1b1c1de9d700b3fbfbab5b11c14262c0180104a1620000"
                    + "0101080a00155ac184a50beb1d103d547064cf998cc6c315c2c2e2bfffffffffffffffffffffffffffffffff"
                    + "00430104dabf00b40a0b0c0d26020601040001000102028000020202000202420002064104"
                    + "0000dabf020840060064000101" + "00";
    private static final String SHA_BARE_SYN =
            "4500004c53994000ff0648e20a0b0c0dac1b1c1dff1200b3cb0efbee00000000e002ffff541f0000" + "020405b40103030804020"
                    + "80a00024cce000000001d103d5480af3cfeb85368937b8f9ec2";
    private static final String AES_SYN =
            "4500004c7b9f4000ff0620dc0a0b0c0dac1b1c1dc4fa00b3787a1ddf00000000e002ffff5a0f0000" + "020405b40103030804020"
                    + "80a00017ed0000000001d103d54e477e99c8040765498e55091";
    private static final String AES_SYN_ACK =
            "4500004c4bad4000ff0650ceac1b1c1d0a0b0c0d00b3c4fafadd6de9787a1de0e012fffff3f20000" + "020405b40103030804020"
                    + "80a93f4e9e800017ed01d10543dd6ada7bc4cdd536d1769db5f";

    private static final String SHA_SYN_IP6 = "6e0891dc00380640" + "fd000000000000000000000000000001"
            + "fd000000000000000000000000000002" + "f7e400b3176a833f00000000e002ffff47210000"
            + "020405a0010303080402080a0041d087000000001d103d549033ec3d7334b64c5edd039f";

    private final PacketPool pool = new PacketPool();
    private final Signatures signatures = new Signatures(Context.of(pool, Entropy.seeded(1)));
    private final Segment segment = new Segment();

    private static AuthConfig keys(int keyId, AoAlgorithm algorithm, boolean withOptions, String secret) {
        return keys("0.0.0.0/0", keyId, algorithm, withOptions, secret);
    }

    private static AuthConfig keys(String peer, int keyId, AoAlgorithm algorithm, boolean withOptions, String secret) {
        return AuthConfig.NONE.withMasterKeys(new MasterKey(
                Prefix.parse(peer),
                0,
                keyId == 61 ? 84 : 61,
                keyId,
                algorithm,
                withOptions,
                Octets.of(secret.getBytes(StandardCharsets.US_ASCII))));
    }

    private Drop judge(String hex, AuthConfig config, int flip) {
        byte[] whole = Octets.ofHex(hex).toArray();
        boolean ip4 = whole[0] >>> 4 == 4;
        int header = ip4 ? 20 : 40;
        Packet packet = pool.take(whole.length - header);
        packet.end = packet.at + whole.length - header;
        System.arraycopy(whole, header, packet.bytes, packet.at, whole.length - header);
        packet.sourceHigh = ip4 ? 0 : Bytes.i64(whole, 8);
        packet.sourceLow = ip4 ? mapped(whole, 12) : Bytes.i64(whole, 16);
        packet.destinationHigh = ip4 ? 0 : Bytes.i64(whole, 24);
        packet.destinationLow = ip4 ? mapped(whole, 16) : Bytes.i64(whole, 32);
        if (flip >= 0) {
            packet.bytes[packet.at + flip] ^= 1;
        }
        segment.read(packet);
        Drop drop = signatures.judge(config, true, packet, segment);
        packet.release();
        return drop;
    }

    private static long mapped(byte[] b, int at) {
        return 0xffff_0000_0000L | Bytes.i32(b, at) & 0xffff_ffffL;
    }

    @ParameterizedTest
    @CsvSource({
        SHA_SYN + ", 61, HMAC_SHA_1_96, true",
        SHA_SYN_ACK + ", 84, HMAC_SHA_1_96, true",
        SHA_DATA + ", 61, HMAC_SHA_1_96, true",
        SHA_BARE_SYN + ", 61, HMAC_SHA_1_96, false",
        AES_SYN + ", 61, AES_128_CMAC_96, true",
        AES_SYN_ACK + ", 84, AES_128_CMAC_96, true"
    })
    @Rfc(value = 9235, section = "4.1.1")
    void packetsOfTheExamplesAreRight(String hex, int keyId, AoAlgorithm algorithm, boolean withOptions) {
        assertThat(judge(hex, keys(keyId, algorithm, withOptions, "testvector"), -1))
                .isNull();
        assertThat(judge(hex, keys(keyId, algorithm, withOptions, "testvectoR"), -1))
                .isEqualTo(Drop.TCP_AUTH_WRONG);
        assertThat(judge(hex, keys(keyId, algorithm, !withOptions, "testvector"), -1))
                .isEqualTo(Drop.TCP_AUTH_WRONG);
        assertThat(judge(hex, keys(145 - keyId, algorithm, withOptions, "testvector"), -1))
                .isEqualTo(Drop.TCP_AUTH_NO_KEY);
    }

    @Test
    @Rfc(value = 9235, section = "6.1.1")
    void packetOfTheExamplesWithIp6IsRight() {
        assertThat(judge(SHA_SYN_IP6, keys("::/0", 61, AoAlgorithm.HMAC_SHA_1_96, true, "testvector"), -1))
                .isNull();
        assertThat(judge(SHA_SYN_IP6, keys("::/0", 61, AoAlgorithm.HMAC_SHA_1_96, true, "testvector"), 4))
                .isEqualTo(Drop.TCP_AUTH_WRONG);
    }

    @Test
    @Rfc(value = 5925, section = "5.1")
    void everyOctetIsSignedButTheChecksum() {
        AuthConfig keys = keys(61, AoAlgorithm.HMAC_SHA_1_96, true, "testvector");
        for (int i = 0; i < SHA_DATA.length() / 2 - 20; i++) {
            boolean checksum = i == 16 || i == 17;
            // The offset and the options' framing are read before anything can be judged.
            boolean framing = i == 12 || i >= 20 && i < 36 || i == 33;
            if (!framing) {
                Drop drop = judge(SHA_DATA, keys, i);
                assertThat(drop == null).as("octet %d: %s", i, drop).isEqualTo(checksum);
            }
        }
    }

    @Test
    @Rfc(value = 5925, section = "5.1")
    void otherOptionsMayChangeWhenTheyAreNotSigned() {
        AuthConfig keys = keys(61, AoAlgorithm.HMAC_SHA_1_96, false, "testvector");
        assertThat(judge(SHA_BARE_SYN, keys, 23)).isNull(); // MSS
        assertThat(judge(SHA_BARE_SYN, keys, 33)).isNull(); // timestamp
        assertThat(judge(SHA_BARE_SYN, keys, 15)).isEqualTo(Drop.TCP_AUTH_WRONG); // window
        assertThat(judge(SHA_BARE_SYN, keys, 43)).isEqualTo(Drop.TCP_AUTH_WRONG); // RNextKeyID
    }
}
