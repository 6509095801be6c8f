package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;

/// One parameter of an SCTP chunk as a value for tests and tools; engines use [SctpParameters]. `toString` is its
/// part of the one-line notation.
///
/// What does not have the form of its type is kept as [Opaque], what is no parameter as [Malformed]. Padding and
/// reserved fields are not kept.
public sealed interface SctpParameter {
    /// The parameter type; −1 for octets that are not a parameter.
    int type();

    /// Octets on the wire without padding.
    int length();

    /// Writes the parameter without padding.
    ///
    /// @return the offset after it
    int write(byte[] b, int at);

    /// Reads the parameters in `at` … `end`, which must lie in the array. Never throws on what they contain.
    static List<SctpParameter> parse(byte[] b, int at, int end) {
        List<SctpParameter> parameters = new ArrayList<>();
        for (int next = at; next < end; next = SctpParameters.next(b, next, end)) {
            if (SctpParameters.checkFrame(b, next, end) != io.towpath.wire.Malformed.NONE) {
                parameters.add(new Malformed(Octets.of(b, next, end)));
                break;
            }
            parameters.add(SctpParameterReader.one(b, next));
        }
        return List.copyOf(parameters);
    }

    /// Octets of parameters one after the other, the last one without padding.
    static int length(List<? extends SctpParameter> parameters) {
        int length = 0;
        for (SctpParameter parameter : parameters) {
            length = SctpChunks.padded(length) + parameter.length();
        }
        return length;
    }

    /// Writes parameters one after the other, the last one without padding.
    ///
    /// @return the offset after them
    static int write(List<? extends SctpParameter> parameters, byte[] b, int at) {
        int next = at;
        for (SctpParameter parameter : parameters) {
            next = parameter.write(b, SctpChunks.pad(b, at, next));
        }
        return next;
    }

    /// A state cookie.
    static SctpParameter stateCookie(byte... cookie) {
        return new Opaque(SctpParameters.STATE_COOKIE, Octets.of(cookie));
    }

    /// Heartbeat information.
    static SctpParameter heartbeatInfo(byte... info) {
        return new Opaque(SctpParameters.HEARTBEAT_INFO, Octets.of(info));
    }

    /// Supported extensions.
    static SctpParameter supportedExtensions(int... chunkTypes) {
        List<Integer> types = new ArrayList<>();
        for (int chunkType : chunkTypes) {
            types.add(chunkType);
        }
        return new ChunkTypes(SctpParameters.SUPPORTED_EXTENSIONS, types);
    }

