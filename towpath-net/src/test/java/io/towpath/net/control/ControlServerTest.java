package io.towpath.net.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.core.Offloads;
import io.towpath.link.MemoryLink;
import io.towpath.net.Host;
import io.towpath.net.HostPair;
import io.towpath.net.SocketRow;
import io.towpath.net.TcpServer;
import io.towpath.net.TcpStream;
import io.towpath.net.Towpath;
import io.towpath.net.sctp.SctpServer;
import io.towpath.net.sctp.SctpSocket;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SchedulingPolicy;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpFeatures;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlServerTest {
    @TempDir
    Path directory;

    private HostPair pair;

    @BeforeEach
    void start() throws IOException {
        pair = Towpath.memoryPair("10.0.0.1/24", "10.0.0.2/24 fd00::2/64");
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @Test
    void anAssociationsRowTellsItsExtensions() throws IOException {
        var config = SctpConfig.defaults()
                .withFeatures(SctpFeatures.defaults()
                        .withInterleaving(true)
                        .withAuthentication(true)
                        .withEcn(true));
        SctpServer server = pair.b().sctp().listen(List.of(), 5, 1, config);
        SctpSocket client =
                pair.a().sctp().connect(List.of(), 0, List.of(IpAddress.parse("10.0.0.2")), 5, config, Duration.ZERO);
        assertThat(client.association().state()).isEqualTo(AssociationState.Name.ESTABLISHED);
        client.association().setScheduler(SchedulingPolicy.WEIGHTED_FAIR);
        try (ControlServer control = ControlServer.open(pair.a(), directory.resolve("a.sock"))) {
            SocketRow row = ControlClient.ask(control.path()).sockets().getFirst();
            assertThat(row.details())
                    .contains("I-DATA, weighted fair, abandoned 0 (FORWARD-TSN out 0 in 0), reconfigured 0,"
                            + " AUTH key 0 refused 0, ECN marks 0 reductions 0");
            assertThat(row.ecn()).isEqualTo("classic");
        }
        server.close();
    }

    @Test
    void theClientSeesTheHostAndItsSockets() throws IOException {
        TcpServer server = pair.b().listen(5);
        TcpStream client = pair.a().connect("10.0.0.2", 5);
        TcpStream accepted = server.accept();
        client.write(new byte[10]);
        while (accepted.available() < 10) {
            Thread.yield();
        }
        Path path = directory.resolve("b.sock");
        ControlServer control = ControlServer.open(pair.b(), path);
        try (control) {
            ControlClient.Listing listing = ControlClient.ask(control.path());
            assertThat(listing.host())
                    .isEqualTo(new HostRow(
                            1,
                            "b",
                            "10.0.0.2/24 fd00::2/64",
                            ProcessHandle.current().pid()));
            assertThat(listing.sockets()).hasSize(2);
            SocketRow connection = listing.sockets().get(1);
            assertThat(connection.state()).isEqualTo("ESTABLISHED");
            assertThat(connection.local()).isEqualTo("10.0.0.2:5");
            assertThat(connection.receiveQueued()).isEqualTo(10);
            assertThat(connection.congestion()).isEqualTo("cubic");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void onlyTheOwnerMayUseTheSocket() throws IOException {
        Path path = directory.resolve("b.sock");
        ControlServer control = ControlServer.open(pair.b(), path);
        try (control) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(control.path())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void twoHostsCannotHaveOneSocket() throws IOException {
        Path path = directory.resolve("x.sock");
        ControlServer control = ControlServer.open(pair.a(), path);
        try (control) {
            assertThatThrownBy(() -> ControlServer.open(pair.b(), control.path()))
                    .isInstanceOf(IOException.class)
                    .hasMessage(path + " is in use by another host");
        }
    }

    @Test
    void aHostIsFoundByItsNameWhateverItsProcess() throws IOException {
        String name = "towpath-control-test-" + ProcessHandle.current().pid();
        ControlDirectory.make(ControlDirectory.path());
        Path ofDead = Files.createFile(ControlDirectory.socket(name, 4_294_967_297L));
        MemoryLink.Pair wire = MemoryLink.sharedPair("wire", 1500, Offloads.NONE, 16);
        try (Host host = Towpath.host(name).link(wire.a()).start();
                ControlServer own = ControlServer.open(host);
                ControlServer namesake = ControlServer.open(pair.a(), ControlDirectory.socket(name, 4_294_967_298L))) {
            assertThat(ofDead).doesNotExist();
            assertThat(ControlDirectory.sockets(name)).containsExactlyInAnyOrder(own.path(), namesake.path());
            assertThat(ControlDirectory.sockets(name.substring(1))).isEmpty();
        }
        assertThat(ControlDirectory.sockets(name)).isEmpty();
    }

    @Test
    void aSocketThatADeadHostLeftIsTakenOver() throws IOException {
        Path path = Files.createFile(directory.resolve("x.sock"));
        ControlServer control = ControlServer.open(pair.a(), path);
        try (control) {
            assertThat(ControlClient.ask(control.path()).host().name()).isEqualTo("a");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void nobodyThereIsAnIoException() {
        assertThatThrownBy(() -> ControlClient.ask(directory.resolve("none.sock")))
                .isInstanceOf(IOException.class);
    }
}
