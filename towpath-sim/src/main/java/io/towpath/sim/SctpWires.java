package io.towpath.sim;

import io.towpath.core.Offloads;
import io.towpath.link.Impairments;
import io.towpath.nat.NatConfig;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/// The wires of an [SctpScenario]: each leads straight from the client to the server and is a path, or the only one
/// has a NAT box on its way.
final class SctpWires {
    /// The network of the server behind a NAT box.
    private static final int FAR = 100;

    private static final int CLIENT = 1;
    private static final int SERVER = 2;
    private static final int BOX = 254;

    private final World world;
    private final SctpScenario scenario;
    private final SimHost client;
    private final SimHost server;

    /// The client's ends, and the server's: the same wires when there is no box.
    private final List<Wire> near = new ArrayList<>();

    private final List<Wire> far = new ArrayList<>();

    /// Lays them all, with nothing wrong yet.
    SctpWires(World world, SctpScenario scenario, SimHost client, SimHost server) {
        this.world = world;
        this.scenario = scenario;
        this.client = client;
        this.server = server;
        SctpScenario.NatPlan nat = scenario.nat();
        if (nat != null) {
            lay(nat);
            return;
        }
        for (int i = 0; i < scenario.wires().size(); i++) {
            client.address(address(i, CLIENT) + prefix());
            server.address(address(i, SERVER) + prefix());
            Wire wire = connect(client, server, i);
            near.add(wire);
            far.add(wire);
        }
    }

    private void lay(SctpScenario.NatPlan nat) {
        client.address(address(0, CLIENT) + prefix());
        SimHost box = world.host("box").forwarding().address(address(0, BOX) + prefix());
        near.add(connect(client, box, 0));
        box.address(address(FAR, BOX) + prefix());
        server.address(address(FAR, SERVER) + prefix());
        far.add(connect(box, server, 0));
        client.route(scenario.version() == 4 ? "0.0.0.0/0" : "::/0", address(0, BOX));
        Object ignored = box.nat(NatConfig.outside(2)
                .withMapping(nat.mapping())
                .withFiltering(nat.filtering())
                .withPorts(nat.ports())
                .withIp6(NatConfig.Ip6.TRANSLATED));
        for (long at : nat.forgets()) {
            world.at(at, "the NAT box is switched off and on", box::reboot);
        }
    }

    private Wire connect(SimHost a, SimHost b, int wire) {
        return world.connect(a, b, scenario.wires().get(wire).mtu(), Offloads.NONE, SctpSwarm.HEALED);
    }

    /// The client's end of a wire.
    Port clientPort(int wire) {
        return near.get(wire).port(client);
    }

    /// Lets the wire be as it was drawn, or good when all is healed: packets meet with it once on their way.
    void impair(int wire, boolean healed) {
        var plan = scenario.wires().get(wire);
        near.get(wire).impair(SctpSwarm.HEALED);
        near.get(wire).impair(client, healed ? SctpSwarm.HEALED : plan.toServer());
        far.get(wire).impair(server, healed ? SctpSwarm.HEALED : plan.toClient());
    }

    void cut(int wire) {
        near.get(wire).impair(Impairments.PARTITION);
    }

    private String address(int network, int number) {
        return scenario.version() == 4 ? "10.0." + network + "." + number : "fd00:" + network + "::" + number;
    }

    private String prefix() {
        return scenario.version() == 4 ? "/24" : "/64";
    }

    /// The client's addresses, one for each wire.
    List<IpAddress> ofClient() {
        return addresses(CLIENT);
    }

    /// The server's addresses, one for each wire.
    List<IpAddress> ofServer() {
        return addresses(SERVER);
    }

    private List<IpAddress> addresses(int number) {
        List<IpAddress> addresses = new ArrayList<>();
        for (int i = 0; i < scenario.wires().size(); i++) {
            boolean behind = scenario.nat() != null && number == SERVER;
            addresses.add(IpAddress.parse(address(behind ? FAR : i, number)));
        }
        return addresses;
    }
}
