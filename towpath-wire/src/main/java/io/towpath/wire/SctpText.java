package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;

/// The notation of SCTP's chunks, parameters and causes, as packetdrill scripts have it. For people, so it
/// allocates.
///
/// Octets are listed up to sixteen, more are `...`. A chunk or parameter that another one quotes is shown to a
/// depth of a few, because a packet may quote within quotes as deep as it is long.
final class SctpText {
    private static final int DEPTH_MAX = 3;
    private static final int OCTETS_MAX = 16;

    private final long tsnBase;
    private final long acknowledgmentBase;

    /// TSNs are shown relative to these.
    SctpText(long tsnBase, long acknowledgmentBase) {
        this.tsnBase = tsnBase;
        this.acknowledgmentBase = acknowledgmentBase;
    }

    static String of(SctpChunk chunk) {
        return new SctpText(0, 0).chunk(chunk, 0);
    }

    static String of(SctpParameter parameter) {
        return parameter(parameter, 0);
    }

    static String of(SctpCause cause) {
        return cause(cause, 0);
    }

    String packet(List<SctpChunk> chunks) {
        var text = new StringBuilder("sctp:");
        char after = ' ';
        for (SctpChunk chunk : chunks) {
            text.append(after == ';' ? "; " : " ").append(chunk(chunk, 0));
            after = ';';
        }
        return text.toString();
    }

    private String chunk(SctpChunk chunk, int depth) {
        return switch (chunk) {
            case SctpChunk.Data c ->
                "DATA[flgs=" + dataFlags(c.flags()) + ", len=" + c.length() + ", tsn=" + sent(c.tsn()) + ", sid="
                        + c.streamId() + ", ssn=" + c.ssn() + ", ppid=" + c.ppid() + "]";
            case SctpChunk.IData c ->
                "I_DATA[flgs=" + dataFlags(c.flags()) + ", len=" + c.length() + ", tsn=" + sent(c.tsn()) + ", sid="
                        + c.streamId() + ", mid=" + c.mid()
                        + ((c.flags() & SctpDataHeader.B) != 0 ? ", ppid=" : ", fsn=") + c.ppidOrFsn() + "]";
            case SctpChunk.Init c ->
                SctpChunks.name(c.type()) + "[flgs=" + flags(c.flags()) + ", tag=" + c.tag() + ", a_rwnd=" + c.rwnd()
                        + ", os=" + c.outboundStreams() + ", is=" + c.inboundStreams() + ", tsn=" + sent(c.tsn())
                        + more(parameters(c.parameters(), depth)) + "]";
            case SctpChunk.Sack c -> sack(c);
            case SctpChunk.ForwardTsn c ->
                "FORWARD_TSN[" + flagsIfAny(c.flags()) + "cum_tsn=" + sent(c.cumulativeTsn()) + ", ids="
                        + list(c.streams()) + "]";
            case SctpChunk.IForwardTsn c ->
                "I_FORWARD_TSN[" + flagsIfAny(c.flags()) + "cum_tsn=" + sent(c.cumulativeTsn()) + ", ids="
                        + list(c.streams()) + "]";
            case SctpChunk.Failure c ->
                SctpChunks.name(c.type()) + "[flgs=" + abortFlags(c.type(), c.flags()) + more(causes(c.causes(), depth))
                        + "]";
            case SctpChunk.Parameters c ->
                SctpChunks.name(c.type()) + "[flgs=" + flags(c.flags()) + more(parameters(c.parameters(), depth)) + "]";
            case SctpChunk.AddressConfiguration c ->
                SctpChunks.name(c.type()) + "[flgs=" + flags(c.flags()) + ", serial=" + c.serial()
                        + more(parameters(c.parameters(), depth)) + "]";
            case SctpChunk.Tsn c -> tsn(c);
            case SctpChunk.Bare c -> SctpChunks.name(c.type()) + "[flgs=" + abortFlags(c.type(), c.flags()) + "]";
            case SctpChunk.Auth c ->
                "AUTH[flgs=" + flags(c.flags()) + ", key=" + c.keyId() + ", hmac=" + c.hmacId() + ", val="
                        + octets(c.hmac()) + "]";
            case SctpChunk.Opaque c -> opaque(c);
            case SctpChunk.Malformed c -> "malformed " + c.rest();
        };
    }

