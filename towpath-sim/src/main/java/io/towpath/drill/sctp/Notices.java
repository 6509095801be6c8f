package io.towpath.drill.sctp;

import io.towpath.sctp.Association;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Notifications as the structures of RFC 6458 §6.1, RFC 6525 §6.1 and RFC 5061.
final class Notices {
    private static final int DENIED = 4;
    private static final int FAILED = 8;

    /// Flags of a whole DATA chunk, with which FreeBSD gives back a message.
    private static final int WHOLE = 3;

    /// Why Linux calls an address available again.
    private static final int HEARTBEAT_SUCCESS = 2;

    private final SctpSocket socket;
    private final SctpProfile profile;

    Notices(SctpSocket socket, SctpProfile profile) {
        this.socket = socket;
        this.profile = profile;
    }

    private static int event(String name) {
        return Constants.of(name);
    }

    /// Whether the socket's user asked for it.
    boolean isWanted(Notification notification) {
        if (notification instanceof Notification.LocalAddressChanged) {
            return false; // RFC 6458 has no structure for it
        }
        if (notification instanceof Notification.SendFailed) {
            return wants("SCTP_SEND_FAILED") || wants("SCTP_SEND_FAILED_EVENT");
        }
        return wants(name(notification));
    }

    private boolean wants(String name) {
        return socket.events.contains(event(name));
    }

    private static String name(Notification notification) {
        return switch (notification) {
            case Notification.CommunicationUp _,
                    Notification.CommunicationLost _,
                    Notification.Restarted _,
                    Notification.ShutdownComplete _ -> "SCTP_ASSOC_CHANGE";
            case Notification.PeerShutdown _ -> "SCTP_SHUTDOWN_EVENT";
            case Notification.PathChanged _ -> "SCTP_PEER_ADDR_CHANGE";
            case Notification.RemoteError _ -> "SCTP_REMOTE_ERROR";
            case Notification.SendFailed _ -> "SCTP_SEND_FAILED_EVENT";
            case Notification.Adaptation _ -> "SCTP_ADAPTATION_INDICATION";
            case Notification.PartialDeliveryAborted _ -> "SCTP_PARTIAL_DELIVERY_EVENT";
            case Notification.SenderDry _ -> "SCTP_SENDER_DRY_EVENT";
            case Notification.StreamsReset _ -> "SCTP_STREAM_RESET_EVENT";
            case Notification.AssociationReset _ -> "SCTP_ASSOC_RESET_EVENT";
            case Notification.StreamsChanged _ -> "SCTP_STREAM_CHANGE_EVENT";
            case Notification.Authentication _ -> "SCTP_AUTHENTICATION_EVENT";
            case Notification.LocalAddressChanged _ -> throw new IllegalArgumentException("no structure");
        };
    }

    /// The structure in which it comes.
    Structure structure(Association a, Notification notification) {
        return switch (notification) {
            case Notification.CommunicationUp(int out, int in) -> up(a, "SCTP_COMM_UP", out, in);
            case Notification.Restarted(int out, int in) -> up(a, "SCTP_RESTART", out, in);
            case Notification.CommunicationLost(SctpError error, byte[] reason) -> lost(a, error, reason);
            case Notification.ShutdownComplete _ -> change(a, "SCTP_SHUTDOWN_COMP", 0, 0, 0, List.of());
            case Notification.PeerShutdown _ -> head("sse", "SCTP_SHUTDOWN_EVENT", 12, 0, a);
            case Notification.PathChanged changed -> path(a, changed);
            case Notification.RemoteError(byte[] causes) -> remote(a, causes);
            case Notification.SendFailed failed -> failed(a, failed);
            case Notification.Adaptation(long indication) ->
                head("sai", "SCTP_ADAPTATION_INDICATION", 16, 0, a).with("sai_adaptation_ind", indication);
            case Notification.PartialDeliveryAborted(int stream, long ssn, boolean _, long _) ->
                head("pdapi", "SCTP_PARTIAL_DELIVERY_EVENT", 24, 0, a)
                        .with("pdapi_indication", 1)
                        .with("pdapi_stream", stream)
                        .with("pdapi_seq", ssn);
            case Notification.SenderDry _ -> dry(a);
            case Notification.StreamsReset reset -> reset(a, reset);
            case Notification.AssociationReset reset ->
                head("assocreset", "SCTP_ASSOC_RESET_EVENT", 20, outcome(reset.error()), a)
                        .withOctets("assocreset_local_tsn")
                        .withOctets("assocreset_remote_tsn");
            case Notification.Authentication(var change, int keyId) ->
                head("auth", "SCTP_AUTHENTICATION_EVENT", 20, 0, a)
                        .with("auth_keynumber", keyId)
                        .with("auth_altkeynumber", 0)
                        .with("auth_indication", indication(change));
            case Notification.LocalAddressChanged _ -> throw new IllegalArgumentException("no structure");
            case Notification.StreamsChanged changed ->
                head("strchange", "SCTP_STREAM_CHANGE_EVENT", 16, outcome(changed.error()), a)
                        .with("strchange_instrms", changed.inboundStreams())
                        .with("strchange_outstrms", changed.outboundStreams());
        };
    }

