package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;

/// One chunk of an SCTP packet as a value for tests and tools; engines use [SctpChunks]. `toString` is its part of
/// the one-line notation, as packetdrill scripts have it: `DATA[flgs=BE, len=1016, tsn=1, sid=0, ssn=0, ppid=0]`.
///
/// What does not have the form of its type is kept as [Opaque], what is no chunk as [Malformed]. Padding and
/// reserved fields are not kept; the flags are, all eight.
public sealed interface SctpChunk {
    /// The chunk type, 0 … 255; −1 for octets that are not a chunk.
    int type();

    /// Octets on the wire without padding.
    int length();

    /// Writes the chunk without padding.
    ///
    /// @return the offset after it
    int write(byte[] b, int at);

    /// Reads the chunks in `at` … `end`, which must lie in the array. Never throws on what they contain.
    static List<SctpChunk> parse(byte[] b, int at, int end) {
        List<SctpChunk> chunks = new ArrayList<>();
        for (int next = at; next < end; next = SctpChunks.next(b, next, end)) {
            var fault = SctpChunks.check(b, next, end);
            if (fault == io.towpath.wire.Malformed.TRUNCATED || fault == io.towpath.wire.Malformed.BAD_HEADER_LENGTH) {
                chunks.add(new Malformed(Octets.of(b, next, end)));
                break;
            }
            chunks.add(SctpChunkReader.one(b, next, fault));
        }
        return List.copyOf(chunks);
    }

    /// The octets of chunks one after the other, each padded to a multiple of four.
    ///
    /// @throws IllegalArgumentException if one is longer than its length field can say
    static byte[] emit(List<? extends SctpChunk> chunks) {
        int length = 0;
        for (SctpChunk chunk : chunks) {
            if (chunk.length() > SctpChunks.LENGTH_MAX) {
                throw new IllegalArgumentException("too long for one SCTP chunk: " + chunk.length() + " octets");
            }
            length = SctpChunks.padded(length) + chunk.length();
        }
        boolean whole = chunks.isEmpty() || !(chunks.getLast() instanceof Malformed);
        byte[] b = new byte[whole ? SctpChunks.padded(length) : length];
        int next = 0;
        for (SctpChunk chunk : chunks) {
            next = chunk.write(b, SctpChunks.padded(next));
        }
        return b;
    }

    /// Payload data.
    ///
    /// @param flags any of [SctpDataHeader#E], [SctpDataHeader#B], [SctpDataHeader#U], [SctpDataHeader#I]
    /// @param tsn 0 … 2^32 − 1
    /// @param streamId 0 … 65535
    /// @param ssn the stream sequence number, 0 … 65535
    /// @param ppid the payload protocol identifier, 0 … 2^32 − 1
    /// @param data of the user
    record Data(int flags, long tsn, int streamId, int ssn, long ppid, Octets data) implements SctpChunk {
        @Override
        public int type() {
            return SctpChunks.DATA;
        }

