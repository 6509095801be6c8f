package io.towpath.sim;

import io.towpath.core.Entropy;

/// How a user of a connection makes use of what TCP offers him besides sending and receiving (RFC 9293 §3.9.1).
///
/// @param allocates ALLOCATE: bytes that he will take before he is asked again; 0 leaves the window to the buffer
/// @param corks holds incomplete segments back while he writes several times
/// @param waits SENDs without PUSH, all but every third
/// @param ends ends a record with each write
record UserHabits(int allocates, boolean corks, boolean waits, boolean ends) {
    /// None but sending and receiving.
    static final UserHabits PLAIN = new UserHabits(0, false, false, false);

    /// Mostly none; never so little at a time that a long transfer would take for ever.
    static UserHabits draw(Entropy chance) {
        return new UserHabits(
                chance.chance(0.15) ? 600 + chance.nextInt(20_000) : 0,
                chance.chance(0.15),
                chance.chance(0.15),
                chance.chance(0.2));
    }

    @Override
    public String toString() {
        return (allocates == 0 ? "" : ", allocates " + allocates)
                + (corks ? ", corks" : "")
                + (waits ? ", waits" : "")
                + (ends ? ", ends records" : "");
    }
}