    /// `sctp_sender_dry_event`.
    static Structure dry(Association a) {
        return head("sender_dry", "SCTP_SENDER_DRY_EVENT", 12, 0, a);
    }

    private static Structure head(String prefix, String type, int octets, int flags, Association a) {
        return new Structure(prefix, octets)
                .with(prefix + "_type", event(type))
                .with(prefix + "_flags", flags)
                .with(prefix + "_length", octets)
                .with(prefix + "_assoc_id", SctpSession.idOf(a));
    }

    /// Linux says nothing of what both sides can do.
    private Structure up(Association a, String state, int out, int in) {
        SctpFeatures agreed = a.agreed;
        var features = new ArrayList<Long>();
        if (agreed.partialReliability()) {
            features.add((long) Constants.of("SCTP_ASSOC_SUPPORTS_PR"));
        }
        if (agreed.authentication()) {
            features.add((long) Constants.of("SCTP_ASSOC_SUPPORTS_AUTH"));
        }
        if (agreed.addressConfiguration()) {
            features.add((long) Constants.of("SCTP_ASSOC_SUPPORTS_ASCONF"));
        }
        features.add((long) Constants.of("SCTP_ASSOC_SUPPORTS_MULTIBUF"));
        if (agreed.reconfiguration()) {
            features.add((long) Constants.of("SCTP_ASSOC_SUPPORTS_RE_CONFIG"));
        }
        return change(a, state, 0, out, in, profile == SctpProfile.LINUX ? List.of() : features);
    }

    private static Structure lost(Association a, SctpError error, byte[] reason) {
        boolean began = a.receiver != null && a.peerTag != 0 && error != SctpError.REFUSED;
        var information = new ArrayList<Long>();
        for (byte octet : reason) {
            information.add(octet & 0xffL);
        }
        int code = reason.length >= SctpCauses.HEAD ? SctpCauses.code(reason, 0) : 0;
        return change(a, began ? "SCTP_COMM_LOST" : "SCTP_CANT_STR_ASSOC", code, 0, 0, information);
    }

    private static Structure change(Association a, String state, int error, int out, int in, List<Long> information) {
        return head("sac", "SCTP_ASSOC_CHANGE", 20 + information.size(), 0, a)
                .with("sac_state", event(state))
                .with("sac_error", error)
                .with("sac_outbound_streams", out)
                .with("sac_inbound_streams", in)
                .with("sac_info", information);
    }

    private Structure path(Association a, Notification.PathChanged changed) {
        String state = switch (changed.change()) {
            case AVAILABLE -> "SCTP_ADDR_AVAILABLE";
            case UNREACHABLE, POTENTIALLY_FAILED -> "SCTP_ADDR_UNREACHABLE";
            case CONFIRMED -> "SCTP_ADDR_CONFIRMED";
            case ADDED -> "SCTP_ADDR_ADDED";
            case REMOVED -> "SCTP_ADDR_REMOVED";
            case MADE_PRIMARY -> "SCTP_ADDR_MADE_PRIM";
        };
        boolean heard = profile == SctpProfile.LINUX && changed.change() == Notification.PathChanged.Change.AVAILABLE;
        int octets = profile == SctpProfile.LINUX ? 148 : 152;
        return head("spc", "SCTP_PEER_ADDR_CHANGE", octets, 0, a)
                .with("spc_aaddr", Fields.socketAddress(changed.address(), a.remotePort()))
                .with("spc_state", event(state))
                .with("spc_error", heard ? HEARTBEAT_SUCCESS : 0);
    }

