package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.wire.testing.Rfc;
import java.util.List;
import org.junit.jupiter.api.Test;

class SctpParametersTest {
    private static Malformed check(String hex) {
        byte[] b = Octets.ofHex(hex).toArray();
        return SctpParameters.check(b, 0, b.length);
    }

    private static SctpParameter read(String hex) {
        byte[] b = Octets.ofHex(hex).toArray();
        List<SctpParameter> parameters = SctpParameter.parse(b, 0, b.length);
        assertThat(parameters).hasSize(1);
        byte[] again = new byte[b.length];
        assertThat(SctpParameter.write(parameters, again, 0)).isEqualTo(SctpParameter.length(parameters));
        assertThat(Octets.of(again)).as(hex).isEqualTo(Octets.of(b));
        return parameters.getFirst();
    }

    @Test
    void everyTruncationOfEveryParameterIsCalledSo() {
        var generated = new SctpGenerated(5061);
        for (int i = 0; i < 1_000; i++) {
            SctpParameter parameter = generated.parameter();
            byte[] b = new byte[parameter.length()];
            assertThat(parameter.write(b, 0)).isEqualTo(b.length);
            for (int length = 0; length < b.length; length++) {
                assertThat(SctpParameters.check(b, 0, length))
                        .as(parameter.toString())
                        .isEqualTo(Malformed.TRUNCATED);
            }
            assertThat(SctpParameters.check(b, 0, b.length))
                    .as(parameter.toString())
                    .isEqualTo(Malformed.NONE);
        }
    }

    @Test
    void listsOfParametersComeBackWhole() {
        var generated = new SctpGenerated(6525);
        for (int i = 0; i < 2_000; i++) {
            List<SctpParameter> parameters =
                    List.of(generated.parameter(), generated.parameter(), generated.parameter());
            byte[] b = new byte[SctpParameter.length(parameters) + 1];
            int end = SctpParameter.write(parameters, b, 1);
            assertThat(end).isEqualTo(b.length);
            assertThat(SctpParameters.checkAll(b, 1, end)).isEqualTo(Malformed.NONE);
            assertThat(SctpParameter.parse(b, 1, end)).isEqualTo(parameters);
        }
    }

    @Test
    void lengthsThatTheTypeDoesNotAllowAreRefused() {
        for (String wrong : List.of(
                "0005 0007 0a0000",
                "0005 0009 0a00000100",
                "0006 0008 00000001",
                "0006 0018 20010db8 00000000 00000000 00000001 00000000",
                "0009 0006 0001",
                "000c 0005 00",
                "8000 0008 00000000",
                "8001 0004",
                "8004 0007 000100",
                "c000 0005 00",
                "c005 0004",
                "c006 000c 0000000000000000",
                "c003 0004",
                "000d 000e 00000000000000000000",
                "000d 0011 00000000000000000000000000",
                "000e 0004",
                "000e 0009 0000000000",
                "000f 0004",
                "0010 0008 00000000",
                "0010 0010 000000000000000000000000",
                "0011 0008 00000000",
                "0012 000e 00000000000000000000")) {
            assertThat(check(wrong)).as(wrong).isEqualTo(Malformed.BAD_OPTION);
            assertThat(read(wrong)).isInstanceOf(SctpParameter.Opaque.class);
        }
    }

    @Test
    @Rfc(value = 5061, section = "4.2.1")
    void anAddressChangeHoldsOneWholeAddressParameter() {
        assertThat(check("c001 0010 00000001 0005 0008 0a000001")).isEqualTo(Malformed.NONE);
        for (String wrong : List.of(
                "c001 0004",
                "c001 0008 00000001",
                "c001 000a 00000001 0005",
                "c002 0010 00000001 0005 000c 0a000001",
                "c002 0010 00000001 0005 0004 0a000001",
                "c004 0010 00000001 0006 0008 0a000001",
                "c004 0010 00000001 0007 0008 0a000001",
                "c001 0014 00000001 0005 0008 0a000001 00000000")) {
            assertThat(check(wrong)).as(wrong).isEqualTo(Malformed.BAD_OPTION);
        }
        byte[] b = new byte[40];
        int end = SctpParameters.writeAddressChange(b, 0, SctpParameters.SET_PRIMARY, 7, 1L << 61, 2);
        assertThat(end).isEqualTo(28);
        assertThat(SctpParameters.check(b, 0, end)).isEqualTo(Malformed.NONE);
        assertThat(SctpParameters.word(b, 0)).isEqualTo(7);
        int address = SctpParameters.addressAt(0);
        assertThat(SctpParameters.isAddress(b, address, end)).isTrue();
        assertThat(SctpParameters.addressHigh(b, address)).isEqualTo(1L << 61);
        assertThat(SctpParameters.addressLow(b, address)).isEqualTo(2);
    }

