package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// Whatever the octets are: SCTP's gates decide, what passes a gate can be read wholly, and nothing throws.
class SctpAnyOctetsTest {
    private static final int ROUNDS = 20_000;
    private final Crc32c crc = new Crc32c();

    /// Reads everything that the octets could be; the result only keeps the reading from being optimised away.
    private long readAll(byte[] b, int at, int end) {
        long seen = readChunks(b, at, end) + readParameters(b, at, end) + readCauses(b, at, end);
        if (SctpHeader.check(b, at, end) == Malformed.NONE) {
            SctpPacket packet = SctpPacket.parse(b, at, end);
            seen += packet.toString().length() + (SctpHeader.checksumOk(b, at, end, crc) ? 1 : 0);
            byte[] again = packet.emit();
            assertThat(SctpPacket.parse(again, 0, again.length)).isEqualTo(packet);
            seen += readChunks(b, at + SctpHeader.LENGTH, end);
        }
        return seen;
    }

    private long readChunks(byte[] b, int first, int end) {
        long seen = SctpChunk.parse(b, first, end).toString().length();
        int at = first;
        while (at < end) {
            Malformed fault = SctpChunks.check(b, at, end);
            if (fault == Malformed.TRUNCATED || fault == Malformed.BAD_HEADER_LENGTH) {
                break;
            }
            assertThat(SctpChunks.valueEnd(b, at)).isLessThanOrEqualTo(end);
            if (fault == Malformed.NONE) {
                seen += readChunk(b, at);
            }
            int next = SctpChunks.next(b, at, end);
            assertThat(next).isGreaterThan(at).isLessThanOrEqualTo(end);
            at = next;
        }
        return seen;
    }

    private long readChunk(byte[] b, int at) {
        int end = SctpChunks.valueEnd(b, at);
        long seen = SctpChunks.flags(b, at);
        switch (SctpChunks.type(b, at)) {
            case SctpChunks.DATA -> seen += SctpDataHeader.tsn(b, at) + SctpDataHeader.ppid(b, at);
            case SctpChunks.I_DATA -> seen += SctpDataHeader.mid(b, at) + SctpDataHeader.ppidOrFsn(b, at);
            case SctpChunks.INIT, SctpChunks.INIT_ACK -> seen += SctpInitHeader.initialTsn(b, at);
            case SctpChunks.SACK -> {
                for (int i = 0; i < SctpSackHeader.gaps(b, at); i++) {
                    seen += SctpSackHeader.gapStart(b, at, i) + SctpSackHeader.gapEnd(b, at, i);
                }
                for (int i = 0; i < SctpSackHeader.duplicates(b, at); i++) {
                    assertThat(at + 16 + 4 * (SctpSackHeader.gaps(b, at) + i) + 4)
                            .isLessThanOrEqualTo(end);
                    seen += SctpSackHeader.duplicate(b, at, i);
                }
            }
            case SctpChunks.FORWARD_TSN -> {
                for (int i = 0; i < SctpForwardTsnHeader.streams(b, at); i++) {
                    seen += SctpForwardTsnHeader.ssn(b, at, i);
                }
            }
            case SctpChunks.I_FORWARD_TSN -> {
                for (int i = 0; i < SctpForwardTsnHeader.streams(b, at); i++) {
                    seen += SctpForwardTsnHeader.iMid(b, at, i);
                }
            }
            case SctpChunks.AUTH -> {
                assertThat(SctpAuthHeader.hmacLength(b, at)).isNotNegative();
                seen += SctpAuthHeader.hmacId(b, at);
            }
            case SctpChunks.SHUTDOWN, SctpChunks.ECNE, SctpChunks.CWR -> seen += SctpChunks.tsn(b, at);
            case SctpChunks.ABORT, SctpChunks.ERROR -> seen += readCauses(b, SctpChunks.variableAt(b, at), end);
            default -> {
                assertThat(SctpChunks.variableAt(b, at)).isLessThanOrEqualTo(end);
                seen += readParameters(b, SctpChunks.variableAt(b, at), end);
            }
        }
        return seen;
    }

    private long readParameters(byte[] b, int first, int end) {
        long seen = SctpParameter.parse(b, first, end).toString().length();
        seen += SctpParameters.checkAll(b, first, end).ordinal();
        int at = first;
        while (at < end) {
            Malformed fault = SctpParameters.check(b, at, end);
            if (fault == Malformed.TRUNCATED || fault == Malformed.BAD_HEADER_LENGTH) {
                break;
            }
            if (fault == Malformed.NONE) {
                seen += readParameter(b, at);
            }
            at = SctpParameters.next(b, at, end);
        }
        return seen;
    }