    private String sack(SctpChunk.Sack c) {
        List<Long> duplicates = new ArrayList<>();
        for (long duplicate : c.duplicates()) {
            duplicates.add(received(duplicate));
        }
        return "SACK[flgs=" + flags(c.flags()) + ", cum_tsn=" + received(c.cumulativeTsn()) + ", a_rwnd=" + c.rwnd()
                + ", gaps=" + list(c.gaps()) + ", dups=" + list(duplicates) + "]";
    }

    private String tsn(SctpChunk.Tsn c) {
        String what = c.type() == SctpChunks.SHUTDOWN ? ", cum_tsn=" : ", tsn=";
        long shown = c.type() == SctpChunks.CWR ? sent(c.tsn()) : received(c.tsn());
        return SctpChunks.name(c.type()) + "[flgs=" + flags(c.flags()) + what + shown + "]";
    }

    private static String opaque(SctpChunk.Opaque c) {
        boolean named = c.type() == SctpChunks.COOKIE_ECHO || c.type() == SctpChunks.PAD;
        String head = named ? SctpChunks.name(c.type()) + "[" : String.format("CHUNK[type=0x%02x, ", c.type());
        return head + "flgs=" + flags(c.flags()) + ", len=" + c.length() + ", val=" + octets(c.value()) + "]";
    }

    private long sent(long tsn) {
        return tsn - tsnBase & 0xffff_ffffL;
    }

    private long received(long tsn) {
        return tsn - acknowledgmentBase & 0xffff_ffffL;
    }

    private static List<String> parameters(List<SctpParameter> parameters, int depth) {
        List<String> texts = new ArrayList<>();
        for (SctpParameter parameter : parameters) {
            texts.add(parameter(parameter, depth));
        }
        return texts;
    }

    private static List<String> causes(List<SctpCause> causes, int depth) {
        List<String> texts = new ArrayList<>();
        for (SctpCause cause : causes) {
            texts.add(cause(cause, depth));
        }
        return texts;
    }

    private static String parameter(SctpParameter parameter, int depth) {
        return switch (parameter) {
            case SctpParameter.Bare p -> parameterName(p.type()) + "[]";
            case SctpParameter.Word p -> parameterName(p.type()) + "[" + wordName(p.type()) + "=" + p.value() + "]";
            case SctpParameter.Address p -> parameterName(p.type()) + "[addr=" + p.address() + "]";
            case SctpParameter.Numbers p -> parameterName(p.type()) + "[types=" + list(numbers(p)) + "]";
            case SctpParameter.ChunkTypes p -> parameterName(p.type()) + "[types=" + list(names(p)) + "]";
            case SctpParameter.AddressChange p ->
                parameterName(p.type()) + "[corr=" + p.correlation() + ", addr=" + p.address() + "]";
            case SctpParameter.ErrorIndication p ->
                "ERROR_CAUSE_INDICATION[corr=" + p.correlation() + more(causes(p.causes(), depth)) + "]";
            case SctpParameter.OutgoingReset p ->
                "OUTGOING_SSN_RESET[req_sn=" + p.sequence() + ", resp_sn=" + p.responseSequence() + ", last_tsn="
                        + p.lastTsn() + ", sids=" + list(p.streams()) + "]";
            case SctpParameter.IncomingReset p ->
                "INCOMING_SSN_RESET[req_sn=" + p.sequence() + ", sids=" + list(p.streams()) + "]";
            case SctpParameter.ReconfigResponse p ->
                "RECONFIG_RESPONSE[resp_sn=" + p.sequence() + ", result=" + p.result()
                        + (p.senderNextTsn() < 0
                                ? "]"
                                : ", sender_next_tsn=" + p.senderNextTsn() + ", receiver_next_tsn="
                                        + p.receiverNextTsn() + "]");
            case SctpParameter.AddStreams p ->
                parameterName(p.type()) + "[req_sn=" + p.sequence() + ", number_of_new_streams=" + p.newStreams() + "]";
            case SctpParameter.Opaque p -> opaque(p, depth);
            case SctpParameter.Malformed p -> "malformed " + p.rest();
        };
    }