    @Test
    void aMappedAddressInAnIpv6ParameterIsNotTakenForIpv4() {
        assertThat(read("0006 0014 00000000 00000000 0000ffff 0a000001"))
                .isEqualTo(new SctpParameter.Opaque(
                        SctpParameters.IPV6, Octets.ofHex("00000000 00000000 0000ffff 0a000001")));
    }

    @Test
    @Rfc(value = 9260, section = "3.2.1")
    void theHighestBitsOfAnUnknownParameterSayWhatToDo() {
        assertThat(SctpParameters.unknownIsSkipped(0x3fff)).isFalse();
        assertThat(SctpParameters.unknownIsReported(0x3fff)).isFalse();
        assertThat(SctpParameters.unknownIsSkipped(0x7fff)).isFalse();
        assertThat(SctpParameters.unknownIsReported(0x7fff)).isTrue();
        assertThat(SctpParameters.unknownIsSkipped(0xbfff)).isTrue();
        assertThat(SctpParameters.unknownIsReported(0xbfff)).isFalse();
        assertThat(SctpParameters.unknownIsSkipped(0xffff)).isTrue();
        assertThat(SctpParameters.unknownIsReported(0xffff)).isTrue();
    }

    @Test
    void aListThatEndsInTheMiddleKeepsTheRestAsOctets() {
        byte[] b = Octets.ofHex("8000 0004 0007 0003 aa").toArray();
        assertThat(SctpParameters.checkAll(b, 0, b.length)).isEqualTo(Malformed.BAD_HEADER_LENGTH);
        assertThat(SctpParameter.parse(b, 0, b.length))
                .containsExactly(
                        new SctpParameter.Bare(SctpParameters.ECN_CAPABLE),
                        new SctpParameter.Malformed(Octets.ofHex("00070003aa")));
    }

    @Test
    @Rfc(value = 6525, section = "4.1")
    void aResetRequestIsReadFieldByField() {
        byte[] b = new byte[32];
        int end = SctpReconfigParameters.writeOutgoingReset(b, 0, 1, 2, -3, 2);
        end = SctpReconfigParameters.writeStream(b, end, 9);
        end = SctpReconfigParameters.writeStream(b, end, 65535);
        assertThat(Octets.of(b, 0, end)).isEqualTo(Octets.ofHex("000d 0014 00000001 00000002 fffffffd 0009 ffff"));
        assertThat(SctpReconfigParameters.sequence(b, 0)).isEqualTo(1);
        assertThat(SctpReconfigParameters.responseSequence(b, 0)).isEqualTo(2);
        assertThat(SctpReconfigParameters.lastTsn(b, 0)).isEqualTo(-3);
        assertThat(SctpReconfigParameters.streams(b, 0)).isEqualTo(2);
        assertThat(SctpReconfigParameters.stream(b, 0, 1)).isEqualTo(65535);
        end = SctpReconfigParameters.writeStream(b, SctpReconfigParameters.writeIncomingReset(b, 0, 4, 1), 6);
        assertThat(Octets.of(b, 0, end)).isEqualTo(Octets.ofHex("000e 000a 00000004 0006"));
        assertThat(SctpReconfigParameters.streams(b, 0)).isEqualTo(1);
        assertThat(SctpReconfigParameters.stream(b, 0, 0)).isEqualTo(6);
    }

    @Test
    @Rfc(value = 6525, section = "4.4")
    void aResponseHasBothTsnsOrNone() {
        byte[] b = new byte[32];
        int end = SctpReconfigParameters.writeResponse(b, 0, 5, SctpReconfigParameters.PERFORMED, 6, 7);
        assertThat(Octets.of(b, 0, end)).isEqualTo(Octets.ofHex("0010 0014 00000005 00000001 00000006 00000007"));
        assertThat(SctpReconfigParameters.hasTsns(b, 0)).isTrue();
        assertThat(SctpReconfigParameters.senderNextTsn(b, 0)).isEqualTo(6);
        assertThat(SctpReconfigParameters.receiverNextTsn(b, 0)).isEqualTo(7);
        SctpReconfigParameters.writeResponse(b, 0, 5, SctpReconfigParameters.DENIED);
        assertThat(SctpReconfigParameters.hasTsns(b, 0)).isFalse();
        assertThat(SctpReconfigParameters.result(b, 0)).isEqualTo(2);
        assertThatIllegalArgumentException().isThrownBy(() -> new SctpParameter.ReconfigResponse(1, 2, 3, -1));
    }

