package io.towpath.drill.sctp;

import io.towpath.core.Time;
import io.towpath.drill.script.Errno;
import io.towpath.drill.sctp.Options.Option;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpFailover;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.SctpLimits;
import io.towpath.sctp.SctpTimes;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Options that are settings of an endpoint and of its associations (RFC 6458 §8.1).
final class EndpointOptions {
    private static final int NEVER = 0xffff;

    private EndpointOptions() {}

    static List<Option> all() {
        return List.of(
                new Option("SCTP_RTOINFO", 16, EndpointOptions::getRto, EndpointOptions::setRto),
                new Option("SCTP_ASSOCINFO", 20, EndpointOptions::getAssociation, EndpointOptions::setAssociation),
                new Option("SCTP_INITMSG", 8, EndpointOptions::getInit, EndpointOptions::setInit),
                new Option("SCTP_DELAYED_SACK", 12, EndpointOptions::getSack, EndpointOptions::setSack),
                number("SCTP_NODELAY", c -> c.noDelay() ? 1 : 0, (c, v) -> c.withNoDelay(v != 0)),
                number(
                        "SCTP_AUTOCLOSE",
                        c -> c.times().autoclose() / Time.SECOND,
                        (c, v) -> c.withTimes(c.times().withAutoclose(v * Time.SECOND))),
                number(
                        "SCTP_DISABLE_FRAGMENTS",
                        c -> c.limits().fragments() ? 0 : 1,
                        (c, v) -> c.withLimits(c.limits().withFragments(v == 0))),
                number(
                        "SO_RCVBUF",
                        SctpConfig::receiveBytesMax,
                        (c, v) ->
                                c.withBuffers(Math.max(SctpConfig.RECEIVE_BYTES_MIN, v.intValue()), c.sendBytesMax())),
                number(
                        "SO_SNDBUF",
                        SctpConfig::sendBytesMax,
                        (c, v) -> c.withBuffers(c.receiveBytesMax(), v.intValue())),
                forAssociation(
                        "SCTP_MAX_BURST",
                        c -> c.limits().maxBurst(),
                        (c, v) -> c.withLimits(c.limits().withMaxBurst(v.intValue()))),
                new Option("SCTP_MAXSEG", 8, EndpointOptions::getSegment, EndpointOptions::setSegment),
                feature("SCTP_INTERLEAVING_SUPPORTED", SctpFeatures::interleaving, SctpFeatures::withInterleaving),
                feature("SCTP_PR_SUPPORTED", SctpFeatures::partialReliability, SctpFeatures::withPartialReliability),
                feature("SCTP_RECONFIG_SUPPORTED", SctpFeatures::reconfiguration, SctpFeatures::withReconfiguration),
                feature(
                        "SCTP_ASCONF_SUPPORTED",
                        SctpFeatures::addressConfiguration,
                        SctpFeatures::withAddressConfiguration),
                new Option("SCTP_PEER_ADDR_THLDS", 0, EndpointOptions::getThresholds, EndpointOptions::setThresholds),
                feature("SCTP_ECN_SUPPORTED", SctpFeatures::ecn, SctpFeatures::withEcn),
                new Option(
                        "SCTP_ADAPTATION_LAYER",
                        4,
                        (o, s, f) -> new Structure("sctp_setadaptation", 4)
                                .with("ssb_adaptation_ind", Math.max(0, s.config.adaptation())),
                        (o, s, f) -> {
                            o.configure(s, s.config.withAdaptation(f.number("ssb_adaptation_ind")));
                            return null;
                        }),
                value("SCTP_PARTIAL_DELIVERY_POINT", c -> 0),
                new Option("SO_LINGER", 8, null, EndpointOptions::setLinger));
    }

    private static Option number(
            String name, ToLongFunction<SctpConfig> get, BiFunction<SctpConfig, Long, SctpConfig> set) {
        return new Option(name, 4, (o, s, f) -> Options.number(get.applyAsLong(s.config)), (o, s, f) -> {
            o.configure(s, set.apply(s.config, f.number("")));
            return null;
        });
    }

