package io.towpath.drill.sctp;

import io.towpath.core.Time;
import io.towpath.drill.script.Errno;
import io.towpath.drill.sctp.Options.Option;
import io.towpath.sctp.Association;
import io.towpath.sctp.SchedulingPolicy;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpInfo;
import io.towpath.wire.IpAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Options about an association that is there: its state, its paths, its streams (RFC 6458 §8.1, §8.2, RFC 6525
/// §6.3, RFC 8260 §4.3).
final class AssociationOptions {
    private static final int PATH_OCTETS = 152;
    private static final int STATUS_OCTETS = 176;

    private AssociationOptions() {}

    static List<Option> all() {
        return List.of(
                new Option(
                        "SCTP_PEER_ADDR_PARAMS", PATH_OCTETS, AssociationOptions::getPath, AssociationOptions::setPath),
                new Option("SCTP_GET_PEER_ADDR_INFO", PATH_OCTETS, AssociationOptions::pathInfo, null),
                new Option("SCTP_STATUS", STATUS_OCTETS, AssociationOptions::status, null),
                new Option("SCTP_PRIMARY_ADDR", 0, AssociationOptions::getPrimary, AssociationOptions::setPrimary),
                new Option("SCTP_SET_PEER_PRIMARY_ADDR", 0, null, AssociationOptions::askPrimary),
                new Option(
                        "SCTP_REMOTE_UDP_ENCAPS_PORT",
                        0,
                        AssociationOptions::getEncapsulation,
                        AssociationOptions::setEncapsulation),
                new Option("SCTP_GET_ASSOC_ID_LIST", 0, AssociationOptions::identifiers, null),
                new Option("SCTP_GET_ASSOC_NUMBER", 4, AssociationOptions::count, null),
                new Option(
                        "SCTP_ENABLE_STREAM_RESET",
                        8,
                        (o, s, f) -> Options.forAssociation(s.values.getOrDefault("SCTP_ENABLE_STREAM_RESET", 0L)),
                        (o, s, f) -> {
                            s.values.put("SCTP_ENABLE_STREAM_RESET", f.number("assoc_value"));
                            return null;
                        }),
                new Option("SCTP_RESET_STREAMS", 8, null, AssociationOptions::resetStreams),
                new Option("SCTP_RESET_ASSOC", 4, null, AssociationOptions::resetAssociation),
                new Option("SCTP_ADD_STREAMS", 8, null, AssociationOptions::addStreams),
                new Option("SCTP_STREAM_SCHEDULER", 8, null, AssociationOptions::schedule),
                new Option("SCTP_PLUGGABLE_SS", 8, null, AssociationOptions::schedule),
                new Option("SCTP_STREAM_SCHEDULER_VALUE", 8, null, AssociationOptions::streamValue),
                new Option("SCTP_SS_VALUE", 8, null, AssociationOptions::streamValue));
    }

    private static @Nullable Errno errno(@Nullable SctpError error) {
        return error == null ? null : SctpSocket.errno(error);
    }

    private static SctpInfo info(Options options, Association a) {
        return options.session().sctp().info(options.session().now(), a);
    }

    private static SctpInfo.@Nullable PathInfo path(SctpInfo info, @Nullable IpAddress address) {
        IpAddress wanted = address == null ? info.primary() : address;
        return info.paths().stream()
                .filter(path -> path.address().equals(wanted))
                .findFirst()
                .orElse(null);
    }

    private static Structure getPath(Options options, SctpSocket socket, @Nullable Fields asked) {
        SctpConfig config = socket.config;
        Association a = options.association(socket);
        SctpInfo.PathInfo path =
                a == null ? null : path(info(options, a), asked == null ? null : asked.address("spp_address"));
        long interval =
                socket.values.getOrDefault("spp_hbinterval", config.times().heartbeatInterval() / Time.MILLISECOND);
        long retransmissions = socket.values.getOrDefault(
                "spp_pathmaxrxt", (long) config.limits().pathMaxRetrans());
        boolean heartbeats =
                socket.values.getOrDefault("heartbeats", config.times().heartbeatInterval() == 0 ? 0L : 1L) != 0;
        Structure params = new Structure("sctp_paddrparams", PATH_OCTETS)
                .withAsked("spp_assoc_id")
                .with("spp_hbinterval", interval)
                .with("spp_pathmaxrxt", retransmissions)
                .with(
                        "spp_pathmtu",
                        path == null ? 0 : path.mtu() - (path.address().isIp4() ? 20 + 12 : 40 + 12))
                .with("spp_flags", (heartbeats ? Constants.HB_ENABLE : Constants.HB_DISABLE) | Constants.PMTUD_ENABLE)
                .with("spp_ipv6_flowlabel", 0)
                .with("spp_dscp", 0);
        return path == null
                ? params.withOctets("spp_address")
                : params.with("spp_address", Fields.socketAddress(path.address(), SctpSession.PORT));
    }

    /// RFC 6458 §8.1.12: intervals of 0 and retransmissions of 0 change nothing; flags switch.
    private static @Nullable Errno setPath(Options options, SctpSocket socket, Fields value) {
        long flags = value.numberOr0("spp_flags");
        long interval = value.numberOr0("spp_hbinterval");
        long retransmissions = value.numberOr0("spp_pathmaxrxt");
        boolean both = (flags & Constants.HB_ENABLE) != 0 && (flags & Constants.HB_DISABLE) != 0;
        if (both || (flags & Constants.PMTUD_ENABLE) != 0 && (flags & Constants.PMTUD_DISABLE) != 0) {
            return Errno.EINVAL;
        }
        if ((flags & Constants.PMTUD_DISABLE) != 0 && value.numberOr0("spp_pathmtu") != 0) {
            throw value.arguments().notUnderstood("a path MTU that is not discovered");
        }
        if (interval != 0) {
            socket.values.put("spp_hbinterval", interval);
        }
        if (retransmissions != 0) {
            socket.values.put("spp_pathmaxrxt", retransmissions);
        }
        if ((flags & (Constants.HB_ENABLE | Constants.HB_DISABLE)) != 0) {
            socket.values.put("heartbeats", flags & Constants.HB_ENABLE);
        }
        return applyPath(options, socket, value, (flags & Constants.HB_DEMAND) != 0);
    }

    private static @Nullable Errno applyPath(Options options, SctpSocket socket, Fields value, boolean demand) {
        SctpConfig config = socket.config;
        long usual = config.times().heartbeatInterval();
        long interval = socket.values.getOrDefault("heartbeats", 1L) == 0
                ? 0
                : socket.values.containsKey("spp_hbinterval")
                        ? Objects.requireNonNull(socket.values.get("spp_hbinterval")) * Time.MILLISECOND
                        : usual;
        int retransmissions = socket.values
                .getOrDefault("spp_pathmaxrxt", (long) config.limits().pathMaxRetrans())
                .intValue();
        SctpSession session = options.session();
        Association a = options.association(socket);
        if (a == null) {
            options.configure(
                    socket,
                    config.withTimes(config.times().withHeartbeatInterval(interval))
                            .withLimits(config.limits()
                                    .withRetransmissions(
                                            config.limits().associationMaxRetrans(),
                                            retransmissions,
                                            config.limits().maxInitRetransmits())));
            return null;
        }
        IpAddress wanted = value.address("spp_address");
        Errno error = null;
        for (SctpInfo.PathInfo path : info(options, a).paths()) {
            if (wanted == null || wanted.equals(path.address())) {
                SctpError refused = session.sctp().setPath(session.now(), a, path.address(), interval, retransmissions);
                error = refused == null ? error : SctpSocket.errno(refused);
                if (demand) {
                    session.sctp().requestHeartbeat(session.now(), a, path.address());
                }
            }
        }
        return error;
    }

    private static @Nullable Structure pathInfo(Options options, SctpSocket socket, @Nullable Fields asked) {
        Association a = options.association(socket);
        SctpInfo.PathInfo path =
                a == null ? null : path(info(options, a), asked == null ? null : asked.address("spinfo_address"));
        return path == null ? null : pathInfo(path);
    }

    private static Structure pathInfo(SctpInfo.PathInfo path) {
        int state = switch (path.state()) {
            case ACTIVE -> Constants.of("SCTP_ACTIVE");
            case UNCONFIRMED -> Constants.of("SCTP_UNCONFIRMED");
            case POTENTIALLY_FAILED -> Constants.of("SCTP_PF") | Constants.of("SCTP_ACTIVE");
            default -> Constants.of("SCTP_INACTIVE");
        };
        return new Structure("sctp_paddrinfo", PATH_OCTETS)
                .withAsked("spinfo_assoc_id")
                .with("spinfo_address", Fields.socketAddress(path.address(), SctpSession.PORT))
                .with("spinfo_state", state)
                .with("spinfo_cwnd", path.cwnd())
                .with("spinfo_srtt", path.srttNanos() / Time.MILLISECOND)
                .with("spinfo_rto", path.rtoNanos() / Time.MILLISECOND)
                .with("spinfo_mtu", path.mtu());
    }

    private static @Nullable Structure status(Options options, SctpSocket socket, @Nullable Fields asked) {
        Association a = options.association(socket);
        if (a == null) {
            return null;
        }
        SctpInfo info = info(options, a);
        SctpInfo.PathInfo primary = path(info, null);
        Structure status = new Structure("sctp_status", STATUS_OCTETS)
                .with("sstat_assoc_id", SctpSession.idOf(a))
                .with("sstat_state", Constants.of("SCTP_" + info.state().name()))
                .with("sstat_rwnd", info.peerRwnd())
                .with("sstat_unackdata", info.outstandingChunks())
                .with("sstat_penddata", info.receivedBytes())
                .with("sstat_instrms", info.inboundStreams())
                .with("sstat_outstrms", info.outboundStreams())
                .with("sstat_fragmentation_point", info.fragmentBytes());
        return primary == null ? status.withOctets("sstat_primary") : status.with("sstat_primary", pathInfo(primary));
    }

    private static @Nullable Structure getPrimary(Options options, SctpSocket socket, @Nullable Fields asked) {
        Association a = options.association(socket);
        return a == null
                ? null
                : new Structure("sctp_setprim", 136)
                        .withAsked("ssp_assoc_id")
                        .with("ssp_addr", Fields.socketAddress(info(options, a).primary(), SctpSession.PORT));
    }

    private static @Nullable Errno setPrimary(Options options, SctpSocket socket, Fields value) {
        Association a = options.association(socket);
        IpAddress address = value.address("ssp_addr");
        SctpSession session = options.session();
        return a == null || address == null
                ? Errno.EINVAL
                : errno(session.sctp().setPrimary(session.now(), a, address));
    }

    private static @Nullable Errno askPrimary(Options options, SctpSocket socket, Fields value) {
        Association a = options.association(socket);
        IpAddress address = value.address("sspp_addr");
        SctpSession session = options.session();
        return a == null || address == null
                ? Errno.EINVAL
                : errno(session.sctp().askPrimary(session.now(), a, address));
    }

    private static Structure getEncapsulation(Options options, SctpSocket socket, @Nullable Fields asked) {
        Association a = options.association(socket);
        SctpInfo.PathInfo path =
                a == null ? null : path(info(options, a), asked == null ? null : asked.address("sue_address"));
        return new Structure("sctp_udpencaps", 136)
                .withAsked("sue_assoc_id")
                .withAsked("sue_address")
                .with(
                        "sue_port",
                        path == null ? Math.max(0, socket.config.encapsulationPort()) : path.encapsulationPort());
    }

    /// RFC 6951 §6.1.
    private static @Nullable Errno setEncapsulation(Options options, SctpSocket socket, Fields value) {
        int port = (int) value.number("sue_port");
        Association a = options.association(socket);
        if (a == null) {
            options.configure(socket, socket.config.withEncapsulation(port));
            return null;
        }
        SctpSession session = options.session();
        IpAddress address = value.address("sue_address");
        IpAddress wanted = address == null ? info(options, a).primary() : address;
        return errno(session.sctp().setEncapsulation(session.now(), a, wanted, port));
    }

    private static Structure identifiers(Options options, SctpSocket socket, @Nullable Fields asked) {
        options.association(socket);
        List<Long> numbers = socket.all().stream()
                .filter(a -> !a.isClosed())
                .map(SctpSession::idOf)
                .toList();
        return new Structure("sctp_assoc_ids", 4 + 4 * numbers.size())
                .with("gaids_number_of_ids", numbers.size())
                .with("gaids_assoc_id", numbers);
    }

    private static Structure count(Options options, SctpSocket socket, @Nullable Fields asked) {
        return Options.number(
                options.association(socket) == null
                        ? 0
                        : socket.all().stream().filter(a -> !a.isClosed()).count());
    }

    /// RFC 6525 §6.3.2; FreeBSD gives the number of streams beside the list.
    private static @Nullable Errno resetStreams(Options options, SctpSocket socket, Fields value) {
        Association a = options.association(socket);
        if (a == null) {
            return Errno.ENOENT;
        }
        int[] streams = value.numbers("srs_stream_list").stream()
                .mapToInt(Long::intValue)
                .toArray();
        long flags = value.number("srs_flags");
        SctpSession session = options.session();
        SctpError error = null;
        if ((flags & Constants.of("SCTP_STREAM_RESET_OUTGOING")) != 0) {
            error = session.sctp().resetOutgoing(session.now(), a, streams);
        }
        if (error == null && (flags & Constants.of("SCTP_STREAM_RESET_INCOMING")) != 0) {
            error = session.sctp().resetIncoming(session.now(), a, streams);
        }
        return errno(error);
    }

    private static @Nullable Errno addStreams(Options options, SctpSocket socket, Fields value) {
        Association a = options.association(socket);
        if (a == null) {
            return Errno.ENOENT;
        }
        SctpSession session = options.session();
        int in = (int) value.numberOr0("sas_instrms");
        int out = (int) value.numberOr0("sas_outstrms");
        if (in == 0 && out == 0) {
            return Errno.EINVAL;
        }
        SctpError error = out == 0 ? null : session.sctp().addOutgoing(session.now(), a, out);
        return errno(error == null && in > 0 ? session.sctp().addIncoming(session.now(), a, in) : error);
    }

    private static @Nullable Errno resetAssociation(Options options, SctpSocket socket, Fields value) {
        Association a = options.association(socket);
        SctpSession session = options.session();
        return a == null ? Errno.ENOENT : errno(session.sctp().resetAssociation(session.now(), a));
    }

    private static @Nullable Errno schedule(Options options, SctpSocket socket, Fields value) {
        Association a = options.association(socket);
        int policy = (int) Options.number(value);
        SchedulingPolicy[] policies = {
            SchedulingPolicy.FIRST_COME,
            SchedulingPolicy.ROUND_ROBIN,
            SchedulingPolicy.ROUND_ROBIN_PACKET,
            SchedulingPolicy.PRIORITY,
            SchedulingPolicy.FAIR_BANDWIDTH,
            SchedulingPolicy.FIRST_COME
        };
        if (policy < 0 || policy >= policies.length) {
            return Errno.EINVAL;
        }
        if (a == null) {
            throw value.arguments().notUnderstood("a scheduler before the association");
        }
        options.session().sctp().setScheduler(options.session().now(), a, policies[policy]);
        return null;
    }

    private static @Nullable Errno streamValue(Options options, SctpSocket socket, Fields value) {
        Association a = options.association(socket);
        if (a == null) {
            return Errno.EINVAL;
        }
        SctpSession session = options.session();
        return errno(session.sctp()
                .setStreamValue(session.now(), a, (int) value.number("stream_id"), (int) value.number("stream_value")));
    }
}
