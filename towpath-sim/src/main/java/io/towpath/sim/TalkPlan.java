package io.towpath.sim;

/// What one side of a TCP connection does with it.
///
/// @param sendBytes how much it writes in all
/// @param writeMax bytes that it writes at once, at least 1
/// @param writePauseNanos how long it rests after each write; 0 writes as long as there is room
/// @param readMax bytes that it reads at once, at least 1
/// @param readPauseNanos how long it rests after each read; 0 reads all there is. A slow reader closes the window
/// @param ending how it ends
/// @param endingAt for [Ending#RELEASE] and [Ending#ABORT]: bytes written and read after which it does so
/// @param urgentEvery bytes written between urgent marks; 0 for none
/// @param habits what else it asks of its connection
public record TalkPlan(
        long sendBytes,
        int writeMax,
        long writePauseNanos,
        int readMax,
        long readPauseNanos,
        Ending ending,
        long endingAt,
        long urgentEvery,
        UserHabits habits) {
    /// How a side ends its connection.
    public enum Ending {
        /// Closes when everything is written, and goes on reading until the other side's end.
        CLOSE,
        /// Reads until the other side's end before it writes, then closes: needs a half-closed connection.
        ANSWER,
        /// Reads until the other side's end while it writes, and closes only then.
        LAST,
        /// Goes away as a program that exits does, with whatever is unread.
        RELEASE,
        /// Aborts.
        ABORT
    }

    /// @throws IllegalArgumentException when a number cannot be
    public TalkPlan {
        if (sendBytes < 0 || writeMax < 1 || readMax < 1 || writePauseNanos < 0 || readPauseNanos < 0) {
            throw new IllegalArgumentException("a plan of negative numbers: " + sendBytes + " bytes, " + writeMax
                    + " per write, " + readMax + " per read");
        }
    }

    /// Writes `bytes` as fast as it may, reads as fast as it may, closes when all is written.
    public static TalkPlan sending(long bytes) {
        return new TalkPlan(bytes, 16_384, 0, 65_536, 0, Ending.CLOSE, 0, 0, UserHabits.PLAIN);
    }

    /// Writes nothing and closes when the other side did.
    public static TalkPlan receiving() {
        return new TalkPlan(0, 1, 0, 65_536, 0, Ending.LAST, 0, 0, UserHabits.PLAIN);
    }

    /// This with another ending.
    public TalkPlan ending(Ending value, long at) {
        return new TalkPlan(
                sendBytes, writeMax, writePauseNanos, readMax, readPauseNanos, value, at, urgentEvery, habits);
    }

    /// This with another way of reading.
    public TalkPlan reading(int bytesMax, long pauseNanos) {
        return new TalkPlan(
                sendBytes, writeMax, writePauseNanos, bytesMax, pauseNanos, ending, endingAt, urgentEvery, habits);
    }

    /// This with another way of writing.
    public TalkPlan writing(int bytesMax, long pauseNanos) {
        return new TalkPlan(
                sendBytes, bytesMax, pauseNanos, readMax, readPauseNanos, ending, endingAt, urgentEvery, habits);
    }

    /// This with urgent marks.
    public TalkPlan urgentEvery(long bytes) {
        return new TalkPlan(
                sendBytes, writeMax, writePauseNanos, readMax, readPauseNanos, ending, endingAt, bytes, habits);
    }

    /// This with other habits.
    public TalkPlan habits(UserHabits value) {
        return new TalkPlan(
                sendBytes, writeMax, writePauseNanos, readMax, readPauseNanos, ending, endingAt, urgentEvery, value);
    }

    /// True when this side may end the connection before the other side is done.
    public boolean isRude() {
        return ending == Ending.RELEASE || ending == Ending.ABORT;
    }

    @Override
    public String toString() {
        return "send " + sendBytes + " in " + writeMax
                + (writePauseNanos == 0 ? "" : " every " + millis(writePauseNanos))
                + ", read " + readMax + (readPauseNanos == 0 ? "" : " every " + millis(readPauseNanos)) + ", "
                + ending.name().toLowerCase(java.util.Locale.ROOT) + (isRude() ? " at " + endingAt : "")
                + (urgentEvery == 0 ? "" : ", urgent every " + urgentEvery)
                + habits;
    }

    private static String millis(long nanos) {
        return nanos / 1_000_000 + " ms";
    }
}
