package io.towpath.drill;

import io.towpath.congestion.CongestionTuning.AfterIdle;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.PathMtuConfig;
import org.jspecify.annotations.Nullable;

/// Settings that other systems do not have, or not as they are here: `sysctl towpath.tcp.after_idle=validate`. They
/// change one thing in the profile that the script is run with.
final class OwnSettings {
    /// What their names begin with.
    static final String PREFIX = "towpath.tcp.";

    private OwnSettings() {}

    /// What a setting makes of `tcp`, null when there is no such name or value.
    static @Nullable TcpConfig apply(TcpConfig tcp, String name, String value) {
        return switch (name) {
            case "after_idle" -> afterIdle(tcp, value);
            case "mtu_probing" -> mtuProbing(tcp, value);
            case "user_timeout_option" -> {
                Boolean on = flag(value);
                // The limits are wide: a script says by its own times what it shows.
                yield on == null
                        ? null
                        : tcp.withUserTimeout(
                                tcp.userTimeout().withEnabled(on).withLimits(Time.SECOND, 3600 * Time.SECOND));
            }
            case "rack" -> {
                Boolean on = flag(value);
                yield on == null ? null : tcp.withRecovery(tcp.recovery().withRack(on));
            }
            case "loss_probe" -> {
                Boolean on = flag(value);
                yield on == null ? null : tcp.withRecovery(tcp.recovery().withTailLossProbe(on));
            }
            default -> null;
        };
    }

    private static @Nullable Boolean flag(String value) {
        return switch (value) {
            case "0" -> false;
            case "1" -> true;
            default -> null;
        };
    }

    private static @Nullable TcpConfig afterIdle(TcpConfig tcp, String value) {
        AfterIdle found = switch (value) {
            case "restart" -> AfterIdle.RESTART;
            case "keep" -> AfterIdle.KEEP;
            case "validate" -> AfterIdle.VALIDATE;
            default -> null;
        };
        return found == null
                ? null
                : tcp.withCongestionTuning(tcp.congestionTuning().withAfterIdle(found));
    }

    private static @Nullable TcpConfig mtuProbing(TcpConfig tcp, String value) {
        PathMtuConfig.Use found = switch (value) {
            case "off" -> PathMtuConfig.Use.OFF;
            case "black_hole" -> PathMtuConfig.Use.BLACK_HOLE;
            case "always" -> PathMtuConfig.Use.ALWAYS;
            default -> null;
        };
        return found == null ? null : tcp.withPathMtu(tcp.pathMtu().withUse(found));
    }
}
