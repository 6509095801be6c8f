package io.towpath.drill.sctp;

import static io.towpath.drill.sctp.Form.Kind.ACKNOWLEDGED;
import static io.towpath.drill.sctp.Form.Kind.PLAIN;
import static io.towpath.drill.sctp.Form.Kind.SENT;
import static io.towpath.drill.sctp.Form.Kind.TAG;

import io.towpath.drill.sctp.Form.Field;
import io.towpath.drill.sctp.Form.Kind;
import io.towpath.drill.sctp.Form.Tail;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.SctpReconfigParameters;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The forms of all chunks, parameters and error causes that scripts have names for.
final class Forms {
    private static final int NR_SACK = 0x10;

    /// Chunks.
    static final Forms CHUNKS = new Forms(
            "CHUNK",
            form(SctpChunks.DATA, "DATA", "EBUI", Tail.DATA, null, sent("tsn"), half("sid"), half("ssn"), word("ppid")),
            form(
                    SctpChunks.I_DATA,
                    "I_DATA",
                    "EBUI",
                    Tail.DATA,
                    null,
                    sent("tsn"),
                    half("sid"),
                    half(""),
                    word("mid"),
                    word("ppid|fsn")),
            init(SctpChunks.INIT, "INIT"),
            init(SctpChunks.INIT_ACK, "INIT_ACK"),
            form(SctpChunks.SACK, "SACK", "", Tail.SACK, null, acknowledged("cum_tsn"), word("a_rwnd")),
            form(NR_SACK, "NR_SACK", "", Tail.NR_SACK, null, acknowledged("cum_tsn"), word("a_rwnd")),
            form(SctpChunks.HEARTBEAT, "HEARTBEAT", "", Tail.PARAMETERS, null),
            form(SctpChunks.HEARTBEAT_ACK, "HEARTBEAT_ACK", "", Tail.PARAMETERS, null),
            form(SctpChunks.ABORT, "ABORT", "T", Tail.CAUSES, null),
            form(SctpChunks.ERROR, "ERROR", "", Tail.CAUSES, null),
            form(SctpChunks.SHUTDOWN, "SHUTDOWN", "", Tail.NONE, null, acknowledged("cum_tsn")),
            form(SctpChunks.SHUTDOWN_ACK, "SHUTDOWN_ACK", "", Tail.NONE, null),
            form(SctpChunks.SHUTDOWN_COMPLETE, "SHUTDOWN_COMPLETE", "T", Tail.NONE, null),
            form(SctpChunks.COOKIE_ECHO, "COOKIE_ECHO", "", Tail.OCTETS, "val"),
            form(SctpChunks.COOKIE_ACK, "COOKIE_ACK", "", Tail.NONE, null),
            form(SctpChunks.ECNE, "ECNE", "", Tail.NONE, null, acknowledged("tsn")),
            form(SctpChunks.CWR, "CWR", "", Tail.NONE, null, sent("tsn")),
            form(SctpChunks.AUTH, "AUTH", "", Tail.OCTETS, "val", half("key"), half("hmac")),
            form(SctpChunks.PAD, "PAD", "", Tail.OCTETS, "val"),
            form(SctpChunks.FORWARD_TSN, "FORWARD_TSN", "", Tail.STREAMS, "ids", sent("cum_tsn")),
            form(SctpChunks.I_FORWARD_TSN, "I_FORWARD_TSN", "", Tail.MESSAGES, "ids", sent("cum_tsn")),
            form(SctpChunks.RECONFIG, "RECONFIG", "", Tail.PARAMETERS, null),
            form(SctpChunks.ASCONF, "ASCONF", "", Tail.PARAMETERS, null, sent("serial")),
            form(SctpChunks.ASCONF_ACK, "ASCONF_ACK", "", Tail.PARAMETERS, null, acknowledged("serial")),
            form(-1, "CHUNK", "", Tail.OCTETS, "val"));