    @Test
    void theCauseInsideAnErrorIndicationIsRead() {
        SctpParameter parameter = read("c003 0010 00000003 00a2 0008 c0060008");
        assertThat(parameter)
                .isEqualTo(new SctpParameter.ErrorIndication(
                        3, List.of(new SctpCause.Opaque(SctpCauses.DELETE_SOURCE_ADDRESS, Octets.ofHex("c0060008")))));
    }

    private static Malformed checkCause(String hex) {
        byte[] b = Octets.ofHex(hex).toArray();
        return SctpCauses.check(b, 0, b.length);
    }

    @Test
    void everyTruncationOfEveryCauseIsCalledSo() {
        var generated = new SctpGenerated(4895);
        for (int i = 0; i < 1_000; i++) {
            SctpCause cause = generated.cause();
            byte[] b = new byte[cause.length()];
            assertThat(cause.write(b, 0)).isEqualTo(b.length);
            for (int length = 0; length < b.length; length++) {
                assertThat(SctpCauses.check(b, 0, length)).as(cause.toString()).isEqualTo(Malformed.TRUNCATED);
            }
            assertThat(SctpCauses.check(b, 0, b.length)).as(cause.toString()).isEqualTo(Malformed.NONE);
            assertThat(SctpCause.parse(b, 0, b.length)).containsExactly(cause);
        }
    }

    @Test
    @Rfc(value = 9260, section = "3.3.10")
    void lengthsThatTheCauseDoesNotAllowAreRefused() {
        for (String wrong : List.of(
                "0001 0006 0001",
                "0003 000c 0000000000000000",
                "0009 0004",
                "0002 0004",
                "0002 0009 0000000100",
                "0002 000a 00000002 0007",
                "0002 000a ffffffff 0007",
                "0105 0008 00030000")) {
            assertThat(checkCause(wrong)).as(wrong).isEqualTo(Malformed.BAD_OPTION);
        }
        assertThat(checkCause("0002 000a 00000001 0007")).isEqualTo(Malformed.NONE);
        assertThat(checkCause("0004 0003")).isEqualTo(Malformed.BAD_HEADER_LENGTH);
    }

    @Test
    void theCauseWritersMakeWhatTheReadersRead() {
        byte[] b = new byte[64];
        int end = SctpCauses.writeInvalidStream(b, 0, 513);
        assertThat(SctpCauses.identifier(b, 0)).isEqualTo(513);
        int missing = end;
        end = SctpChunks.pad(b, 0, SctpCauses.writeMissing(b, missing, SctpParameters.STATE_COOKIE));
        assertThat(SctpCauses.missing(b, missing)).isEqualTo(1);
        assertThat(SctpCauses.missingType(b, missing, 0)).isEqualTo(SctpParameters.STATE_COOKIE);
        int word = end;
        end = SctpCauses.writeWord(b, word, SctpCauses.NO_USER_DATA, -9);
        assertThat(SctpCauses.word(b, word)).isEqualTo(-9);
        end = SctpCauses.writeBare(b, end, SctpCauses.OUT_OF_RESOURCE);
        end = SctpCauses.writeOctets(b, end, SctpCauses.USER_ABORT, new byte[] {1, 2, 3, 4}, 1, 4);
        end = SctpCauses.writeUnsupportedHmac(b, SctpChunks.pad(b, 0, end), 2);
        assertThat(Octets.of(b, 0, end))
                .isEqualTo(Octets.ofHex("0001 0008 0201 0000  0002 000a 00000001 0007 0000  0009 0008 fffffff7"
                        + "0004 0004  000c 0007 020304 00  0105 0006 0002"));
        assertThat(SctpCauses.has(b, 0, end, SctpCauses.USER_ABORT)).isTrue();
        assertThat(SctpCauses.has(b, 0, end, SctpCauses.PROTOCOL_VIOLATION)).isFalse();
    }

    @Test
    void aCauseIsFoundBehindABadOneButNotBehindTheEndOfTheWalk() {
        byte[] b = Octets.ofHex("0001 0004 000c 0004").toArray();
        assertThat(SctpCauses.has(b, 0, 8, SctpCauses.USER_ABORT)).isTrue();
        Bytes.put16(b, 2, 0);
        assertThat(SctpCauses.has(b, 0, 8, SctpCauses.USER_ABORT)).isFalse();
    }
}