    private static String opaque(SctpParameter.Opaque p, int depth) {
        byte[] value = p.value().raw();
        return switch (p.type()) {
            case SctpParameters.HEARTBEAT_INFO,
                    SctpParameters.STATE_COOKIE,
                    SctpParameters.RANDOM,
                    SctpParameters.PADDING ->
                parameterName(p.type()) + "[len=" + p.length() + ", val=" + octets(p.value()) + "]";
            case SctpParameters.HOST_NAME -> "HOSTNAME_ADDRESS[addr=" + quoted(p.value()) + "]";
            case SctpParameters.UNRECOGNIZED -> "UNRECOGNIZED_PARAMETER[params=" + quotedParameters(value, depth) + "]";
            default -> String.format("PARAMETER[type=0x%04x, len=%d, val=%s]", p.type(), p.length(), octets(p.value()));
        };
    }

    private static String cause(SctpCause cause, int depth) {
        return switch (cause) {
            case SctpCause.InvalidStream c -> "INVALID_STREAM_IDENTIFIER[sid=" + c.stream() + "]";
            case SctpCause.MissingParameters c -> {
                List<String> names = new ArrayList<>();
                for (int type : c.types()) {
                    names.add(parameterName(type));
                }
                yield "MISSING_MANDATORY_PARAMETER[types=" + list(names) + "]";
            }
            case SctpCause.Word c ->
                c.code() == SctpCauses.STALE_COOKIE
                        ? "STALE_COOKIE_ERROR[staleness=" + c.value() + "]"
                        : "NO_USER_DATA[tsn=" + c.value() + "]";
            case SctpCause.UnsupportedHmac c -> "UNSUPPORTED_HMAC_IDENTIFIER[hmac=" + c.hmacId() + "]";
            case SctpCause.Opaque c -> opaque(c, depth);
            case SctpCause.Malformed c -> "malformed " + c.rest();
        };
    }

    private static String opaque(SctpCause.Opaque c, int depth) {
        byte[] b = c.information().raw();
        return switch (c.code()) {
            case SctpCauses.OUT_OF_RESOURCE -> "OUT_OF_RESOURCE[" + infoIfAny(c) + "]";
            case SctpCauses.UNRESOLVABLE_ADDRESS -> "UNRESOLVABLE_ADDRESS[param=" + quotedParameter(b, depth) + "]";
            case SctpCauses.UNRECOGNIZED_CHUNK -> "UNRECOGNIZED_CHUNK_TYPE[chk=" + quotedChunk(b, depth) + "]";
            case SctpCauses.INVALID_MANDATORY_PARAMETER -> "INVALID_MANDATORY_PARAMETER[" + infoIfAny(c) + "]";
            case SctpCauses.UNRECOGNIZED_PARAMETERS ->
                "UNRECOGNIZED_PARAMETERS[params=" + quotedParameters(b, depth) + "]";
            case SctpCauses.COOKIE_WHILE_SHUTTING_DOWN -> "COOKIE_RECEIVED_WHILE_SHUTTING_DOWN[" + infoIfAny(c) + "]";
            case SctpCauses.RESTART_WITH_NEW_ADDRESSES ->
                "RESTART_WITH_NEW_ADDRESSES[params=" + quotedParameters(b, depth) + "]";
            case SctpCauses.USER_ABORT -> "USER_INITIATED_ABORT[info=" + quoted(c.information()) + "]";
            case SctpCauses.PROTOCOL_VIOLATION -> "PROTOCOL_VIOLATION[info=" + quoted(c.information()) + "]";
            case SctpCauses.DELETE_LAST_ADDRESS -> "DELETE_LAST_ADDRESS[params=" + quotedParameters(b, depth) + "]";
            case SctpCauses.RESOURCE_SHORTAGE -> "RESOURCE_SHORTAGE[params=" + quotedParameters(b, depth) + "]";
            case SctpCauses.DELETE_SOURCE_ADDRESS -> "DELETE_SOURCE_ADDRESS[params=" + quotedParameters(b, depth) + "]";
            case SctpCauses.ILLEGAL_ASCONF_ACK -> "ILLEGAL_ASCONF_ACK[" + infoIfAny(c) + "]";
            case SctpCauses.NO_AUTHORIZATION -> "NO_AUTHORIZATION[params=" + quotedParameters(b, depth) + "]";
            default ->
                String.format("CAUSE[code=0x%04x, len=%d, info=%s]", c.code(), c.length(), octets(c.information()));
        };
    }

