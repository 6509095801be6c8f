package io.towpath.drill.sctp;

import io.towpath.core.Time;
import io.towpath.drill.script.Errno;
import io.towpath.drill.sctp.Options.Option;
import io.towpath.sctp.Association;
import io.towpath.sctp.SendOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Options about what is told with messages, which notifications come, and how messages are sent that come
/// without instructions (RFC 6458 §6.2, §8.1).
final class MessageOptions {
    /// The members of `sctp_event_subscribe` after that for data, with the notifications that they ask for.
    private static final List<String> EVENTS = List.of(
            "sctp_association_event",
            "sctp_address_event",
            "sctp_peer_error_event",
            "sctp_send_failure_event",
            "sctp_shutdown_event",
            "sctp_adaptation_layer_event",
            "sctp_partial_delivery_event",
            "sctp_authentication_event",
            "sctp_stream_reset_event",
            "sctp_sender_dry_event");

    private MessageOptions() {}

    static List<Option> all() {
        var all = new ArrayList<Option>();
        all.add(new Option("SCTP_EVENT", 8, MessageOptions::getEvent, MessageOptions::setEvent));
        all.add(new Option("SCTP_EVENTS", 0, MessageOptions::getEvents, MessageOptions::setEvents));
        all.add(new Option("SCTP_RECVRCVINFO", 4, (o, s, f) -> flag(s.tellsInfo), (o, s, f) -> {
            s.tellsInfo = f.number("") != 0;
            return null;
        }));
        all.add(new Option("SCTP_RECVNXTINFO", 4, (o, s, f) -> flag(s.tellsNext), (o, s, f) -> {
            s.tellsNext = f.number("") != 0;
            return null;
        }));
        all.add(new Option("SCTP_USE_EXT_RCVINFO", 4, (o, s, f) -> flag(s.tellsExtended), (o, s, f) -> {
            s.tellsExtended = f.number("") != 0;
            return null;
        }));
        all.add(new Option("SCTP_CONTEXT", 8, (o, s, f) -> Options.forAssociation(s.context), (o, s, f) -> {
            s.context = Options.number(f);
            return null;
        }));
        all.add(new Option("SCTP_DEFAULT_PRINFO", 0, MessageOptions::getPolicy, MessageOptions::setPolicy));
        all.add(new Option("SCTP_DEFAULT_SNDINFO", 16, MessageOptions::getDefault, MessageOptions::setDefault));
        all.add(new Option("SCTP_DEFAULT_SEND_PARAM", 0, MessageOptions::getDefaultOld, MessageOptions::setDefaultOld));
        // Values that one association over one path does not show, beyond that they can be read again.
        all.add(value("SCTP_FRAGMENT_INTERLEAVE", 1));
        all.add(value("SCTP_EXPLICIT_EOR", 0));
        all.add(value("SCTP_AUTO_ASCONF", 1));
        all.add(value("SCTP_I_WANT_MAPPED_V4_ADDR", 1));
        all.add(value("SCTP_REUSE_PORT", 0));
        all.add(value("SO_REUSEADDR", 0));
        all.add(value("SO_REUSEPORT", 0));
        all.add(value("IPV6_V6ONLY", 1));
        return all;
    }

    private static Structure flag(boolean on) {
        return Options.number(on ? 1 : 0);
    }

    private static Option value(String name, long initially) {
        return new Option(name, 4, (o, s, f) -> Options.number(s.values.getOrDefault(name, initially)), (o, s, f) -> {
            s.values.put(name, f.number(""));
            return null;
        });
    }

    private static Structure getEvent(Options options, SctpSocket socket, @Nullable Fields asked) {
        int type = asked == null ? 0 : (int) asked.number("se_type");
        return new Structure("sctp_event", 8)
                .withAsked("se_assoc_id")
                .with("se_type", type)
                .with("se_on", socket.events.contains(type) ? 1 : 0);
    }

    private static @Nullable Errno setEvent(Options options, SctpSocket socket, Fields value) {
        subscribe(options, socket, (int) value.number("se_type"), value.number("se_on") != 0);
        return null;
    }

    /// RFC 6458 §6.1.9: who asks for SCTP_SENDER_DRY_EVENT while nothing is to be sent gets one at once.
    private static void subscribe(Options options, SctpSocket socket, int type, boolean on) {
        if (!on) {
            socket.events.remove(type);
            return;
        }
        boolean fresh = socket.events.add(type);
        Association a = options.association(socket);
        if (fresh && a != null && a.dry && type == Constants.of("SCTP_SENDER_DRY_EVENT")) {
            Structure notice = Notices.dry(a);
            socket.asked.add(new SctpSocket.Reading(a, null, notice, notice.octets()));
        }
    }

