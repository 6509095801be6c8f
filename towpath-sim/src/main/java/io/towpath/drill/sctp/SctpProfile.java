package io.towpath.drill.sctp;

import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpExtensions;
import io.towpath.wire.SctpAuthHeader;

/// How the host's SCTP behaves that a script meets, and what the structures of its calls look like.
public enum SctpProfile {
    /// The RFCs' recommendations.
    STANDARD(SctpConfig.defaults(), false),

    /// FreeBSD, for which nearly all scripts were written: AUTH and ASCONF are offered, and lengths of options
    /// may be larger than needed.
    FREEBSD(
            SctpConfig.defaults()
                    .withFeatures(SctpConfig.defaults()
                            .features()
                            .withAuthentication(true)
                            .withAddressConfiguration(true)),
            false),

    /// Linux: ECN is offered, streams are not reset, SHA-1 is the algorithm it likes best, and lengths of
    /// options must be exact.
    LINUX(
            SctpConfig.defaults()
                    .withFeatures(SctpConfig.defaults().features().withEcn(true).withReconfiguration(false))
                    .withExtensions(SctpExtensions.defaults()
                            .withAuthentication(SctpAuthentication.defaults()
                                    .withHmacs(SctpAuthHeader.SHA_1, SctpAuthHeader.SHA_256))),
            true);

    private final SctpConfig config;
    private final boolean exactLengths;

    SctpProfile(SctpConfig config, boolean exactLengths) {
        this.config = config;
        this.exactLengths = exactLengths;
    }

    /// Settings of sockets that were not given others.
    public SctpConfig config() {
        return config;
    }

    /// Whether the length of an option's structure must be exactly right.
    boolean isExact() {
        return exactLengths;
    }
}
