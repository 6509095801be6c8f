package io.towpath.sim;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SendOptions;
import io.towpath.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The messages of one direction of an SCTP association, as the sender makes them and the receiver must find
/// them: each at most once, whole and unchanged, in order within its stream unless unordered. One that does not arrive
/// was given up by its sender as its policy allows (RFC 3758, RFC 7496).
public final class MessageFlow {
    /// Bytes of the least message: its number.
    static final int LEAST = 8;

    private record Sent(int streamId, int length, SendOptions options, int place, long at) {
        boolean unordered() {
            return options.unordered();
        }
    }

    private final World world;
    private final String name;
    private final Content content;
    private final Entropy chance;
    private final Entropy losses;
    private final int streams;
    private final int bytesMax;
    private final double unordered;
    private final List<Sent> sent = new ArrayList<>();
    private final List<Boolean> delivered = new ArrayList<>();
    private final Map<Integer, Integer> placesSent = new TreeMap<>();
    private final Map<Integer, Integer> placesDelivered = new TreeMap<>();
    private final Map<String, ByteArrayOutputStream> parts = new TreeMap<>();
    private final List<Boolean> givenUp = new ArrayList<>();
    private SctpScenario.Reliability reliability = SctpScenario.Reliability.WHOLE;
    private long deliveredBytes;
    private int deliveredCount;
    private int lostCount;

    /// A flow without messages.
    ///
    /// @param streams how many streams are used
    /// @param bytesMax largest message
    /// @param unordered share of unordered messages
    public MessageFlow(World world, String name, int streams, int bytesMax, double unordered) {
        this.world = world;
        this.name = name;
        this.streams = streams;
        this.bytesMax = Math.max(LEAST, bytesMax);
        this.unordered = unordered;
        chance = world.entropy().split("flow " + name);
        losses = world.entropy().split("losses " + name);
        content = new Content(chance.nextLong());
    }

    /// Lets some messages be lost.
    void reliability(SctpScenario.Reliability next) {
        reliability = next;
    }

    /// How the next message is to be sent, and its bytes. It counts once [#accepted] is called.
    public record Next(byte[] data, SendOptions options) {}

    /// Makes the next message.
    ///
    /// @param streamsOpen streams that the association has
    public Next next(int streamsOpen) {
        int number = sent.size();
        var options = SendOptions.stream(chance.nextInt(Math.min(streams, streamsOpen)))
                .withUnordered(chance.chance(unordered))
                .withPpid(number);
        options = policy(options);
        int length = chance.chance(0.6) ? LEAST + chance.nextInt(Math.min(bytesMax, 200)) : size();
        byte[] data = new byte[Math.min(bytesMax, length)];
        Bytes.put64(data, 0, number);
        content.fill((long) number << 24, data, LEAST, data.length - LEAST);
        return new Next(data, options);
    }

    private SendOptions policy(SendOptions options) {
        if (reliability.share() == 0 || !losses.chance(reliability.share())) {
            return options;
        }
        return switch (losses.nextInt(3)) {
            case 0 ->
                options.withPolicy(
                        SendOptions.Policy.LIFETIME, Time.MILLISECOND * (1 + losses.nextInt(reliability.millisMax())));
            case 1 -> options.withPolicy(SendOptions.Policy.RETRANSMISSIONS, losses.nextInt(4));
            default -> options.withPolicy(SendOptions.Policy.PRIORITY, losses.nextInt(5));
        };
    }

    private int size() {
        return LEAST + chance.nextInt(bytesMax - LEAST + 1);
    }

    /// The association took the message.
    public void accepted(Next next) {
        int stream = next.options().streamId();
        int place = next.options().unordered() ? -1 : placesSent.merge(stream, 1, Integer::sum) - 1;
        sent.add(new Sent(stream, next.data().length, next.options(), place, world.now()));
        delivered.add(false);
        givenUp.add(false);
    }

