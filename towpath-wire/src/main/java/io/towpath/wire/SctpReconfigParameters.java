package io.towpath.wire;

/// The parameters of RE-CONFIG chunks in place (RFC 6525 §4), behind [SctpParameters#check].
///
/// ```text
///                        4             8             12          16
/// outgoing SSN reset   | request no. | response no.| last TSN  | streams, 16 bits each
/// incoming SSN reset   | request no. | streams, 16 bits each
/// SSN/TSN reset        | request no.
/// response             | response no.| result      | sender's next TSN | receiver's next TSN (both or none)
/// add streams          | request no. | count, reserved
/// ```
///
/// No stream in a reset means all of them.
public final class SctpReconfigParameters {
    /// Outgoing SSN reset request, RFC 6525 §4.1.
    public static final int OUTGOING_RESET = 13;
    /// Incoming SSN reset request, RFC 6525 §4.2.
    public static final int INCOMING_RESET = 14;
    /// SSN/TSN reset request, RFC 6525 §4.3.
    public static final int SSN_TSN_RESET = 15;
    /// Re-configuration response, RFC 6525 §4.4.
    public static final int RESPONSE = 16;
    /// Add outgoing streams request, RFC 6525 §4.5.
    public static final int ADD_OUTGOING = 17;
    /// Add incoming streams request, RFC 6525 §4.6.
    public static final int ADD_INCOMING = 18;

    /// Result: success, nothing to do.
    public static final int NOTHING_TO_DO = 0;
    /// Result: success, performed.
    public static final int PERFORMED = 1;
    /// Result: denied.
    public static final int DENIED = 2;
    /// Result: error, wrong SSN.
    public static final int WRONG_SSN = 3;
    /// Result: error, a request is already in progress.
    public static final int ALREADY_IN_PROGRESS = 4;
    /// Result: error, bad sequence number.
    public static final int BAD_SEQUENCE = 5;
    /// Result: in progress.
    public static final int IN_PROGRESS = 6;

    private static final int OUTGOING_LENGTH = 16;
    private static final int RESPONSE_LENGTH = 12;
    private static final int RESPONSE_LENGTH_TSN = 20;

    private SctpReconfigParameters() {}

    /// Whether a parameter of this type, if it is one of these, may have this length.
    static boolean fits(int type, int length) {
        return switch (type) {
            case OUTGOING_RESET -> length >= OUTGOING_LENGTH && (length & 1) == 0;
            case INCOMING_RESET -> length >= 8 && (length & 1) == 0;
            case SSN_TSN_RESET -> length == 8;
            case RESPONSE -> length == RESPONSE_LENGTH || length == RESPONSE_LENGTH_TSN;
            case ADD_OUTGOING, ADD_INCOMING -> length == 12;
            default -> true;
        };
    }

    /// The request sequence number, or in a response that of the request it answers; 32 bits.
    public static int sequence(byte[] b, int at) {
        return Bytes.i32(b, at + 4);
    }

    /// Outgoing reset: the response sequence number, of the incoming reset request that it answers.
    public static int responseSequence(byte[] b, int at) {
        return Bytes.i32(b, at + 8);
    }

    /// Outgoing reset: the last TSN that the sender assigned.
    public static int lastTsn(byte[] b, int at) {
        return Bytes.i32(b, at + 12);
    }

    /// Outgoing and incoming reset: number of streams listed, 0 if all are meant.
    public static int streams(byte[] b, int at) {
        return (SctpParameters.length(b, at) - streamsAt(b, at)) >>> 1;
    }

    /// Outgoing and incoming reset: stream `index`, 0 … 65535.
    public static int stream(byte[] b, int at, int index) {
        return Bytes.u16(b, at + streamsAt(b, at) + 2 * index);
    }

    private static int streamsAt(byte[] b, int at) {
        return SctpParameters.type(b, at) == OUTGOING_RESET ? OUTGOING_LENGTH : 8;
    }

    /// Response: the result, such as [#PERFORMED].
    public static int result(byte[] b, int at) {
        return Bytes.i32(b, at + 8);
    }

    /// Response: whether the two TSNs are there.
    public static boolean hasTsns(byte[] b, int at) {
        return SctpParameters.length(b, at) == RESPONSE_LENGTH_TSN;
    }

    /// Response with TSNs: the next TSN of the response's sender.
    public static int senderNextTsn(byte[] b, int at) {
        return Bytes.i32(b, at + 12);
    }

    /// Response with TSNs: the next TSN that the response's receiver is to use.
    public static int receiverNextTsn(byte[] b, int at) {
        return Bytes.i32(b, at + 16);
    }

    /// Add streams: how many, 0 … 65535.
    public static int newStreams(byte[] b, int at) {
        return Bytes.u16(b, at + 8);
    }

    /// Writes an outgoing SSN reset request before its streams.
    ///
    /// @param streams how many follow by [#writeStream]
    /// @return the offset after it
    public static int writeOutgoingReset(
            byte[] b, int at, int sequence, int responseSequence, int lastTsn, int streams) {
        SctpParameters.writeHead(b, at, OUTGOING_RESET, OUTGOING_LENGTH + 2 * streams);
        Bytes.put32(b, at + 4, sequence);
        Bytes.put32(b, at + 8, responseSequence);
        Bytes.put32(b, at + 12, lastTsn);
        return at + OUTGOING_LENGTH;
    }

    /// Writes an incoming SSN reset request before its streams.
    ///
    /// @param streams how many follow by [#writeStream]
    /// @return the offset after it
    public static int writeIncomingReset(byte[] b, int at, int sequence, int streams) {
        SctpParameters.writeHead(b, at, INCOMING_RESET, 8 + 2 * streams);
        Bytes.put32(b, at + 4, sequence);
        return at + 8;
    }

    /// Writes one stream of a reset request.
    ///
    /// @return the offset after it, not padded
    public static int writeStream(byte[] b, int at, int stream) {
        Bytes.put16(b, at, stream);
        return at + 2;
    }

    /// Writes an SSN/TSN reset request.
    ///
    /// @return the offset after it
    public static int writeSsnTsnReset(byte[] b, int at, int sequence) {
        return SctpParameters.writeWord(b, at, SSN_TSN_RESET, sequence);
    }

    /// Writes a response without TSNs.
    ///
    /// @return the offset after it
    public static int writeResponse(byte[] b, int at, int sequence, int result) {
        SctpParameters.writeHead(b, at, RESPONSE, RESPONSE_LENGTH);
        Bytes.put32(b, at + 4, sequence);
        Bytes.put32(b, at + 8, result);
        return at + RESPONSE_LENGTH;
    }

    /// Writes a response with TSNs, as to an SSN/TSN reset request.
    ///
    /// @return the offset after it
    public static int writeResponse(
            byte[] b, int at, int sequence, int result, int senderNextTsn, int receiverNextTsn) {
        writeResponse(b, at, sequence, result);
        SctpParameters.writeHead(b, at, RESPONSE, RESPONSE_LENGTH_TSN);
        Bytes.put32(b, at + 12, senderNextTsn);
        Bytes.put32(b, at + 16, receiverNextTsn);
        return at + RESPONSE_LENGTH_TSN;
    }

    /// Writes an add streams request.
    ///
    /// @param type [#ADD_OUTGOING] or [#ADD_INCOMING]
    /// @return the offset after it
    public static int writeAddStreams(byte[] b, int at, int type, int sequence, int newStreams) {
        SctpParameters.writeHead(b, at, type, 12);
        Bytes.put32(b, at + 4, sequence);
        Bytes.put32(b, at + 8, newStreams << 16);
        return at + 12;
    }
}