        @Override
        public int length() {
            return SctpDataHeader.LENGTH + data.length();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpDataHeader.write(b, at, flags, (int) tsn, streamId, ssn, (int) ppid, data.length());
            return data.write(b, next);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Payload data of interleaved messages (RFC 8260).
    ///
    /// @param flags any of [SctpDataHeader#E], [SctpDataHeader#B], [SctpDataHeader#U], [SctpDataHeader#I]
    /// @param tsn 0 … 2^32 − 1
    /// @param streamId 0 … 65535
    /// @param mid the message identifier, 0 … 2^32 − 1
    /// @param ppidOrFsn the payload protocol identifier of a first fragment, else the fragment sequence number
    /// @param data of the user
    record IData(int flags, long tsn, int streamId, long mid, long ppidOrFsn, Octets data) implements SctpChunk {
        @Override
        public int type() {
            return SctpChunks.I_DATA;
        }

        @Override
        public int length() {
            return SctpDataHeader.I_LENGTH + data.length();
        }

        @Override
        public int write(byte[] b, int at) {
            int next =
                    SctpDataHeader.writeI(b, at, flags, (int) tsn, streamId, (int) mid, (int) ppidOrFsn, data.length());
            return data.write(b, next);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Initiation and its acknowledgement.
    ///
    /// @param type [SctpChunks#INIT] or [SctpChunks#INIT_ACK]
    /// @param flags 0 … 255
    /// @param tag the initiate tag, 0 … 2^32 − 1
    /// @param rwnd octets, 0 … 2^32 − 1
    /// @param outboundStreams 0 … 65535
    /// @param inboundStreams 0 … 65535
    /// @param tsn the initial TSN, 0 … 2^32 − 1
    /// @param parameters in their order
    record Init(
            int type,
            int flags,
            long tag,
            long rwnd,
            int outboundStreams,
            int inboundStreams,
            long tsn,
            List<SctpParameter> parameters)
            implements SctpChunk {
        /// Takes a copy of the list.
        public Init {
            parameters = List.copyOf(parameters);
        }

        @Override
        public int length() {
            return SctpInitHeader.LENGTH + SctpParameter.length(parameters);
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpInitHeader.write(b, at, type, (int) tag, rwnd, outboundStreams, inboundStreams, (int) tsn);
            SctpChunks.writeHead(b, at, type, flags, length());
            return SctpParameter.write(parameters, b, next);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Selective acknowledgement.
    ///
    /// @param flags 0 … 255
    /// @param cumulativeTsn 0 … 2^32 − 1
    /// @param rwnd octets, 0 … 2^32 − 1
    /// @param gaps received beyond the cumulative TSN
    /// @param duplicates TSNs received more than once
    record Sack(int flags, long cumulativeTsn, long rwnd, List<Gap> gaps, List<Long> duplicates) implements SctpChunk {
        /// Takes a copy of the lists.
        public Sack {
            gaps = List.copyOf(gaps);
            duplicates = List.copyOf(duplicates);
        }

        /// TSNs that were received, as offsets from the cumulative TSN.
        ///
        /// @param start the first, 0 … 65535
        /// @param end the last, 0 … 65535
        public record Gap(int start, int end) {
            @Override
            public String toString() {
                return start + ":" + end;
            }
        }

        @Override
        public int type() {
            return SctpChunks.SACK;
        }

        @Override
        public int length() {
            return SctpSackHeader.LENGTH + 4 * (gaps.size() + duplicates.size());
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpSackHeader.write(b, at, (int) cumulativeTsn, rwnd, gaps.size(), duplicates.size());
            SctpChunks.writeHead(b, at, type(), flags, length());
            for (Gap gap : gaps) {
                next = SctpSackHeader.writeGap(b, next, gap.start, gap.end);
            }
            for (long tsn : duplicates) {
                next = SctpSackHeader.writeDuplicate(b, next, (int) tsn);
            }
            return next;
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Forward cumulative TSN (RFC 3758).
    ///
    /// @param flags 0 … 255
    /// @param cumulativeTsn the new one, 0 … 2^32 − 1
    /// @param streams with skipped messages
    record ForwardTsn(int flags, long cumulativeTsn, List<Skipped> streams) implements SctpChunk {
        /// Takes a copy of the list.
        public ForwardTsn {
            streams = List.copyOf(streams);
        }

        /// A stream with skipped messages.
        ///
        /// @param streamId 0 … 65535
        /// @param ssn the largest skipped stream sequence number, 0 … 65535
        public record Skipped(int streamId, int ssn) {
            @Override
            public String toString() {
                return "{" + streamId + "," + ssn + "}";
            }
        }

        @Override
        public int type() {
            return SctpChunks.FORWARD_TSN;
        }

        @Override
        public int length() {
            return SctpForwardTsnHeader.LENGTH + SctpForwardTsnHeader.STREAM_LENGTH * streams.size();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpForwardTsnHeader.write(b, at, type(), (int) cumulativeTsn);
            SctpChunks.writeHead(b, at, type(), flags, length());
            for (Skipped stream : streams) {
                next = SctpForwardTsnHeader.writeStream(b, next, stream.streamId, stream.ssn);
            }
            return next;
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Forward cumulative TSN of interleaved messages (RFC 8260).
    ///
    /// @param flags 0 … 255
    /// @param cumulativeTsn the new one, 0 … 2^32 − 1
    /// @param streams with skipped messages
    record IForwardTsn(int flags, long cumulativeTsn, List<Skipped> streams) implements SctpChunk {
        /// Takes a copy of the list.
        public IForwardTsn {
            streams = List.copyOf(streams);
        }

        /// A stream with skipped messages.
        ///
        /// @param streamId 0 … 65535
        /// @param unordered whether they are unordered ones
        /// @param mid the largest skipped message identifier, 0 … 2^32 − 1
        public record Skipped(int streamId, boolean unordered, long mid) {
            @Override
            public String toString() {
                return "{" + streamId + "," + (unordered ? 1 : 0) + "," + mid + "}";
            }
        }

        @Override
        public int type() {
            return SctpChunks.I_FORWARD_TSN;
        }

        @Override
        public int length() {
            return SctpForwardTsnHeader.LENGTH + SctpForwardTsnHeader.I_STREAM_LENGTH * streams.size();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpForwardTsnHeader.write(b, at, type(), (int) cumulativeTsn);
            SctpChunks.writeHead(b, at, type(), flags, length());
            for (Skipped stream : streams) {
                next = SctpForwardTsnHeader.writeIStream(b, next, stream.streamId, stream.unordered, (int) stream.mid);
            }
            return next;
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Abort and operation error.
    ///
    /// @param type [SctpChunks#ABORT] or [SctpChunks#ERROR]
    /// @param flags 0 or [SctpChunks#T]
    /// @param causes in their order
    record Failure(int type, int flags, List<SctpCause> causes) implements SctpChunk {
        /// Takes a copy of the list.
        public Failure {
            causes = List.copyOf(causes);
        }

        @Override
        public int length() {
            return SctpChunks.HEAD + SctpCause.length(causes);
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpCause.write(causes, b, SctpChunks.writeHead(b, at, type, flags, length()));
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Chunks that are nothing but parameters.
    ///
    /// @param type [SctpChunks#HEARTBEAT], [SctpChunks#HEARTBEAT_ACK] or [SctpChunks#RECONFIG]
    /// @param flags 0 … 255
    /// @param parameters in their order
    record Parameters(int type, int flags, List<SctpParameter> parameters) implements SctpChunk {
        /// Takes a copy of the list.
        public Parameters {
            parameters = List.copyOf(parameters);
        }

        @Override
        public int length() {
            return SctpChunks.HEAD + SctpParameter.length(parameters);
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpParameter.write(parameters, b, SctpChunks.writeHead(b, at, type, flags, length()));
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Address configuration change and its acknowledgement (RFC 5061). A change begins with the address by which
    /// its receiver finds the association.
    ///
    /// @param type [SctpChunks#ASCONF] or [SctpChunks#ASCONF_ACK]
    /// @param flags 0 … 255
    /// @param serial 0 … 2^32 − 1
    /// @param parameters in their order
    record AddressConfiguration(int type, int flags, long serial, List<SctpParameter> parameters) implements SctpChunk {
        /// Takes a copy of the list.
        public AddressConfiguration {
            parameters = List.copyOf(parameters);
        }

        @Override
        public int length() {
            return 8 + SctpParameter.length(parameters);
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpChunks.writeWord(b, at, type, flags, (int) serial);
            SctpChunks.writeHead(b, at, type, flags, length());
            return SctpParameter.write(parameters, b, next);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Chunks whose value is one TSN.
    ///
    /// @param type [SctpChunks#SHUTDOWN], [SctpChunks#ECNE] or [SctpChunks#CWR]
    /// @param flags 0 … 255
    /// @param tsn the cumulative TSN ack or the lowest TSN, 0 … 2^32 − 1
    record Tsn(int type, int flags, long tsn) implements SctpChunk {
        @Override
        public int length() {
            return 8;
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpChunks.writeWord(b, at, type, flags, (int) tsn);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Chunks without a value.
    ///
    /// @param type [SctpChunks#SHUTDOWN_ACK], [SctpChunks#COOKIE_ACK] or [SctpChunks#SHUTDOWN_COMPLETE]
    /// @param flags 0 or [SctpChunks#T]
    record Bare(int type, int flags) implements SctpChunk {
        @Override
        public int length() {
            return SctpChunks.HEAD;
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpChunks.writeHead(b, at, type, flags, SctpChunks.HEAD);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Authentication (RFC 4895).
    ///
    /// @param flags 0 … 255
    /// @param keyId the shared key identifier, 0 … 65535
    /// @param hmacId such as [SctpAuthHeader#SHA_256], 0 … 65535
    /// @param hmac the code
    record Auth(int flags, int keyId, int hmacId, Octets hmac) implements SctpChunk {
        @Override
        public int type() {
            return SctpChunks.AUTH;
        }

        @Override
        public int length() {
            return SctpAuthHeader.LENGTH + hmac.length();
        }

        @Override
        public int write(byte[] b, int at) {
            SctpAuthHeader.write(b, at, keyId, hmacId, hmac.length());
            SctpChunks.writeHead(b, at, type(), flags, length());
            return hmac.write(b, at + SctpAuthHeader.LENGTH);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// A chunk that is kept as octets: COOKIE ECHO, PAD, and types without a name here.
    ///
    /// @param type the chunk type, 0 … 255
    /// @param flags 0 … 255
    /// @param value what follows the length
    record Opaque(int type, int flags, Octets value) implements SctpChunk {
        @Override
        public int length() {
            return SctpChunks.HEAD + value.length();
        }

        @Override
        public int write(byte[] b, int at) {
            return value.write(b, SctpChunks.writeHead(b, at, type, flags, length()));
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// The rest of the packet from where a length is impossible.
    ///
    /// @param rest the octets
    record Malformed(Octets rest) implements SctpChunk {
        @Override
        public int type() {
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