    /// Parameters.
    static final Forms PARAMETERS = new Forms(
            "PARAMETER",
            form(SctpParameters.HEARTBEAT_INFO, "HEARTBEAT_INFORMATION", "", Tail.OCTETS, "val"),
            form(SctpParameters.IPV4, "IPV4_ADDRESS", "", Tail.ADDRESS, "addr"),
            form(SctpParameters.IPV6, "IPV6_ADDRESS", "", Tail.ADDRESS, "addr"),
            form(SctpParameters.STATE_COOKIE, "STATE_COOKIE", "", Tail.OCTETS, "val"),
            form(SctpParameters.UNRECOGNIZED, "UNRECOGNIZED_PARAMETER", "", Tail.PARAMETER_LIST, "params"),
            form(SctpParameters.COOKIE_PRESERVATIVE, "COOKIE_PRESERVATIVE", "", Tail.NONE, null, word("incr")),
            form(SctpParameters.HOST_NAME, "HOSTNAME_ADDRESS", "", Tail.TEXT, "addr"),
            form(SctpParameters.ADDRESS_TYPES, "SUPPORTED_ADDRESS_TYPES", "", Tail.WORDS, "types"),
            form(SctpParameters.ECN_CAPABLE, "ECN_CAPABLE", "", Tail.NONE, null),
            form(SctpParameters.ZERO_CHECKSUM, "ZERO_CHECKSUM_ACCEPTABLE", "", Tail.NONE, null, word("edmid")),
            form(SctpParameters.RANDOM, "RANDOM", "", Tail.OCTETS, "val"),
            form(SctpParameters.CHUNK_LIST, "CHUNK_LIST", "", Tail.CHUNK_TYPES, "types"),
            form(SctpParameters.HMAC_ALGORITHMS, "REQUESTED_HMAC_ALGORITHM", "", Tail.WORDS, "types"),
            form(SctpParameters.PADDING, "PAD", "", Tail.OCTETS, "val"),
            form(SctpParameters.SUPPORTED_EXTENSIONS, "SUPPORTED_EXTENSIONS", "", Tail.CHUNK_TYPES, "types"),
            form(SctpParameters.FORWARD_TSN_SUPPORTED, "FORWARD_TSN_SUPPORTED", "", Tail.NONE, null),
            form(SctpParameters.ADD_ADDRESS, "ADD_IP_ADDRESS", "", Tail.PARAMETER, "addr", word("corr")),
            form(SctpParameters.DELETE_ADDRESS, "DELETE_IP_ADDRESS", "", Tail.PARAMETER, "addr", word("corr")),
            form(SctpParameters.ERROR_INDICATION, "ERROR_CAUSE_INDICATION", "", Tail.CAUSES, null, word("corr")),
            form(SctpParameters.SET_PRIMARY, "SET_PRIMARY_ADDRESS", "", Tail.PARAMETER, "addr", word("corr")),
            form(SctpParameters.SUCCESS_INDICATION, "SUCCESS_INDICATION", "", Tail.NONE, null, word("corr")),
            form(
                    SctpParameters.ADAPTATION,
                    "ADAPTATION_INDICATION",
                    "",
                    Tail.NONE,
                    null,
                    word("adaptation_code_point")),
            form(
                    SctpReconfigParameters.OUTGOING_RESET,
                    "OUTGOING_SSN_RESET",
                    "",
                    Tail.WORDS,
                    "sids",
                    sent("req_sn"),
                    acknowledged("resp_sn"),
                    sent("last_tsn")),
            form(SctpReconfigParameters.INCOMING_RESET, "INCOMING_SSN_RESET", "", Tail.WORDS, "sids", sent("req_sn")),
            form(SctpReconfigParameters.SSN_TSN_RESET, "SSN_TSN_RESET", "", Tail.NONE, null, sent("req_sn")),
            form(
                    SctpReconfigParameters.RESPONSE,
                    "RECONFIG_RESPONSE",
                    "",
                    Tail.NONE,
                    null,
                    acknowledged("resp_sn"),
                    word("result"),
                    new Field("sender_next_tsn?", 4, SENT),
                    new Field("receiver_next_tsn?", 4, ACKNOWLEDGED)),
            addStreams(SctpReconfigParameters.ADD_OUTGOING, "ADD_OUTGOING_STREAMS"),
            addStreams(SctpReconfigParameters.ADD_INCOMING, "ADD_INCOMING_STREAMS"),
            form(-1, "PARAMETER", "", Tail.OCTETS, "val"));