    /// The sender's association gave a message up, and says so. It may have arrived all the same.
    void failed(long now, byte[] data) {
        long number = data.length < LEAST ? -1 : Bytes.i64(data, 0);
        if (number < 0 || number >= sent.size()) {
            complain(now, "a message was given up that was never sent");
            return;
        }
        Sent message = sent.get((int) number);
        boolean mayBe = switch (message.options().policy()) {
            case RELIABLE -> false;
            case LIFETIME -> now - message.at() >= message.options().policyValue();
            case RETRANSMISSIONS, PRIORITY -> true;
        };
        if (!mayBe || givenUp.get((int) number)) {
            complain(now, "message " + number + " was given up against its policy: " + message);
        }
        givenUp.set((int) number, true);
        if (!delivered.get((int) number)) {
            lostCount++;
        }
    }

    /// Messages of which it is known what became of them: they arrived, or were given up.
    int settled() {
        return deliveredCount + lostCount;
    }

    /// Messages that neither arrived nor were given up.
    List<Integer> missing() {
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < sent.size(); i++) {
            if (!delivered.get(i) && !givenUp.get(i)) {
                missing.add(i);
            }
        }
        return missing;
    }

    /// A message arrived.
    public void arrived(long now, Message message) {
        byte[] data = message.data();
        String key = key(message.streamId(), message.unordered(), message.tsn(), message.ssn());
        ByteArrayOutputStream begun = parts.get(key);
        if (!message.last()) {
            parts.computeIfAbsent(key, k -> new ByteArrayOutputStream()).writeBytes(data);
            return;
        }
        if (begun != null) {
            begun.writeBytes(data);
            data = begun.toByteArray();
            parts.remove(key);
        }
        long number = data.length < LEAST ? -1 : Bytes.i64(data, 0);
        if (number < 0 || number >= sent.size()) {
            complain(now, "a message of " + data.length + " bytes that was never sent");
            return;
        }
        check(now, (int) number, data, message);
    }

    private void check(long now, int number, byte[] data, Message message) {
        Sent original = sent.get(number);
        if (delivered.get(number)) {
            complain(now, "message " + number + " was delivered twice");
        }
        delivered.set(number, true);
        deliveredCount++;
        lostCount -= givenUp.get(number) ? 1 : 0;
        deliveredBytes += data.length;
        if (data.length != original.length()
                || content.mismatch((long) number << 24, data, LEAST, data.length - LEAST) >= 0) {
            complain(
                    now,
                    "message " + number + " of " + original.length() + " bytes came changed, " + data.length
                            + " bytes");
        }
        if (message.streamId() != original.streamId()
                || message.unordered() != original.unordered()
                || message.ppid() != number) {
            complain(now, "message " + number + " came as " + message + ", sent as " + original);
        }
        if (!original.unordered()) {
            int before = placesDelivered.getOrDefault(original.streamId(), -1);
            if (original.place() <= before) {
                complain(now, "message " + number + " of stream " + original.streamId() + " came out of order");
            }
            placesDelivered.put(original.streamId(), original.place());
        }
    }

    private void complain(long now, String what) {
        world.findings().add(now, "messages", name + ": " + what);
    }

    /// A message that came in part will not be completed.
    void partAborted(Notification.PartialDeliveryAborted broken) {
        parts.remove(key(broken.streamId(), broken.unordered(), broken.tsn(), broken.ssn()));
    }

    private static String key(int streamId, boolean unordered, long tsn, long ssn) {
        return streamId + (unordered ? "u" + tsn + "|" : "o") + ssn;
    }

    /// The association began anew: parts of a message will not be completed.
    public void restarted() {
        parts.clear();
    }

    /// Messages that the sender's association took.
    public int sent() {
        return sent.size();
    }

    /// Messages that arrived.
    public int delivered() {
        return deliveredCount;
    }

    /// Their bytes.
    public long deliveredBytes() {
        return deliveredBytes;
    }

    @Override
    public String toString() {
        return name + " " + deliveredCount + " of " + sent.size() + (lostCount == 0 ? "" : " without " + lostCount);
    }
}