    private static int number(String event) {
        return Constants.of(
                switch (event) {
                    case "sctp_association_event" -> "SCTP_ASSOC_CHANGE";
                    case "sctp_address_event" -> "SCTP_PEER_ADDR_CHANGE";
                    case "sctp_peer_error_event" -> "SCTP_REMOTE_ERROR";
                    case "sctp_send_failure_event" -> "SCTP_SEND_FAILED";
                    case "sctp_shutdown_event" -> "SCTP_SHUTDOWN_EVENT";
                    case "sctp_adaptation_layer_event" -> "SCTP_ADAPTATION_INDICATION";
                    case "sctp_partial_delivery_event" -> "SCTP_PARTIAL_DELIVERY_EVENT";
                    case "sctp_authentication_event" -> "SCTP_AUTHENTICATION_EVENT";
                    case "sctp_stream_reset_event" -> "SCTP_STREAM_RESET_EVENT";
                    default -> "SCTP_SENDER_DRY_EVENT";
                });
    }

    private static Structure getEvents(Options options, SctpSocket socket, @Nullable Fields asked) {
        // One octet for each kind of event; FreeBSD has one more of them than RFC 6458.
        int octets = options.session().profile == SctpProfile.LINUX ? 10 : 11;
        Structure all =
                new Structure("sctp_event_subscribe", octets).with("sctp_data_io_event", socket.dataEvents ? 1 : 0);
        for (String event : EVENTS) {
            all.with(event, socket.events.contains(number(event)) ? 1 : 0);
        }
        return all;
    }

    private static @Nullable Errno setEvents(Options options, SctpSocket socket, Fields value) {
        socket.dataEvents = value.numberOr0("sctp_data_io_event") != 0;
        for (String event : EVENTS) {
            subscribe(options, socket, number(event), value.numberOr0(event) != 0);
        }
        return null;
    }

    private static Structure getDefault(Options options, SctpSocket socket, @Nullable Fields asked) {
        SendOptions defaults = socket.defaults;
        return new Structure("sctp_sndinfo", 16)
                .with("snd_sid", defaults.streamId())
                .with("snd_flags", defaults.unordered() ? Constants.UNORDERED : 0)
                .with("snd_ppid", defaults.ppid())
                .with("snd_context", defaults.context())
                .with("snd_assoc_id", 0);
    }

    private static @Nullable Errno setDefault(Options options, SctpSocket socket, Fields value) {
        socket.defaults = SendOptions.stream((int) value.numberOr0("snd_sid"))
                .withPpid(value.numberOr0("snd_ppid"))
                .withContext(value.numberOr0("snd_context"))
                .withUnordered((value.numberOr0("snd_flags") & Constants.UNORDERED) != 0)
                .withSackImmediately((value.numberOr0("snd_flags") & Constants.SACK_IMMEDIATELY) != 0);
        return null;
    }

    private static Structure getPolicy(Options options, SctpSocket socket, @Nullable Fields asked) {
        SendOptions defaults = socket.defaults;
        boolean lifetime = defaults.policy() == SendOptions.Policy.LIFETIME;
        int policy = switch (defaults.policy()) {
            case RELIABLE -> 0;
            case LIFETIME -> 1;
            case PRIORITY -> 2;
            case RETRANSMISSIONS -> 3;
        };
        return new Structure("sctp_default_prinfo", 12)
                .withAsked("pr_assoc_id")
                .with("pr_policy", policy)
                .with("pr_value", lifetime ? defaults.policyValue() / Time.MILLISECOND : defaults.policyValue());
    }

    private static @Nullable Errno setPolicy(Options options, SctpSocket socket, Fields value) {
        long number = value.numberOr0("pr_value");
        SendOptions.Policy policy = switch ((int) value.number("pr_policy")) {
            case 0 -> SendOptions.Policy.RELIABLE;
            case 1 -> SendOptions.Policy.LIFETIME;
            case 2 -> SendOptions.Policy.PRIORITY;
            case 3 -> SendOptions.Policy.RETRANSMISSIONS;
            default -> null;
        };
        if (policy == null) {
            return Errno.EINVAL;
        }
        boolean lifetime = policy == SendOptions.Policy.LIFETIME;
        socket.defaults = socket.defaults.withPolicy(policy, lifetime ? number * Time.MILLISECOND : number);
        return null;
    }

    private static Structure getDefaultOld(Options options, SctpSocket socket, @Nullable Fields asked) {
        SendOptions defaults = socket.defaults;
        return new Structure("sctp_sndrcvinfo", MessageInfo.sendReceiveOctets(options.session().profile))
                .with("sinfo_stream", defaults.streamId())
                .with("sinfo_flags", defaults.unordered() ? Constants.UNORDERED : 0)
                .with("sinfo_ppid", defaults.ppid())
                .with("sinfo_context", defaults.context())
                .with("sinfo_timetolive", 0)
                .withOctets("sinfo_ssn")
                .withOctets("sinfo_tsn")
                .withOctets("sinfo_cumtsn")
                .withAsked("sinfo_assoc_id");
    }

    private static @Nullable Errno setDefaultOld(Options options, SctpSocket socket, Fields value) {
        socket.defaults = SendOptions.stream((int) value.numberOr0("sinfo_stream"))
                .withPpid(value.numberOr0("sinfo_ppid"))
                .withContext(value.numberOr0("sinfo_context"))
                .withUnordered((value.numberOr0("sinfo_flags") & Constants.UNORDERED) != 0);
        return null;
    }
}
