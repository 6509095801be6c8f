package io.towpath.drill.sctp;

import io.towpath.drill.script.Errno;
import io.towpath.drill.sctp.Options.Option;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Options of authentication (RFC 6458 §8.1.16 to §8.1.18, §8.2.3 to §8.3.4).
final class KeyOptions {
    private static final int ASCONF_ACK = 0x80;
    private static final int ASCONF = 0xc1;

    private KeyOptions() {}

    static List<Option> all() {
        return List.of(
                new Option("SCTP_HMAC_IDENT", 0, KeyOptions::getHmacs, KeyOptions::setHmacs),
                new Option("SCTP_AUTH_CHUNK", 1, null, KeyOptions::addChunk),
                new Option("SCTP_AUTH_KEY", 0, null, KeyOptions::putKey),
                new Option("SCTP_AUTH_ACTIVE_KEY", 0, KeyOptions::getActive, KeyOptions::setActive),
                new Option("SCTP_AUTH_DEACTIVATE_KEY", 0, null, KeyOptions::deactivate),
                new Option("SCTP_AUTH_DELETE_KEY", 0, null, KeyOptions::delete),
                new Option("SCTP_LOCAL_AUTH_CHUNKS", 0, (o, s, f) -> chunks(o, s, true), null),
                new Option("SCTP_PEER_AUTH_CHUNKS", 0, (o, s, f) -> chunks(o, s, false), null),
                new Option(
                        "SCTP_AUTH_SUPPORTED",
                        8,
                        (o, s, f) -> Options.forAssociation(s.config.features().authentication() ? 1 : 0),
                        (o, s, f) -> {
                            o.configure(
                                    s,
                                    s.config.withFeatures(
                                            s.config.features().withAuthentication(Options.number(f) != 0)));
                            return null;
                        }));
    }

    private static SctpAuthentication own(SctpSocket socket) {
        return socket.config.extensions().authentication();
    }

    private static void change(Options options, SctpSocket socket, SctpAuthentication next) {
        SctpConfig config = socket.config;
        options.configure(socket, config.withExtensions(config.extensions().withAuthentication(next)));
    }

    private static @Nullable Errno errno(@Nullable SctpError error) {
        // An association without AUTH keeps keys that nobody uses.
        return error == null || error == SctpError.NOT_SUPPORTED ? null : SctpSocket.errno(error);
    }

    private static Structure getHmacs(Options options, SctpSocket socket, @Nullable Fields asked) {
        List<Long> hmacs = own(socket).hmacs().stream().map(Integer::longValue).toList();
        return new Structure("sctp_hmacalgo", 4 + 2 * hmacs.size())
                .with("shmac_number_of_idents", hmacs.size())
                .with("shmac_idents", hmacs);
    }

    private static @Nullable Errno setHmacs(Options options, SctpSocket socket, Fields value) {
        Integer[] hmacs =
                value.numbers("shmac_idents").stream().map(Long::intValue).toArray(Integer[]::new);
        change(options, socket, own(socket).withHmacs(hmacs));
        return null;
    }

    /// §8.3.2: no chunk of INIT, INIT ACK, SHUTDOWN COMPLETE and AUTH can be asked for.
    private static @Nullable Errno addChunk(Options options, SctpSocket socket, Fields value) {
        Set<Integer> types = new TreeSet<>(own(socket).chunkTypes());
        types.add((int) value.number("sauth_chunk"));
        change(options, socket, own(socket).withChunkTypes(types.toArray(Integer[]::new)));
        return null;
    }

    private static @Nullable Errno putKey(Options options, SctpSocket socket, Fields value) {
        List<Long> octets = value.numbers("sca_key");
        byte[] secret = new byte[octets.size()];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = octets.get(i).byteValue();
        }
        int id = (int) value.number("sca_keynumber");
        change(options, socket, own(socket).withKey(id, secret));
        Association a = options.association(socket);
        SctpSession session = options.session();
        return a == null ? null : errno(session.sctp().putKey(session.now(), a, id, secret));
    }

    private static Structure getActive(Options options, SctpSocket socket, @Nullable Fields asked) {
        return new Structure("sctp_authkeyid", 8)
                .withAsked("scact_assoc_id")
                .with("scact_keynumber", own(socket).activeKey());
    }

    private static boolean isKnown(SctpSocket socket, int id) {
        Predicate<SctpAuthentication.Key> same = key -> key.id() == id;
        return id == 0 || own(socket).keys().stream().anyMatch(same);
    }

    private static @Nullable Errno setActive(Options options, SctpSocket socket, Fields value) {
        int id = (int) value.number("scact_keynumber");
        if (!isKnown(socket, id)) {
            return Errno.EINVAL;
        }
        change(options, socket, own(socket).withActiveKey(id));
        Association a = options.association(socket);
        SctpSession session = options.session();
        return a == null ? null : errno(session.sctp().activateKey(session.now(), a, id));
    }

    /// §8.3.4: the key is not used for new messages.
    private static @Nullable Errno deactivate(Options options, SctpSocket socket, Fields value) {
        int id = (int) value.number("scact_keynumber");
        boolean active = own(socket).activeKey() == id && options.session().profile != SctpProfile.LINUX;
        if (active || !isKnown(socket, id)) {
            return Errno.EINVAL;
        }
        Association a = options.association(socket);
        SctpSession session = options.session();
        if (a == null || own(socket).activeKey() == id) {
            return null;
        }
        return errno(session.sctp().deactivateKey(session.now(), a, id));
    }

    private static @Nullable Errno delete(Options options, SctpSocket socket, Fields value) {
        int id = (int) value.number("scact_keynumber");
        if (own(socket).activeKey() == id || !isKnown(socket, id)) {
            return Errno.EINVAL;
        }
        Association a = options.association(socket);
        SctpSession session = options.session();
        return a == null ? null : errno(session.sctp().deleteKey(session.now(), a, id));
    }

    private static Structure chunks(Options options, SctpSocket socket, boolean local) {
        Association a = options.association(socket);
        List<Integer> types = new ArrayList<>();
        if (a != null) {
            types.addAll(options.session().sctp().authenticatedChunks(a, local));
        }
        if (local && types.isEmpty()) {
            types.addAll(own(socket).chunkTypes());
            // RFC 5061 §4.1: who changes addresses has these authenticated.
            if (socket.config.features().addressConfiguration()) {
                types.addAll(List.of(ASCONF_ACK, ASCONF));
            }
        }
        List<Long> numbers = types.stream().map(Integer::longValue).toList();
        return new Structure("sctp_authchunks", 8 + numbers.size())
                .withAsked("gauth_assoc_id")
                .with("gauth_number_of_chunks", numbers.size())
                .with("gauth_chunks", numbers);
    }
}