    private static String quotedChunk(byte[] b, int depth) {
        List<SctpChunk> chunks = depth < DEPTH_MAX ? SctpChunk.parse(b, 0, b.length) : List.of();
        return chunks.isEmpty() ? "..." : new SctpText(0, 0).chunk(chunks.getFirst(), depth + 1);
    }

    private static String quotedParameter(byte[] b, int depth) {
        List<SctpParameter> parameters = depth < DEPTH_MAX ? SctpParameter.parse(b, 0, b.length) : List.of();
        return parameters.isEmpty() ? "..." : parameter(parameters.getFirst(), depth + 1);
    }

    private static String quotedParameters(byte[] b, int depth) {
        return depth < DEPTH_MAX ? list(parameters(SctpParameter.parse(b, 0, b.length), depth + 1)) : "...";
    }

    private static String infoIfAny(SctpCause.Opaque c) {
        return c.information().isEmpty() ? "" : "info=" + octets(c.information());
    }

    private static List<String> numbers(SctpParameter.Numbers p) {
        List<String> names = new ArrayList<>();
        for (int number : p.numbers()) {
            names.add(
                    p.type() == SctpParameters.HMAC_ALGORITHMS
                            ? Integer.toString(number)
                            : switch (number) {
                                case SctpParameters.IPV4 -> "IPv4";
                                case SctpParameters.IPV6 -> "IPv6";
                                case SctpParameters.HOST_NAME -> "HOSTNAME";
                                default -> Integer.toString(number);
                            });
        }
        return names;
    }

    private static List<String> names(SctpParameter.ChunkTypes p) {
        List<String> names = new ArrayList<>();
        for (int type : p.chunkTypes()) {
            names.add(SctpChunks.name(type));
        }
        return names;
    }

    private static String wordName(int type) {
        return switch (type) {
            case SctpParameters.COOKIE_PRESERVATIVE -> "incr";
            case SctpParameters.ZERO_CHECKSUM -> "edmid";
            case SctpParameters.ADAPTATION -> "adaptation_code_point";
            case SctpReconfigParameters.SSN_TSN_RESET -> "req_sn";
            default -> "corr";
        };
    }

