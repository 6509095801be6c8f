package io.towpath.nat;

/// The settings of a NAT as they are now. They may change while it runs, so its parts ask here each time.
final class Settings {
    private NatConfig config;

    Settings(NatConfig config) {
        this.config = config;
    }

    NatConfig get() {
        return config;
    }

    void set(NatConfig config) {
        this.config = config;
    }
}
