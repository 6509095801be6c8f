package io.towpath.nat;

import static io.towpath.nat.RawNat.ALICE;
import static io.towpath.nat.RawNat.BOB;
import static io.towpath.nat.RawNat.BOX;
import static io.towpath.nat.RawNat.SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.nat.NatConfig.PortAssignment;
import io.towpath.nat.NatMapping.State;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SendOptions;
import io.towpath.stack.Packets;
import io.towpath.wire.Bytes;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Associations of SCTP through a NAT.
class SctpThroughNatTest {
    private static final long INSIDE_TAG = 0x1111;
    private static final long OUTSIDE_TAG = 0x2222;

    private static byte[] sctp(IpAddress from, int fromPort, IpAddress to, int toPort, long tag, SctpChunk... chunks) {
        return Packets.ip(
                from,
                to,
                IpProtocol.SCTP,
                SctpPacket.of(fromPort, toPort, tag, chunks).emit());
    }

    private static SctpChunk init(int type, long tag) {
        return new SctpChunk.Init(type, 0, tag, 65_535, 1, 1, 1, List.of());
    }

    private static SctpChunk bare(int type) {
        return new SctpChunk.Bare(type, 0);
    }

    private static byte[] out(long tag, SctpChunk... chunks) {
        return sctp(ALICE, 5000, SERVER, 80, tag, chunks);
    }

    private static byte[] in(long tag, SctpChunk... chunks) {
        return sctp(SERVER, 80, BOX, 5000, tag, chunks);
    }

    private static SctpChunk abort(int flags) {
        return new SctpChunk.Failure(SctpChunks.ABORT, flags, List.of());
    }

    private static RawNat established() {
        var nat = new RawNat();
        nat.out(out(0, init(SctpChunks.INIT, INSIDE_TAG)));
        nat.in(in(INSIDE_TAG, init(SctpChunks.INIT_ACK, OUTSIDE_TAG)));
        nat.out(out(
                OUTSIDE_TAG, new SctpChunk.Opaque(SctpChunks.COOKIE_ECHO, 0, io.towpath.wire.Octets.of(new byte[8]))));
        assertThat(nat.state()).isEqualTo(State.OPENING);
        nat.in(in(INSIDE_TAG, bare(SctpChunks.COOKIE_ACK)));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        return nat;
    }

    /// Of one address each: another address would be another path, which this box does not know to have the same port.
    @ParameterizedTest
    @EnumSource(PortAssignment.class)
    void anAssociationIsOpenedUsedAndClosed(PortAssignment ports) {
        var world = new NatWorld(NatConfig.outside(NatWorld.OUTSIDE).withPorts(ports));
        var bound = (SctpEndpoint.Bound)
                world.server.stack.sctp().bind(0, List.of(NatWorld.SERVER), 5000, SctpConfig.defaults());
        world.server.stack.sctp().listen(0, bound.endpoint(), 4);
        var opened = (Association.Opened) world.alice
                .stack
                .sctp()
                .connect(0, List.of(NatWorld.ALICE), 0, List.of(NatWorld.SERVER), 5000, SctpConfig.defaults());
        Association client = opened.association();
        world.settle();
        assertThat(client.state().name()).isEqualTo(AssociationState.Name.ESTABLISHED);
        Association service = world.server.stack.sctp().accept(0, bound.endpoint());
        assertThat(service).isNotNull();
        byte[] text = "hello".getBytes();
        assertThat(world.alice.stack.sctp().send(0, client, text, 0, 5, SendOptions.defaults()))
                .isNull();
        world.settle();
        assertThat(world.server.stack.sctp().receive(0, service)).isNotNull();
        assertThat(world.server.stack.sctp().send(0, service, text, 0, 5, SendOptions.defaults()))
                .isNull();
        world.settle();
        assertThat(world.alice.stack.sctp().receive(0, client)).isNotNull();
        assertThat(world.nat.mappings(0))
                .singleElement()
                .extracting(NatMapping::state)
                .isEqualTo(State.ESTABLISHED);
        // Past a few heartbeats, then the end in order.
        world.pass(300 * Time.SECOND);
        assertThat(client.state().name()).isEqualTo(AssociationState.Name.ESTABLISHED);
        world.alice.stack.sctp().shutdown(world.now, client);
        world.settle();
        world.pass(Time.SECOND);
        assertThat(world.nat.mappings(world.now))
                .singleElement()
                .extracting(NatMapping::state)
                .isEqualTo(State.CLOSED);
        world.nothingIsLost();
    }