    private Structure failed(Association a, Notification.SendFailed failed) {
        SendOptions options = failed.options();
        int sent = event(failed.sent() ? "SCTP_DATA_SENT" : "SCTP_DATA_UNSENT");
        int flags = WHOLE | (options.unordered() ? Constants.UNORDERED : 0);
        if (wants("SCTP_SEND_FAILED_EVENT")) {
            return head("ssfe", "SCTP_SEND_FAILED_EVENT", 32 + failed.data().length, sent, a)
                    .with("ssfe_error", 0)
                    .with(
                            "ssfe_info",
                            new Structure("sctp_sndinfo", 16)
                                    .with("snd_sid", options.streamId())
                                    .with("snd_flags", flags)
                                    .with("snd_ppid", options.ppid())
                                    .with("snd_context", options.context())
                                    .with("snd_assoc_id", SctpSession.idOf(a)))
                    .withOctets("ssfe_data");
        }
        int octets = 16 + MessageInfo.sendReceiveOctets(profile) + failed.data().length;
        return head("ssf", "SCTP_SEND_FAILED", octets, sent, a)
                .with("ssf_error", 0)
                .with(
                        "ssf_info",
                        new Structure("sctp_sndrcvinfo", MessageInfo.sendReceiveOctets(profile))
                                .with("sinfo_stream", options.streamId())
                                .with("sinfo_ssn", 0)
                                .with("sinfo_flags", flags)
                                .with("sinfo_ppid", options.ppid())
                                .with("sinfo_context", options.context())
                                .with("sinfo_timetolive", 0)
                                .with("sinfo_tsn", 0)
                                .with("sinfo_cumtsn", 0)
                                .with("sinfo_assoc_id", SctpSession.idOf(a)))
                .withOctets("ssf_data");
    }

    private static Structure reset(Association a, Notification.StreamsReset reset) {
        List<Long> streams =
                Arrays.stream(reset.streams()).asLongStream().boxed().toList();
        int direction = Constants.of(reset.incoming() ? "SCTP_STREAM_RESET_INCOMING" : "SCTP_STREAM_RESET_OUTGOING");
        return head(
                        "strreset",
                        "SCTP_STREAM_RESET_EVENT",
                        12 + 2 * streams.size(),
                        direction | outcome(reset.error()),
                        a)
                .with("strreset_stream_list", streams);
    }

    /// `sctp_remote_error`: FreeBSD gives the whole chunk, Linux the information of its first cause.
    private Structure remote(Association a, byte[] causes) {
        int first = Math.min(causes.length, SctpCauses.length(causes, 0));
        boolean information = profile == SctpProfile.LINUX;
        var data = new ArrayList<Long>();
        if (!information) {
            int length = SctpChunks.HEAD + causes.length;
            data.addAll(List.of((long) SctpChunks.ERROR, 0L, (long) length >>> 8, (long) length & 0xff));
        }
        for (int i = information ? SctpCauses.HEAD : 0; i < (information ? first : causes.length); i++) {
            data.add(causes[i] & 0xffL);
        }
        return head("sre", "SCTP_REMOTE_ERROR", 16 + data.size(), 0, a)
                // In network order.
                .with("sre_error", Short.reverseBytes((short) SctpCauses.code(causes, 0)) & 0xffff)
                .with("sre_data", data);
    }

    private static int indication(Notification.Authentication.Change change) {
        return Constants.of(
                switch (change) {
                    case NEW_KEY -> "SCTP_AUTH_NEW_KEY";
                    case FREE_KEY -> "SCTP_AUTH_FREE_KEY";
                    case NONE -> "SCTP_AUTH_NO_AUTH";
                });
    }

    private static int outcome(@Nullable SctpError error) {
        return error == null ? 0 : error == SctpError.DENIED ? DENIED : FAILED;
    }
}
