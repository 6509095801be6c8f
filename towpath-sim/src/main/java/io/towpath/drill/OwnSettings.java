package io.towpath.drill;

import io.towpath.congestion.CongestionTuning.AfterIdle;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.MasterKey;
import io.towpath.tcp.config.PathMtuConfig;
import io.towpath.tcp.config.PeerKey;
import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
            case "accurate_ecn_option" -> {
                Boolean on = flag(value);
                yield on == null ? null : tcp.withEcn(tcp.ecn().withOption(on));
            }
            case "md5_key" -> tcp.withAuthentication(withMd5(tcp.authentication(), value));
            case "ao_key" -> withMasterKey(tcp, value);
            default -> null;
        };
    }

    private static AuthConfig withMd5(AuthConfig keys, String secret) {
        Octets octets = Octets.of(secret.getBytes(StandardCharsets.US_ASCII));
        return AuthConfig.of(
                        new PeerKey(Prefix.parse("0.0.0.0/0"), 0, octets), new PeerKey(Prefix.parse("::/0"), 0, octets))
                .withMasterKeys(keys.masterKeys().toArray(MasterKey[]::new));
    }

    /// `84:61:secret`: SendID and RecvID of the host, for all peers. Several are kept in their order.
    private static @Nullable TcpConfig withMasterKey(TcpConfig tcp, String value) {
        String[] parts = value.split(":", 3);
        if (parts.length < 3 || !parts[0].matches("[0-9]{1,3}") || !parts[1].matches("[0-9]{1,3}")) {
            return null;
        }
        Octets secret = Octets.of(parts[2].getBytes(StandardCharsets.US_ASCII));
        var keys = new ArrayList<>(tcp.authentication().masterKeys());
        for (String peers : List.of("0.0.0.0/0", "::/0")) {
            keys.add(MasterKey.of(Prefix.parse(peers), Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), secret));
        }
        return tcp.withAuthentication(tcp.authentication().withMasterKeys(keys.toArray(MasterKey[]::new)));
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
