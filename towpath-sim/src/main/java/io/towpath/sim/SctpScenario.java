package io.towpath.sim;

import io.towpath.link.Impairments;
import io.towpath.nat.NatConfig;
import io.towpath.sctp.SchedulingPolicy;
import io.towpath.sctp.SctpConfig;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A whole run of SCTP between two hosts with several wires between them, drawn from a seed by [SctpDraw]. It
/// is data: [SctpSwarm] plays it, [#toString] tells it.
///
/// @param seed from which it was drawn, and from which the world that plays it draws
/// @param version IP version, 4 or 6
/// @param wires what happens on each wire, which is a path
/// @param chats associations
/// @param cuts when a wire is cut
/// @param moves when the client's address changes
/// @param resets when a side of an association asks for a reset of all numbers
/// @param handovers when a side of an association goes on in another process
/// @param reboots when a host loses its memory
/// @param tunnel how SCTP travels in UDP, null when it goes in IP alone
/// @param nat the NAT box on the only wire, null when there is none
public record SctpScenario(
        long seed,
        int version,
        List<WirePlan> wires,
        List<Chat> chats,
        List<Cut> cuts,
        List<Move> moves,
        List<Reset> resets,
        List<Handover> handovers,
        List<Fault.Reboot> reboots,
        @Nullable Tunnel tunnel,
        @Nullable NatPlan nat) {
    /// A NAT box on the way.
    ///
    /// @param mapping how far the client's ports keep their outside ports
    /// @param filtering who may send to those
    /// @param ports how they are chosen
    /// @param forgets when the box is switched off and on
    public record NatPlan(
            NatConfig.Behavior mapping,
            NatConfig.Behavior filtering,
            NatConfig.PortAssignment ports,
            List<Long> forgets) {
        @Override
        public String toString() {
            return "NAT box, mapping " + name(mapping) + ", filtering " + name(filtering) + ", ports " + name(ports)
                    + (forgets.isEmpty() ? "" : ", forgets at ")
                    + String.join(", ", forgets.stream().map(SimText::time).toList());
        }

        private static String name(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /// SCTP in UDP (RFC 6951), with a NAT box at the client.
    ///
    /// @param named whether both sides are bound to their addresses by name, so that they tell them
    /// @param rebindNanos how long the box keeps a port, 0 for ever
    public record Tunnel(boolean named, long rebindNanos) {}

    /// One wire.
    ///
    /// @param mtu in bytes
    /// @param toServer what happens to packets on their way to the server in the phase with faults
    /// @param toClient what happens to packets on their way to the client in the phase with faults
    public record WirePlan(int mtu, Impairments toServer, Impairments toClient) {}

    /// A wire is cut for a while, in both directions.
    ///
    /// @param wire its place
    /// @param at when
    /// @param until when it is mended
    public record Cut(int wire, long at, long until) {}

    /// The client's address on a wire changes, and its associations follow (RFC 5061).
    ///
    /// @param wire its place
    /// @param at when
    /// @param abrupt whether the old address is gone before the peer knows the new one
    public record Move(int wire, long at, boolean abrupt) {}

    /// One side of an association asks for all streams and TSNs to begin anew (RFC 6525).
    ///
    /// @param chat place of the association
    /// @param client whether it is the client's side
    /// @param at when
    public record Reset(int chat, boolean client, long at) {}

    /// The state of one side of an association is saved as soon as it can be, and restored after a while.
    ///
    /// @param chat place of the association
    /// @param client whether it is the client's side
    /// @param at when, at the earliest
    /// @param gapNanos for how long nobody has it
    public record Handover(int chat, boolean client, long at, long gapNanos) {}

    /// How an association begins.
    public enum Opening {
        /// The server listens.
        PASSIVE,
        /// Both sides send an INIT at about the same time.
        CROSSED
    }

    /// What one side of an association does.
    ///
    /// @param messages how many it sends
    /// @param bytesMax largest message
    /// @param streams how many streams it uses
    /// @param unordered share of unordered messages
    /// @param pauseNanos rest after each message sent, 0 for none
    /// @param readPauseNanos rest after each message received, 0 for none
    /// @param shutsDown whether it shuts down when it has sent everything; else when everything came, too
    /// @param policy how its streams are served
    /// @param partialDeliveryPoint bytes of a message that has not come whole from which on it takes it in parts; 0
    ///     for when there is no more room
    /// @param wholeMessages whether no other message comes between the parts of one
    public record Side(
            int messages,
            int bytesMax,
            int streams,
            double unordered,
            long pauseNanos,
            long readPauseNanos,
            boolean shutsDown,
            SchedulingPolicy policy,
            int partialDeliveryPoint,
            boolean wholeMessages) {}

    /// How messages may be lost.
    ///
    /// @param share of messages that need not arrive
    /// @param millisMax longest lifetime in milliseconds, at least 1
    public record Reliability(double share, int millisMax) {
        /// All arrive.
        static final Reliability WHOLE = new Reliability(0, 1);
    }

    /// One association.
    ///
    /// @param startAt when it begins
    /// @param opening how
    /// @param clientNames how many of the server's addresses the client names, at least 1
    /// @param client what the client does
    /// @param server what the server does
    /// @param clientConfig its settings
    /// @param serverConfig its settings
    /// @param reliability how messages of both sides may be lost
    public record Chat(
            long startAt,
            Opening opening,
            int clientNames,
            Side client,
            Side server,
            SctpConfig clientConfig,
            SctpConfig serverConfig,
            Reliability reliability) {
        @Override
        public String toString() {
            return SimText.time(startAt) + " " + opening.name().toLowerCase(Locale.ROOT) + ", names " + clientNames
                    + "\n    client " + client + "\n      " + clientConfig + "\n    server " + server + "\n      "
                    + serverConfig + (reliability.share() == 0 ? "" : "\n    " + reliability);
        }
    }

    /// Whether messages may be lost: a host forgets everything.
    public boolean mayLose() {
        return !reboots.isEmpty();
    }

    @Override
    public String toString() {
        var text = new StringBuilder("seed " + seed + ": SCTP, IPv" + version);
        for (WirePlan wire : wires) {
            text.append("\n  wire MTU ").append(wire.mtu());
            text.append("\n    to server ").append(Scenario.wire(wire.toServer()));
            text.append("\n    to client ").append(Scenario.wire(wire.toClient()));
        }
        chats.forEach(chat -> text.append("\n  association at ").append(chat));
        for (Cut cut : cuts) {
            text.append("\n  wire ").append(cut.wire()).append(" cut from ").append(SimText.time(cut.at()));
            text.append(" to ").append(SimText.time(cut.until()));
        }
        for (Move move : moves) {
            text.append("\n  ")
                    .append(SimText.time(move.at()))
                    .append(" the client moves on wire ")
                    .append(move.wire());
            text.append(move.abrupt() ? " at once" : "");
        }
        for (Reset reset : resets) {
            text.append("\n  ").append(SimText.time(reset.at()));
            text.append(reset.client() ? " client " : " server ").append(reset.chat());
            text.append(" resets all numbers");
        }
        for (Handover handover : handovers) {
            text.append("\n  ").append(SimText.time(handover.at()));
            text.append(handover.client() ? " client " : " server ").append(handover.chat());
            text.append(" is handed over, which takes ").append(SimText.time(handover.gapNanos()));
        }
        if (tunnel != null) {
            text.append("\n  in UDP, addresses ").append(tunnel.named() ? "told" : "not told");
            text.append(", another port every ").append(SimText.time(tunnel.rebindNanos()));
        }
        if (nat != null) {
            text.append("\n  ").append(nat);
        }
        reboots.forEach(reboot -> text.append("\n  ").append(reboot));
        return text.toString();
    }
}