    private static String parameterName(int type) {
        return switch (type) {
            case SctpParameters.HEARTBEAT_INFO -> "HEARTBEAT_INFORMATION";
            case SctpParameters.IPV4 -> "IPV4_ADDRESS";
            case SctpParameters.IPV6 -> "IPV6_ADDRESS";
            case SctpParameters.STATE_COOKIE -> "STATE_COOKIE";
            case SctpParameters.UNRECOGNIZED -> "UNRECOGNIZED_PARAMETER";
            case SctpParameters.COOKIE_PRESERVATIVE -> "COOKIE_PRESERVATIVE";
            case SctpParameters.HOST_NAME -> "HOSTNAME_ADDRESS";
            case SctpParameters.ADDRESS_TYPES -> "SUPPORTED_ADDRESS_TYPES";
            case SctpReconfigParameters.SSN_TSN_RESET -> "SSN_TSN_RESET";
            case SctpReconfigParameters.ADD_OUTGOING -> "ADD_OUTGOING_STREAMS";
            case SctpReconfigParameters.ADD_INCOMING -> "ADD_INCOMING_STREAMS";
            case SctpParameters.ECN_CAPABLE -> "ECN_CAPABLE";
            case SctpParameters.ZERO_CHECKSUM -> "ZERO_CHECKSUM_ACCEPTABLE";
            case SctpParameters.RANDOM -> "RANDOM";
            case SctpParameters.CHUNK_LIST -> "CHUNK_LIST";
            case SctpParameters.HMAC_ALGORITHMS -> "REQUESTED_HMAC_ALGORITHM";
            case SctpParameters.PADDING -> "PAD";
            case SctpParameters.SUPPORTED_EXTENSIONS -> "SUPPORTED_EXTENSIONS";
            case SctpParameters.FORWARD_TSN_SUPPORTED -> "FORWARD_TSN_SUPPORTED";
            case SctpParameters.ADD_ADDRESS -> "ADD_IP_ADDRESS";
            case SctpParameters.DELETE_ADDRESS -> "DELETE_IP_ADDRESS";
            case SctpParameters.SET_PRIMARY -> "SET_PRIMARY_ADDRESS";
            case SctpParameters.SUCCESS_INDICATION -> "SUCCESS_INDICATION";
            case SctpParameters.ADAPTATION -> "ADAPTATION_INDICATION";
            default -> String.format("0x%04x", type);
        };
    }

    private static String dataFlags(int flags) {
        return letters(flags, "EBUI");
    }

    private static String abortFlags(int type, int flags) {
        return type == SctpChunks.ABORT || type == SctpChunks.SHUTDOWN_COMPLETE ? letters(flags, "T") : flags(flags);
    }

    /// The letters of the flags, the highest bit first; a number if one has none.
    private static String letters(int flags, String names) {
        if (flags == 0 || flags >>> names.length() != 0) {
            return flags(flags);
        }
        var text = new StringBuilder(names.length());
        for (int bit = names.length() - 1; bit >= 0; bit--) {
            if ((flags & 1 << bit) != 0) {
                text.append(names.charAt(bit));
            }
        }
        return text.toString();
    }

    private static String flags(int flags) {
        return flags == 0 ? "0" : String.format("0x%02x", flags);
    }

    private static String flagsIfAny(int flags) {
        return flags == 0 ? "" : "flgs=" + flags(flags) + ", ";
    }

    private static String octets(Octets octets) {
        if (octets.length() > OCTETS_MAX) {
            return "...";
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < octets.length(); i++) {
            texts.add(String.format("0x%02x", octets.at(i)));
        }
        return list(texts);
    }

    /// Printable ASCII in quotes, without the zeros that end a host name; else the octets.
    private static String quoted(Octets octets) {
        int length = octets.length();
        while (length > 0 && octets.at(length - 1) == 0) {
            length--;
        }
        var text = new StringBuilder(length + 2).append('"');
        for (int i = 0; i < length; i++) {
            int c = octets.at(i);
            if (c < ' ' || c > '~' || c == '"') {
                return octets(octets);
            }
            text.append((char) c);
        }
        return text.append('"').toString();
    }

    private static String more(List<String> texts) {
        return texts.isEmpty() ? "" : ", " + String.join(", ", texts);
    }

    private static String list(List<?> items) {
        var text = new StringBuilder("[");
        for (Object item : items) {
            text.append(text.length() == 1 ? "" : ", ").append(item);
        }
        return text.append(']').toString();
    }
}