    @Test
    void anotherPortIsWrittenAndTheChecksumIsRightAgain() {
        var nat = new RawNat();
        nat.out(out(0, init(SctpChunks.INIT, INSIDE_TAG)));
        byte[] sent = sctp(BOB, 5000, SERVER, 80, 0, init(SctpChunks.INIT, 7));
        byte[] seen = nat.outFrames(sent).getFirst();
        assertThat(SctpHeader.sourcePort(seen, 20)).isNotEqualTo(5000);
        assertThat(SctpHeader.checksumOk(seen, 20, seen.length, new Crc32c())).isTrue();
        int port = SctpHeader.sourcePort(seen, 20);
        byte[] answer = nat.inFrames(sctp(SERVER, 80, BOX, port, 7, init(SctpChunks.INIT_ACK, 8)))
                .getFirst();
        assertThat(IpAddress.read4(answer, 16)).isEqualTo(BOB);
        assertThat(SctpHeader.destinationPort(answer, 20)).isEqualTo(5000);
        assertThat(SctpHeader.checksumOk(answer, 20, answer.length, new Crc32c()))
                .isTrue();
        nat.nothingIsLost();
    }

    @Test
    void aWrongChecksumStaysWrongAndAZeroStaysZero() {
        var nat = new RawNat(RawNat.config().withPorts(PortAssignment.RANDOM));
        byte[] damaged = out(0, init(SctpChunks.INIT, INSIDE_TAG));
        damaged[40] ^= 1;
        byte[] seen = nat.outFrames(damaged).getFirst();
        assertThat(SctpHeader.checksumOk(seen, 20, seen.length, new Crc32c())).isFalse();
        byte[] zero = out(OUTSIDE_TAG, bare(SctpChunks.COOKIE_ACK));
        Bytes.put32(zero, 28, 0);
        seen = nat.outFrames(zero).getFirst();
        assertThat(SctpHeader.checksum(seen, 20)).isZero();
        nat.nothingIsLost();
    }

    @Test
    void anAbortWithTheRightTagShortensTheTimeAndAGuessedOneDoesNot() {
        var nat = established();
        nat.in(in(INSIDE_TAG + 1, abort(0)));
        nat.in(in(INSIDE_TAG, abort(SctpChunks.T)));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        nat.in(in(INSIDE_TAG, abort(0)));
        assertThat(nat.state()).isEqualTo(State.RESET);
        nat.in(in(INSIDE_TAG, new SctpChunk.Sack(0, 1, 1500, List.of(), List.of())));
        assertThat(nat.state()).isEqualTo(State.ESTABLISHED);
        nat.in(in(OUTSIDE_TAG, abort(SctpChunks.T)));
        assertThat(nat.state()).isEqualTo(State.RESET);
        nat.pass(240 * Time.SECOND);
        assertThat(nat.nat.mappingCount()).isZero();
        nat.nothingIsLost();
    }

    @Test
    void theEndInOrderIsSeenAndAnotherBeginning() {
        var nat = established();
        nat.out(out(OUTSIDE_TAG, new SctpChunk.Tsn(SctpChunks.SHUTDOWN, 0, 1)));
        assertThat(nat.state()).isEqualTo(State.CLOSING);
        nat.in(in(INSIDE_TAG, bare(SctpChunks.SHUTDOWN_ACK)));
        nat.out(out(OUTSIDE_TAG, bare(SctpChunks.SHUTDOWN_COMPLETE)));
        assertThat(nat.state()).isEqualTo(State.CLOSED);
        nat.out(out(0, init(SctpChunks.INIT, 9)));
        assertThat(nat.state()).isEqualTo(State.OPENING);
        nat.nothingIsLost();
    }
}
