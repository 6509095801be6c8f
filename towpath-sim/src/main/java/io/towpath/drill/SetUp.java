package io.towpath.drill;

import io.towpath.congestion.Congestion;
import io.towpath.congestion.CongestionTuning.AfterIdle;
import io.towpath.core.Time;
import io.towpath.drill.script.NotUnderstood;
import io.towpath.drill.sctp.SctpSession;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.tcp.config.SendConfig;
import io.towpath.tcp.config.SynConfig;
import io.towpath.tcp.config.SynCookieUse;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a script's commands make of the host: configuration by the names of Linux and FreeBSD. A setting that
/// this host cannot be given is [NotUnderstood], unless it is the one that it has anyway.
final class SetUp {
    private static final String BSD_PREFIX = "net.inet.tcp.";

    /// `echo 1 > /proc/sys/net/ipv4/tcp_sack`.
    private static final Pattern WRITTEN = Pattern.compile("echo ([0-9]+) *> *(\\S+)");

    private static final int DELAY = 2;
    private static final String LINUX_PREFIX = "net.ipv4.tcp_";

    /// What a receive buffer may grow to after the set-up that Linux scripts share.
    private static final int LINUX_BUFFER_MAX = 15 * 1024 * 1024;

    private final DrillProfile profile;
    private TcpConfig tcp;
    private boolean strictSegments;
    private FastOpenMode fastOpen;
    private @Nullable SctpSession sctp;

    SetUp(DrillProfile profile, boolean strictSegments) {
        this.profile = profile;
        this.tcp = profile.tcp();
        this.strictSegments = strictSegments;
        this.fastOpen = profile == DrillProfile.LINUX ? FastOpenMode.EVERY_LISTENER : new FastOpenMode(0);
    }

    /// The profile that a script's commands ask for, `otherwise` when they do not say.
    static DrillProfile profile(List<Step> steps, DrillProfile otherwise) {
        for (Step step : steps) {
            if (step.action() instanceof Step.Commands(List<String> lines)) {
                for (String line : lines) {
                    if (line.contains(BSD_PREFIX) || line.contains("net.inet.sctp.")) {
                        return DrillProfile.BSD;
                    }
                    if (line.contains("defaults.sh") || line.contains("ipv4") || line.contains("net.sctp.")) {
                        return DrillProfile.LINUX;
                    }
                }
            }
        }
        return otherwise;
    }

    /// Settings of SCTP go there.
    void sctp(SctpSession session) {
        sctp = session;
    }

    DrillProfile profile() {
        return profile;
    }

    /// Who may open with data.
    FastOpenMode fastOpen() {
        return fastOpen;
    }

    /// How connections behave that are opened from now on.
    TcpConfig tcp() {
        return tcp;
    }

    /// Whether a long segment of the script must be one segment on the wire.
    boolean strictSegments() {
        return strictSegments;
    }

    /// Obeys a command that configures.
    ///
    /// @return false when `command` is not one
    boolean apply(int line, String command) {
        Matcher written = WRITTEN.matcher(command);
        if (written.matches()) {
            return write(line, written.group(2), written.group(1));
        }
        String[] words = ShellWords.of(line, command).toArray(String[]::new);
        if (words.length == 0) {
            return false;
        }
        String program = words[0].substring(words[0].lastIndexOf('/') + 1);
        switch (program) {
            case "defaults.sh" -> {
                linuxDefaults();
                fastOpen = words[0].startsWith("./") ? FastOpenMode.ASKED : FastOpenMode.EVERY_LISTENER;
            }
            case "sysctl", "set_sysctls.py" -> settings(line, words);
            case "ethtool" -> offloads(line, command);
            default -> {
                if (program.equals("tc")) {
                    return isPlainQueue(words);
                }
                if (words[0].startsWith("/tmp/sysctl_restore")) {
                    // The host is gone after the script: there is nothing to restore.
                    return true;
                }
                return false;
            }
        }
        return true;
    }

