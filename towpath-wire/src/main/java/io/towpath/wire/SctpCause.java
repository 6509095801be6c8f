package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;

/// One error cause of an ABORT or ERROR chunk as a value for tests and tools; engines use [SctpCauses]. `toString`
/// is its part of the one-line notation.
///
/// What does not have the form of its code is kept as [Opaque], what is no cause as [Malformed]. Padding and
/// reserved fields are not kept.
public sealed interface SctpCause {
    /// The cause code; −1 for octets that are not a cause.
    int code();

    /// Octets on the wire without padding.
    int length();

    /// Writes the cause without padding.
    ///
    /// @return the offset after it
    int write(byte[] b, int at);

    /// Reads the causes in `at` … `end`, which must lie in the array. Never throws on what they contain.
    static List<SctpCause> parse(byte[] b, int at, int end) {
        List<SctpCause> causes = new ArrayList<>();
        for (int next = at; next < end; next = SctpCauses.next(b, next, end)) {
            if (SctpParameters.checkFrame(b, next, end) != io.towpath.wire.Malformed.NONE) {
                causes.add(new Malformed(Octets.of(b, next, end)));
                break;
            }
            causes.add(one(b, next));
        }
        return List.copyOf(causes);
    }

    private static SctpCause one(byte[] b, int at) {
        int code = SctpCauses.code(b, at);
        int end = SctpCauses.valueEnd(b, at);
        SctpCause opaque = new Opaque(code, Octets.of(b, at + SctpCauses.HEAD, end));
        if (SctpCauses.check(b, at, end) != io.towpath.wire.Malformed.NONE) {
            return opaque;
        }
        return switch (code) {
            case SctpCauses.INVALID_STREAM -> new InvalidStream(SctpCauses.identifier(b, at));
            case SctpCauses.MISSING_PARAMETER -> {
                List<Integer> types = new ArrayList<>();
                for (int i = 0; i < SctpCauses.missing(b, at); i++) {
                    types.add(SctpCauses.missingType(b, at, i));
                }
                yield new MissingParameters(types);
            }
            case SctpCauses.STALE_COOKIE, SctpCauses.NO_USER_DATA ->
                new Word(code, SctpCauses.word(b, at) & 0xffff_ffffL);
            case SctpCauses.UNSUPPORTED_HMAC -> new UnsupportedHmac(SctpCauses.identifier(b, at));
            default -> opaque;
        };
    }

    /// Octets of causes one after the other, the last one without padding.
    static int length(List<? extends SctpCause> causes) {
        int length = 0;
        for (SctpCause cause : causes) {
            length = SctpChunks.padded(length) + cause.length();
        }
        return length;
    }

    /// Writes causes one after the other, the last one without padding.
    ///
    /// @return the offset after them
    static int write(List<? extends SctpCause> causes, byte[] b, int at) {
        int next = at;
        for (SctpCause cause : causes) {
            next = cause.write(b, SctpChunks.pad(b, at, next));
        }
        return next;
    }

    /// DATA came on a stream that does not exist.
    ///
    /// @param stream 0 … 65535
    record InvalidStream(int stream) implements SctpCause {
        @Override
        public int code() {
            return SctpCauses.INVALID_STREAM;
        }

        @Override
        public int length() {
            return 8;
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpCauses.writeInvalidStream(b, at, stream);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// INIT or INIT ACK came without parameters that it must have.
    ///
    /// @param types the parameter types
    record MissingParameters(List<Integer> types) implements SctpCause {
        /// Takes a copy of the list.
        public MissingParameters {
            types = List.copyOf(types);
        }

        @Override
        public int code() {
            return SctpCauses.MISSING_PARAMETER;
        }

        @Override
        public int length() {
            return 8 + 2 * types.size();
        }

        @Override
        public int write(byte[] b, int at) {
            SctpCauses.writeWord(b, at, code(), types.size());
            SctpParameters.writeHead(b, at, code(), length());
            int next = at + 8;
            for (int type : types) {
                Bytes.put16(b, next, type);
                next += 2;
            }
            return next;
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// A cause whose information is one word.
    ///
    /// @param code [SctpCauses#STALE_COOKIE] or [SctpCauses#NO_USER_DATA]
    /// @param value microseconds past the lifetime, or the TSN; 0 … 2^32 − 1
    record Word(int code, long value) implements SctpCause {
        @Override
        public int length() {
            return 8;
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpCauses.writeWord(b, at, code, (int) value);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// An AUTH chunk came with an HMAC identifier that was not offered.
    ///
    /// @param hmacId 0 … 65535
    record UnsupportedHmac(int hmacId) implements SctpCause {
        @Override
        public int code() {
            return SctpCauses.UNSUPPORTED_HMAC;
        }

        @Override
        public int length() {
            return 6;
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpCauses.writeUnsupportedHmac(b, at, hmacId);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// A cause whose information is kept as octets: none, a reason, a chunk, parameters; and codes without a name
    /// here.
    ///
    /// @param code the cause code
    /// @param information what follows the length
    record Opaque(int code, Octets information) implements SctpCause {
        @Override
        public int length() {
            return SctpCauses.HEAD + information.length();
        }

        @Override
        public int write(byte[] b, int at) {
            return information.write(b, SctpParameters.writeHead(b, at, code, length()));
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// The rest of the causes from where a length is impossible.
    ///
    /// @param rest the octets
    record Malformed(Octets rest) implements SctpCause {
        @Override
        public int code() {
            return -1;
        }

        @Override
        public int length() {
            return rest.length();
        }

        @Override
        public int write(byte[] b, int at) {
            return rest.write(b, at);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }
}