    /// Error causes.
    static final Forms CAUSES = new Forms(
            "CAUSE",
            form(SctpCauses.INVALID_STREAM, "INVALID_STREAM_IDENTIFIER", "", Tail.NONE, null, half("sid"), half("")),
            form(SctpCauses.MISSING_PARAMETER, "MISSING_MANDATORY_PARAMETER", "", Tail.PARAMETER_TYPES, "types"),
            form(SctpCauses.STALE_COOKIE, "STALE_COOKIE_ERROR", "", Tail.NONE, null, word("staleness")),
            form(SctpCauses.OUT_OF_RESOURCE, "OUT_OF_RESOURCES", "", Tail.NONE, null),
            form(SctpCauses.OUT_OF_RESOURCE, "OUT_OF_RESOURCE", "", Tail.NONE, null),
            form(SctpCauses.UNRESOLVABLE_ADDRESS, "UNRESOLVABLE_ADDRESS", "", Tail.PARAMETER, "param"),
            form(SctpCauses.UNRECOGNIZED_CHUNK, "UNRECOGNIZED_CHUNK_TYPE", "", Tail.CHUNK, "chk"),
            form(SctpCauses.INVALID_MANDATORY_PARAMETER, "INVALID_MANDATORY_PARAMETER", "", Tail.NONE, null),
            form(SctpCauses.UNRECOGNIZED_PARAMETERS, "UNRECOGNIZED_PARAMETERS", "", Tail.PARAMETER_LIST, "params"),
            form(SctpCauses.NO_USER_DATA, "NO_USER_DATA", "", Tail.NONE, null, acknowledged("tsn")),
            form(SctpCauses.COOKIE_WHILE_SHUTTING_DOWN, "COOKIE_RECEIVED_WHILE_SHUTDOWN", "", Tail.NONE, null),
            form(SctpCauses.COOKIE_WHILE_SHUTTING_DOWN, "COOKIE_RECEIVED_WHILE_SHUTTING_DOWN", "", Tail.NONE, null),
            form(SctpCauses.RESTART_WITH_NEW_ADDRESSES, "RESTART_WITH_NEW_ADDRESSES", "", Tail.PARAMETER_LIST, "addrs"),
            form(SctpCauses.USER_ABORT, "USER_INITIATED_ABORT", "", Tail.TEXT, "info"),
            form(SctpCauses.PROTOCOL_VIOLATION, "PROTOCOL_VIOLATION", "", Tail.TEXT, "info"),
            form(SctpCauses.DELETE_LAST_ADDRESS, "DELETE_LAST_ADDRESS", "", Tail.PARAMETER_LIST, "params"),
            form(SctpCauses.RESOURCE_SHORTAGE, "RESOURCE_SHORTAGE", "", Tail.PARAMETER_LIST, "params"),
            form(SctpCauses.DELETE_SOURCE_ADDRESS, "DELETE_SOURCE_ADDRESS", "", Tail.PARAMETER_LIST, "params"),
            form(SctpCauses.ILLEGAL_ASCONF_ACK, "ILLEGAL_ASCONF_ACK", "", Tail.NONE, null),
            form(SctpCauses.NO_AUTHORIZATION, "NO_AUTHORIZATION", "", Tail.PARAMETER_LIST, "params"),
            form(SctpCauses.UNSUPPORTED_HMAC, "UNSUPPORTED_HMAC_IDENTIFIER", "", Tail.NONE, null, half("hmac")),
            form(-1, "CAUSE", "", Tail.OCTETS, "info"));

    private final String generic;
    private final Map<String, Form> byName = new TreeMap<>();

    private Forms(String generic, Form... forms) {
        this.generic = generic;
        for (Form form : forms) {
            byName.put(form.name(), form);
        }
    }

    /// The form of that name, null when there is none.
    @Nullable
    Form find(String name) {
        return byName.get(name);
    }

    /// The form of that name.
    ///
    /// @throws IllegalStateException when there is none: the reader lets none through
    Form get(String name) {
        Form form = byName.get(name);
        if (form == null) {
            throw new IllegalStateException("no form " + name);
        }
        return form;
    }

    /// The field in which an element without a form of its own tells its type.
    String typeField() {
        return generic.equals("CAUSE") ? "code" : "type";
    }

    private static Form form(int type, String name, String flags, Tail tail, @Nullable String tailName, Field... f) {
        return new Form(type, name, flags, List.of(f), tail, tailName);
    }

    private static Form init(int type, String name) {
        return form(
                type,
                name,
                "",
                Tail.PARAMETERS,
                null,
                new Field("tag", 4, TAG),
                word("a_rwnd"),
                half("os"),
                half("is"),
                sent("tsn"));
    }

    private static Form addStreams(int type, String name) {
        return form(type, name, "", Tail.NONE, null, sent("req_sn"), half("number_of_new_streams"), half(""));
    }

    private static Field word(String name) {
        return new Field(name, 4, PLAIN);
    }

    private static Field half(String name) {
        return new Field(name, 2, PLAIN);
    }

    private static Field sent(String name) {
        return new Field(name, 4, SENT);
    }

    private static Field acknowledged(String name) {
        return new Field(name, 4, ACKNOWLEDGED);
    }

    /// What a field counts that is not one of a form: duplicate TSNs.
    static Kind duplicates() {
        return ACKNOWLEDGED;
    }
}