    /// A setting that is written into its file.
    private boolean write(int line, String file, String value) {
        if (file.startsWith("/proc/sys/")) {
            settings(line, new String[] {"sysctl", file + "=" + value});
            return true;
        }
        // By which signs CUBIC leaves its first slow start: ours knows the delay (RFC 9406), not the ACK train.
        int signs = switch (file) {
            case "/sys/module/tcp_cubic/parameters/hystart_detect" -> (int) number(value);
            case "/sys/module/tcp_cubic/parameters/hystart" -> value.equals("0") ? 0 : DELAY;
            default -> -1;
        };
        if (signs != 0 && (signs < 0 || (signs & DELAY) == 0)) {
            return false;
        }
        tcp = tcp.withCongestionTuning(tcp.congestionTuning().withHyStart(signs != 0));
        return true;
    }

    private void settings(int line, String[] words) {
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            if (word.startsWith("-") || word.startsWith("/proc") && word.indexOf('=') < 0) {
                continue;
            }
            int equals = word.indexOf('=');
            if (equals < 0) {
                throw new NotUnderstood(line, "setting '" + word + "'");
            }
            String name = word.substring(0, equals).replace("/proc/sys/", "").replace("net/ipv4/", "net.ipv4.");
            String value = word.substring(equals + 1);
            if (name.contains(".sctp.")) {
                sctp(line, name, value);
                continue;
            }
            if (!set(name, value)) {
                throw new NotUnderstood(line, "setting " + name + "=" + value);
            }
        }
    }

    private boolean set(String name, String value) {
        if (name.startsWith(OwnSettings.PREFIX)) {
            TcpConfig changed = OwnSettings.apply(tcp, name.substring(OwnSettings.PREFIX.length()), value);
            tcp = changed == null ? tcp : changed;
            return changed != null;
        }
        return name.startsWith(LINUX_PREFIX)
                ? linux(name.substring(LINUX_PREFIX.length()), value)
                : bsd(name.replace(BSD_PREFIX, ""), value);
    }

    private void sctp(int line, String name, String value) {
        SctpSession session = sctp;
        if (session == null || !session.set(name, value)) {
            throw new NotUnderstood(line, "setting " + name + "=" + value);
        }
    }

    /// The set-up that Linux scripts share: large buffers, no ECN. Those that have it were written for kernels
    /// that acknowledge a FIN at once.
    private void linuxDefaults() {
        scale(LINUX_BUFFER_MAX);
        tcp = tcp.withReceive(tcp.receive().withDelayedFin(false)).withEcn(EcnConfig.OFF);
    }

    private void scale(int bufferMax) {
        tcp = tcp.withSyn(tcp.syn().withWindowScale(SynConfig.shiftFor(bufferMax)));
    }

    /// The congestion control of that name.
    ///
    /// @throws IllegalArgumentException when there is none
    static Congestion congestion(String name) {
        return switch (name) {
            case "cubic" -> Congestion.CUBIC;
            case "bbr" -> Congestion.BBR;
            case "reno", "newreno" -> Congestion.NEWRENO;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /// The bound of what waits unsent, which is unsigned there; 0 is a bound that nothing keeps.
    static int unsentMax(long value) {
        long unsigned = value & 0xffff_ffffL;
        return Math.clamp(unsigned, 1, SendConfig.UNLIMITED);
    }

    private static long number(String value) {
        try {
            return Long.decode(value);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private boolean linux(String name, String text) {
        long value = number(text);
        switch (name) {
            case "timestamps" -> tcp = tcp.withTimestamps(value != 0);
            case "sack" -> tcp = tcp.withSack(value != 0);
            case "window_scaling" -> tcp = tcp.withWindowScaling(value != 0);
            case "congestion_control" -> {
                tcp = tcp.withCongestion(congestion(text));
                return true;
            }
            case "rto_max_ms" -> tcp = tcp.withMaxRtoNanos(value * Time.MILLISECOND);
            // How super-segments are cut: none are made here.
            case "min_tso_segs", "tso_win_divisor" -> {}
            case "slow_start_after_idle" ->
                tcp = tcp.withCongestionTuning(
                        tcp.congestionTuning().withAfterIdle(value != 0 ? AfterIdle.RESTART : AfterIdle.KEEP));
            case "fastopen" -> fastOpen = new FastOpenMode((int) value);
            case "fastopen_key" -> {
                return text.equals("a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4");
            }
            case "fastopen_blackhole_timeout_sec" ->
                tcp = tcp.withFastOpen(tcp.fastOpen().withBlackHoleNanos(value * Time.SECOND));
            case "syn_retries" -> tcp = tcp.withOpening(tcp.opening().withSynRetries((int) value));
            case "synack_retries" -> tcp = tcp.withOpening(tcp.opening().withSynAckRetries((int) value));
            case "syncookies" -> {
                if (value < 0 || value > 2) {
                    return false;
                }
                var use = SynCookieUse.values()[(int) value];
                tcp = tcp.withOpening(tcp.opening().withSynCookies(use));
            }
            case "ecn" -> {
                return ecn((int) value);
            }
            case "ecn_option" -> tcp = tcp.withEcn(tcp.ecn().withOption(value > 0));
            case "recovery", "early_retrans", "frto", "reordering" -> {
                return recovery(name, (int) value);
            }
            default -> {
                return linuxTimes(name, value) || linuxSizes(name, text) || isAsLinuxHasIt(name, value);
            }
        }
        return value >= 0;
    }

    private boolean recovery(String name, int value) {
        RecoveryConfig before = tcp.recovery();
        boolean known = 0 <= value && value <= (name.equals("reordering") ? RecoveryConfig.REORDERING_MAX : 4);
        if (!known || value == 0 && name.equals("reordering")) {
            return false;
        }
        tcp = tcp.withRecovery(
                switch (name) {
                    case "recovery" -> before.withRack((value & 1) != 0);
                    case "early_retrans" -> before.withTailLossProbe(value >= 3);
                    case "frto" -> before.withFrto(value != 0);
                    default -> before.withReordering(value);
                });
        return !name.equals("recovery") || value <= 1;
    }

    private boolean linuxTimes(String name, long value) {
        try {
            switch (name) {
                case "fin_timeout" -> tcp = tcp.withOrphanNanos(value * Time.SECOND);
                case "keepalive_time" -> tcp = tcp.withKeepAliveIdleNanos(value * Time.SECOND);
                case "keepalive_intvl" -> tcp = tcp.withKeepAliveIntervalNanos(value * Time.SECOND);
                case "keepalive_probes" -> tcp = tcp.withKeepAliveProbes((int) value);
                case "rto_min_us" ->
                    tcp = tcp.withMinRtoNanos(value * Time.MICROSECOND)
                            .withMinRtoVarianceNanos(value * Time.MICROSECOND);
                case "notsent_lowat" -> tcp = tcp.withSend(tcp.send().withUnsentMax(unsentMax(value)));
                case "dsack" -> tcp = tcp.withReceive(tcp.receive().withDuplicateSack(value != 0));
                default -> {
                    return false;
                }
            }
        } catch (IllegalArgumentException e) {
            return false;
        }
        return true;
    }

    /// `"4096 131072 33554432"`: the least, the first and the largest size of a buffer.
    private boolean linuxSizes(String name, String text) {
        String[] sizes = text.strip().split("\\s+");
        if (sizes.length != 3) {
            if (name.equals("congestion_control")) {
                tcp = tcp.withCongestion(congestion(text));
                return true;
            }
            return false;
        }
        long first = number(sizes[1]);
        long most = number(sizes[2]);
        if (first <= 0 || most < first || most > 1 << 30) {
            return false;
        }
        switch (name) {
            case "rmem" -> {
                // Half of what a buffer takes is bookkeeping; the shift is chosen for the largest.
                tcp = tcp.withReceiveBuffer((int) first);
                scale((int) most);
            }
            case "wmem" -> tcp = tcp.withSendBuffer((int) first);
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Settings that are the profile's anyway, or make no difference to one connection over one link.
    private static boolean isAsLinuxHasIt(String name, long value) {
        return switch (name) {
            case "no_metrics_save",
                    "moderate_rcvbuf",
                    "autocorking",
                    "limit_output_bytes",
                    "tso_rtt_log",
                    "max_syn_backlog",
                    "challenge_ack_limit",
                    "invalid_ratelimit",
                    "pacing_ss_ratio",
                    "pacing_ca_ratio",
                    "min_rtt_wlen",
                    "retrans_collapse",
                    "base_mss",
                    "fack",
                    "low_latency" -> value >= 0;
            case "syncookies" -> value == 1;
            case "mtu_probing", "thin_linear_timeouts", "shrink_window", "workaround_signed_windows" -> value == 0;
            case "tw_reuse" -> value == 2 || value == 1;
            default -> false;
        };
    }

    /// A device queue without shaping of its own.
    private static boolean isPlainQueue(String[] words) {
        String last = words[words.length - 1];
        return words.length > 2 && words[1].equals("qdisc") && (last.equals("pfifo") || last.equals("pfifo_fast"));
    }

    private boolean bsd(String name, String text) {
        long value = number(text);
        switch (name) {
            case "sack.enable" -> tcp = tcp.withSack(value != 0);
            case "rfc1323" -> tcp = tcp.withTimestamps(value != 0).withWindowScaling(value != 0);
            case "recvspace" -> tcp = tcp.withReceiveBuffer((int) value);
            case "sendspace" -> tcp = tcp.withSendBuffer((int) value);
            case "rexmit_initial" -> tcp = tcp.withInitialRtoNanos(value * Time.MILLISECOND);
            case "delacktime" -> tcp = tcp.withDelayedAckNanos(value * Time.MILLISECOND);
            case "keepinit" -> tcp = tcp.withSynTimeoutNanos(value * Time.MILLISECOND);
            // A new host remembers nothing of its peers.
            case "hostcache.purgenow" -> {}
            case "tolerate_missing_ts" -> tcp = tcp.withHabits(tcp.habits().withMissingTimestamps(value != 0));
            // The bound of buffers that grow: the shift is chosen for it.
            case "kern.ipc.maxsockbuf" -> scale((int) value);
            // Whether RFC 5961 rules: it does. A script for which that makes a difference fails.
            case "insecure_rst", "insecure_syn" -> {}
            case "rexmit_slop" -> tcp = tcp.withRtoSlopNanos(value * Time.MILLISECOND);
            case "rexmit_min" -> tcp = tcp.withMinRtoNanos(value * Time.MILLISECOND);
            case "drop_synfin" -> tcp = tcp.withDropSynFin(value != 0);
            case "cc.abe" ->
                tcp = tcp.withCongestionTuning(tcp.congestionTuning().withAlternativeBackoff(value != 0));
            case "cc.algorithm" -> {
                tcp = tcp.withCongestion(congestion(text));
                return true;
            }
            case "ecn.maxretries" -> tcp = tcp.withEcn(tcp.ecn().withSynRetries((int) value));
            case "ecn.enable" -> {
                return ecn((int) value);
            }
            case "blackhole", "rexmit_drop_options" -> {
                return value == 0;
            }
            default -> {
                return false;
            }
        }
        return value >= 0;
    }

    /// Both systems number it alike: 0 off, 1 ask and agree, 2 agree, 3 ask for the accurate one and agree.
    private boolean ecn(int value) {
        EcnConfig[] kinds = {EcnConfig.OFF, EcnConfig.ECN, EcnConfig.ACCEPT, EcnConfig.ACCURATE};
        if (value < 0 || value >= kinds.length) {
            return false;
        }
        tcp = tcp.withEcn(kinds[value].withSynRetries(tcp.ecn().synRetries()));
        return true;
    }

    private void offloads(int line, String command) {
        if (!command.startsWith("ethtool -K")) {
            throw new NotUnderstood(line, "command '" + command + "'");
        }
        if (command.contains("tso off")) {
            strictSegments = true;
        }
    }
}