    /// A value that can be read again. When a message is delivered in parts is the engine's choice, as RFC 6458
    /// §8.1.21 allows.
    private static Option value(String name, ToLongFunction<SctpConfig> initially) {
        return new Option(
                name,
                4,
                (o, s, f) -> Options.number(s.values.getOrDefault(name, initially.applyAsLong(s.config))),
                (o, s, f) -> {
                    s.values.put(name, f.number(""));
                    return null;
                });
    }

    private static Option forAssociation(
            String name, ToLongFunction<SctpConfig> get, BiFunction<SctpConfig, Long, SctpConfig> set) {
        return new Option(name, 8, (o, s, f) -> Options.forAssociation(get.applyAsLong(s.config)), (o, s, f) -> {
            o.configure(s, set.apply(s.config, Options.number(f)));
            return null;
        });
    }

    private static Option feature(
            String name,
            java.util.function.Predicate<SctpFeatures> get,
            BiFunction<SctpFeatures, Boolean, SctpFeatures> set) {
        return forAssociation(
                name, c -> get.test(c.features()) ? 1 : 0, (c, v) -> c.withFeatures(set.apply(c.features(), v != 0)));
    }

    private static long millis(long nanos) {
        return nanos / Time.MILLISECOND;
    }

    /// A field of milliseconds, `otherwise` when it is 0, which asks for no change.
    private static long nanos(Fields fields, String name, long otherwise) {
        long value = fields.numberOr0(name);
        return value == 0 ? otherwise : value * Time.MILLISECOND;
    }

    private static Structure getRto(Options options, SctpSocket socket, @Nullable Fields asked) {
        SctpTimes times = socket.config.times();
        return new Structure("sctp_rtoinfo", 16)
                .withAsked("srto_assoc_id")
                .with("srto_initial", millis(times.rtoInitial()))
                .with("srto_max", millis(times.rtoMax()))
                .with("srto_min", millis(times.rtoMin()));
    }

    private static @Nullable Errno setRto(Options options, SctpSocket socket, Fields value) {
        SctpTimes times = socket.config.times();
        long initial = nanos(value, "srto_initial", times.rtoInitial());
        long min = nanos(value, "srto_min", times.rtoMin());
        long max = nanos(value, "srto_max", times.rtoMax());
        options.configure(socket, socket.config.withTimes(times.withRto(initial, min, max)));
        return null;
    }

    private static Structure getAssociation(Options options, SctpSocket socket, @Nullable Fields asked) {
        Association a = options.association(socket);
        return new Structure("sctp_assocparams", 20)
                .withAsked("sasoc_assoc_id")
                .with("sasoc_asocmaxrxt", socket.config.limits().associationMaxRetrans())
                .with("sasoc_number_peer_destinations", a == null ? 0 : paths(options, a))
                .with("sasoc_peer_rwnd", a == null ? 0 : a.peerRwnd)
                .with("sasoc_local_rwnd", socket.config.receiveBytesMax())
                .with("sasoc_cookie_life", millis(socket.config.times().cookieLife()));
    }

    private static long paths(Options options, Association a) {
        SctpSession session = options.session();
        return session.sctp().info(session.now(), a).paths().size();
    }

    private static @Nullable Errno setAssociation(Options options, SctpSocket socket, Fields value) {
        SctpLimits limits = socket.config.limits();
        long retransmissions = value.numberOr0("sasoc_asocmaxrxt");
        if (retransmissions != 0) {
            limits = limits.withRetransmissions(
                    (int) retransmissions, limits.pathMaxRetrans(), limits.maxInitRetransmits());
        }
        SctpTimes times = socket.config.times();
        long life = nanos(value, "sasoc_cookie_life", times.cookieLife());
        options.configure(socket, socket.config.withLimits(limits).withTimes(times.withCookieLife(life)));
        return null;
    }

    private static Structure getInit(Options options, SctpSocket socket, @Nullable Fields asked) {
        SctpConfig config = socket.config;
        return new Structure("sctp_initmsg", 8)
                .with("sinit_num_ostreams", config.outboundStreams())
                .with("sinit_max_instreams", config.inboundStreamsMax())
                .with("sinit_max_attempts", config.limits().maxInitRetransmits())
                .with("sinit_max_init_timeo", socket.values.getOrDefault("sinit_max_init_timeo", 60_000L));
    }

