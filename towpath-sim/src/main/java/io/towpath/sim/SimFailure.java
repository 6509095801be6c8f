package io.towpath.sim;

import java.util.List;

/// A run that went wrong: a checker found something, or the world could not go on.
public final class SimFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Finding> findings;

    /// @param seed of the world
    /// @param findings at least one
    public SimFailure(long seed, List<Finding> findings) {
        super(message(seed, findings));
        this.findings = List.copyOf(findings);
    }

    /// What was found.
    public List<Finding> findings() {
        return findings;
    }

    private static String message(long seed, List<Finding> findings) {
        var text = new StringBuilder("world of seed ").append(seed).append(" failed:");
        for (Finding finding : findings) {
            text.append("\n  ").append(finding);
        }
        return text.toString();
    }
}