    /// A parameter without a value.
    ///
    /// @param type [SctpParameters#ECN_CAPABLE] or [SctpParameters#FORWARD_TSN_SUPPORTED]
    record Bare(int type) implements SctpParameter {
        @Override
        public int length() {
            return SctpParameters.HEAD;
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpParameters.writeBare(b, at, type);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// A parameter whose value is one word.
    ///
    /// @param type [SctpParameters#COOKIE_PRESERVATIVE], [SctpParameters#ZERO_CHECKSUM],
    ///     [SctpParameters#ADAPTATION], [SctpParameters#SUCCESS_INDICATION] or
    ///     [SctpReconfigParameters#SSN_TSN_RESET]
    /// @param value 0 … 2^32 − 1
    record Word(int type, long value) implements SctpParameter {
        @Override
        public int length() {
            return 8;
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpParameters.writeWord(b, at, type, (int) value);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// An IPv4 or IPv6 address.
    ///
    /// @param address tells the type
    record Address(IpAddress address) implements SctpParameter {
        @Override
        public int type() {
            return address.isIp4() ? SctpParameters.IPV4 : SctpParameters.IPV6;
        }

        @Override
        public int length() {
            return SctpParameters.HEAD + address.byteLength();
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpParameters.writeAddress(b, at, address.high(), address.low());
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// A list of 16-bit numbers.
    ///
    /// @param type [SctpParameters#ADDRESS_TYPES] or [SctpParameters#HMAC_ALGORITHMS]
    /// @param numbers address types or HMAC identifiers, 0 … 65535 each
    record Numbers(int type, List<Integer> numbers) implements SctpParameter {
        /// Takes a copy of the list.
        public Numbers {
            numbers = List.copyOf(numbers);
        }

        @Override
        public int length() {
            return SctpParameters.HEAD + 2 * numbers.size();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpParameters.writeHead(b, at, type, length());
            for (int number : numbers) {
                Bytes.put16(b, next, number);
                next += 2;
            }
            return next;
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// A list of chunk types.
    ///
    /// @param type [SctpParameters#SUPPORTED_EXTENSIONS] or [SctpParameters#CHUNK_LIST]
    /// @param chunkTypes 0 … 255 each
    record ChunkTypes(int type, List<Integer> chunkTypes) implements SctpParameter {
        /// Takes a copy of the list.
        public ChunkTypes {
            chunkTypes = List.copyOf(chunkTypes);
        }

        @Override
        public int length() {
            return SctpParameters.HEAD + chunkTypes.size();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpParameters.writeHead(b, at, type, length());
            for (int chunkType : chunkTypes) {
                Bytes.put8(b, next++, chunkType);
            }
            return next;
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// A change of addresses, in an ASCONF chunk.
    ///
    /// @param type [SctpParameters#ADD_ADDRESS], [SctpParameters#DELETE_ADDRESS] or [SctpParameters#SET_PRIMARY]
    /// @param correlation echoed in the answer, 0 … 2^32 − 1
    /// @param address the address
    record AddressChange(int type, long correlation, IpAddress address) implements SctpParameter {
        @Override
        public int length() {
            return 8 + SctpParameters.HEAD + address.byteLength();
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpParameters.writeAddressChange(b, at, type, (int) correlation, address.high(), address.low());
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// What was wrong with a change of addresses, in an ASCONF-ACK chunk.
    ///
    /// @param correlation of the change, 0 … 2^32 − 1
    /// @param causes why it was not done
    record ErrorIndication(long correlation, List<SctpCause> causes) implements SctpParameter {
        /// Takes a copy of the list.
        public ErrorIndication {
            causes = List.copyOf(causes);
        }

        @Override
        public int type() {
            return SctpParameters.ERROR_INDICATION;
        }

        @Override
        public int length() {
            return 8 + SctpCause.length(causes);
        }

        @Override
        public int write(byte[] b, int at) {
            SctpParameters.writeWord(b, at, type(), (int) correlation);
            SctpParameters.writeHead(b, at, type(), length());
            return SctpCause.write(causes, b, SctpParameters.causesAt(at));
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Request to reset outgoing streams.
    ///
    /// @param sequence of the request, 0 … 2^32 − 1
    /// @param responseSequence of the incoming request that it answers, 0 … 2^32 − 1
    /// @param lastTsn the last TSN assigned, 0 … 2^32 − 1
    /// @param streams all of them if empty
    record OutgoingReset(long sequence, long responseSequence, long lastTsn, List<Integer> streams)
            implements SctpParameter {
        /// Takes a copy of the list.
        public OutgoingReset {
            streams = List.copyOf(streams);
        }

        @Override
        public int type() {
            return SctpReconfigParameters.OUTGOING_RESET;
        }

        @Override
        public int length() {
            return 16 + 2 * streams.size();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpReconfigParameters.writeOutgoingReset(
                    b, at, (int) sequence, (int) responseSequence, (int) lastTsn, streams.size());
            for (int stream : streams) {
                next = SctpReconfigParameters.writeStream(b, next, stream);
            }
            return next;
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Request to reset the peer's outgoing streams.
    ///
    /// @param sequence of the request, 0 … 2^32 − 1
    /// @param streams all of them if empty
    record IncomingReset(long sequence, List<Integer> streams) implements SctpParameter {
        /// Takes a copy of the list.
        public IncomingReset {
            streams = List.copyOf(streams);
        }

        @Override
        public int type() {
            return SctpReconfigParameters.INCOMING_RESET;
        }

        @Override
        public int length() {
            return 8 + 2 * streams.size();
        }

        @Override
        public int write(byte[] b, int at) {
            int next = SctpReconfigParameters.writeIncomingReset(b, at, (int) sequence, streams.size());
            for (int stream : streams) {
                next = SctpReconfigParameters.writeStream(b, next, stream);
            }
            return next;
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// The answer to a re-configuration request.
    ///
    /// @param sequence of the request, 0 … 2^32 − 1
    /// @param result such as [SctpReconfigParameters#PERFORMED], 0 … 2^32 − 1
    /// @param senderNextTsn the next TSN of this answer's sender; −1 if the answer has no TSNs
    /// @param receiverNextTsn the next TSN for this answer's receiver; −1 if the answer has no TSNs
    record ReconfigResponse(long sequence, long result, long senderNextTsn, long receiverNextTsn)
            implements SctpParameter {
        /// Checks that there are both TSNs or none.
        ///
        /// @throws IllegalArgumentException if there is one
        public ReconfigResponse {
            if ((senderNextTsn < 0) != (receiverNextTsn < 0)) {
                throw new IllegalArgumentException("a re-configuration response has both TSNs or none");
            }
        }

        /// An answer without TSNs.
        public ReconfigResponse(long sequence, long result) {
            this(sequence, result, -1, -1);
        }

        @Override
        public int type() {
            return SctpReconfigParameters.RESPONSE;
        }

        @Override
        public int length() {
            return senderNextTsn < 0 ? 12 : 20;
        }

        @Override
        public int write(byte[] b, int at) {
            return senderNextTsn < 0
                    ? SctpReconfigParameters.writeResponse(b, at, (int) sequence, (int) result)
                    : SctpReconfigParameters.writeResponse(
                            b, at, (int) sequence, (int) result, (int) senderNextTsn, (int) receiverNextTsn);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// Request for more streams.
    ///
    /// @param type [SctpReconfigParameters#ADD_OUTGOING] or [SctpReconfigParameters#ADD_INCOMING]
    /// @param sequence of the request, 0 … 2^32 − 1
    /// @param newStreams how many, 0 … 65535
    record AddStreams(int type, long sequence, int newStreams) implements SctpParameter {
        @Override
        public int length() {
            return 12;
        }

        @Override
        public int write(byte[] b, int at) {
            return SctpReconfigParameters.writeAddStreams(b, at, type, (int) sequence, newStreams);
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// A parameter that is kept as octets: cookies, heartbeat information, random numbers, host names, padding,
    /// unrecognized parameters, and types without a name here.
    ///
    /// @param type the parameter type
    /// @param value what follows the length
    record Opaque(int type, Octets value) implements SctpParameter {
        @Override
        public int length() {
            return SctpParameters.HEAD + value.length();
        }

        @Override
        public int write(byte[] b, int at) {
            return value.write(b, SctpParameters.writeHead(b, at, type, length()));
        }

        @Override
        public String toString() {
            return SctpText.of(this);
        }
    }

    /// The rest of the parameters from where a length is impossible.
    ///
    /// @param rest the octets
    record Malformed(Octets rest) implements SctpParameter {
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