    private static @Nullable Errno setInit(Options options, SctpSocket socket, Fields value) {
        SctpConfig config = socket.config;
        int out = (int) value.numberOr0("sinit_num_ostreams");
        int in = (int) value.numberOr0("sinit_max_instreams");
        int attempts = (int) value.numberOr0("sinit_max_attempts");
        long timeout = value.numberOr0("sinit_max_init_timeo");
        SctpLimits limits = config.limits();
        if (attempts != 0) {
            limits = limits.withRetransmissions(limits.associationMaxRetrans(), limits.pathMaxRetrans(), attempts);
        }
        if (timeout != 0) {
            socket.values.put("sinit_max_init_timeo", timeout);
        }
        options.configure(
                socket,
                config.withStreams(out == 0 ? config.outboundStreams() : out, in == 0 ? config.inboundStreamsMax() : in)
                        .withLimits(limits));
        return null;
    }

    private static Structure getSack(Options options, SctpSocket socket, @Nullable Fields asked) {
        return new Structure("sctp_sack_info", 12)
                .withAsked("sack_assoc_id")
                .with("sack_delay", millis(socket.config.times().sackDelay()))
                .with("sack_freq", socket.config.limits().sackFrequency());
    }

    /// RFC 6458 §8.1.19: 0 leaves a value as it is.
    private static @Nullable Errno setSack(Options options, SctpSocket socket, Fields value) {
        SctpConfig config = socket.config;
        long delay = nanos(value, "sack_delay", config.times().sackDelay());
        int frequency = (int) value.numberOr0("sack_freq");
        SctpTimes times = config.times().withSackDelay(Math.min(delay, SctpTimes.SACK_DELAY_MAX));
        SctpLimits limits = frequency == 0 ? config.limits() : config.limits().withSackFrequency(frequency);
        options.configure(socket, config.withTimes(times).withLimits(limits));
        return null;
    }

    /// What one chunk carries, as long as nobody set less.
    private static Structure getSegment(Options options, SctpSocket socket, @Nullable Fields asked) {
        Association a = options.association(socket);
        SctpSession session = options.session();
        int max = socket.config.limits().fragmentMax();
        return Options.forAssociation(
                max != 0 || a == null
                        ? max
                        : session.sctp().info(session.now(), a).fragmentBytes());
    }

    private static @Nullable Errno setSegment(Options options, SctpSocket socket, Fields value) {
        long max = Options.number(value);
        if (max < 0) {
            return Errno.EINVAL;
        }
        options.configure(
                socket, socket.config.withLimits(socket.config.limits().withFragmentMax((int) max)));
        return null;
    }

    /// RFC 7829 §7.2: 0xffff for never.
    private static Structure getThresholds(Options options, SctpSocket socket, @Nullable Fields asked) {
        SctpFailover failover = socket.config.extensions().failover();
        return new Structure("sctp_paddrthlds", 144)
                .withAsked("spt_assoc_id")
                .withAsked("spt_address")
                .with("spt_pathmaxrxt", socket.config.limits().pathMaxRetrans())
                .with("spt_pathpfthld", Math.min(NEVER, failover.potentiallyFailedMaxRetrans()))
                .with("spt_pathcpthld", Math.min(NEVER, failover.primarySwitchoverMaxRetrans()));
    }

    private static @Nullable Errno setThresholds(Options options, SctpSocket socket, Fields value) {
        SctpConfig config = socket.config;
        SctpLimits limits = config.limits();
        int failed = threshold(value, "spt_pathpfthld");
        int switched = threshold(value, "spt_pathcpthld");
        options.configure(
                socket,
                config.withLimits(limits.withRetransmissions(
                                limits.associationMaxRetrans(),
                                (int) value.number("spt_pathmaxrxt"),
                                limits.maxInitRetransmits()))
                        .withExtensions(config.extensions().withFailover(new SctpFailover(failed, switched))));
        return null;
    }

    private static int threshold(Fields value, String name) {
        return !value.has(name) || value.number(name) == NEVER ? SctpFailover.NEVER : (int) value.number(name);
    }

    private static @Nullable Errno setLinger(Options options, SctpSocket socket, Fields value) {
        boolean on = value.number("l_onoff") != 0;
        long seconds = value.numberOr0("l_linger");
        if (on && seconds != 0) {
            throw value.arguments().notUnderstood("SO_LINGER with a time");
        }
        socket.closeAborts = on;
        return null;
    }
}