    private long readParameter(byte[] b, int at) {
        return switch (SctpParameters.type(b, at)) {
            case SctpParameters.IPV4, SctpParameters.IPV6 ->
                SctpParameters.addressHigh(b, at) + SctpParameters.addressLow(b, at);
            case SctpParameters.ADD_ADDRESS, SctpParameters.DELETE_ADDRESS, SctpParameters.SET_PRIMARY ->
                SctpParameters.word(b, at) + SctpParameters.addressLow(b, SctpParameters.addressAt(at));
            case SctpParameters.ADDRESS_TYPES, SctpParameters.HMAC_ALGORITHMS -> {
                long seen = 0;
                for (int i = 0; i < SctpParameters.numbers(b, at); i++) {
                    seen += SctpParameters.number(b, at, i);
                }
                yield seen;
            }
            case SctpParameters.ERROR_INDICATION ->
                readCauses(b, SctpParameters.causesAt(at), SctpParameters.valueEnd(b, at));
            case SctpReconfigParameters.OUTGOING_RESET, SctpReconfigParameters.INCOMING_RESET -> {
                long seen = SctpReconfigParameters.sequence(b, at);
                for (int i = 0; i < SctpReconfigParameters.streams(b, at); i++) {
                    seen += SctpReconfigParameters.stream(b, at, i);
                }
                yield seen;
            }
            case SctpReconfigParameters.RESPONSE ->
                SctpReconfigParameters.hasTsns(b, at)
                        ? SctpReconfigParameters.receiverNextTsn(b, at)
                        : SctpReconfigParameters.result(b, at);
            default -> SctpParameters.lists(b, at, 7) ? 1 : 0;
        };
    }

    private long readCauses(byte[] b, int first, int end) {
        long seen = SctpCause.parse(b, first, end).toString().length();
        seen += SctpCauses.has(b, first, end, SctpCauses.USER_ABORT) ? 1 : 0;
        int at = first;
        while (at < end) {
            Malformed fault = SctpCauses.check(b, at, end);
            if (fault == Malformed.TRUNCATED || fault == Malformed.BAD_HEADER_LENGTH) {
                break;
            }
            if (fault == Malformed.NONE && SctpCauses.code(b, at) == SctpCauses.MISSING_PARAMETER) {
                for (int i = 0; i < SctpCauses.missing(b, at); i++) {
                    seen += SctpCauses.missingType(b, at, i);
                }
            }
            at = SctpCauses.next(b, at, end);
        }
        return seen;
    }

    private void round(long seed, Function<SctpGenerated, byte[]> make) {
        var generated = new SctpGenerated(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] b = make.apply(generated);
            // Octets around the packet must be of no influence, and the end of the array no protection.
            int at = generated.below(2) * generated.below(9);
            int end = at + b.length;
            byte[] around = generated.bytes(end + generated.below(2) * 8);
            System.arraycopy(b, 0, around, at, b.length);
            try {
                readAll(around, at, end);
            } catch (RuntimeException | AssertionError e) {
                fail("seed " + seed + " round " + i + ": " + Octets.of(b), e);
            }
        }
    }

    @Test
    void randomOctetsNeverThrow() {
        round(1, generated -> generated.bytes(generated.below(100)));
    }

    @Test
    void randomOctetsWithLikelyTypesAndLengthsNeverThrow() {
        round(2, generated -> {
            byte[] b = generated.bytes(4 * (1 + generated.below(20)));
            for (int at = 0; at < b.length; at += 4 * (1 + generated.below(5))) {
                boolean parameter = generated.below(2) == 0;
                b[at] = (byte) (parameter ? new int[] {0, 0, 1, 0x80, 0xc0}[generated.below(5)] : generated.below(16));
                b[at + 1] = (byte) generated.below(20);
                Bytes.put16(b, at + 2, generated.below(48));
            }
            return b;
        });
    }

    @Test
    void mutatedPacketsNeverThrow() {
        round(3, generated -> {
            byte[] b = generated.packet().emit();
            for (int count = generated.below(6); count > 0; count--) {
                b[generated.below(b.length)] = (byte) (generated.below(4) == 0 ? 0xff : generated.below(256));
            }
            return b;
        });
    }

    @Test
    void truncatedPacketsNeverThrow() {
        round(4, generated -> {
            byte[] b = generated.packet().emit();
            return Arrays.copyOf(b, generated.below(b.length + 1));
        });
    }
}
