package io.towpath.cli;

import io.towpath.net.service.SctpService;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `towpath sctp`.
@Command(
        name = "sctp",
        description = {
            "Talk SCTP: small services, messages by hand, and a measurement between two ends.",
            "Over a TUN device (--tun), or in UDP by an ordinary socket (--udp-encap), which needs no permission."
        },
        synopsisSubcommandLabel = "WHAT",
        footerHeading = "%nExample, in two terminals:%n",
        footer = {
            "  towpath sctp echo --udp-encap 9899 --listen 7",
            "  towpath sctp send 127.0.0.1:7 --udp-encap 0 --message hello --expect 1"
        })
final class SctpCommand implements Runnable {
    private final Console console;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    private SctpCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        spec.commandLine().usage(console.out());
    }

    static CommandLine commandLine(Console console) {
        var all = new CommandLine(new SctpCommand(console));
        all.addSubcommand(serving(console, SctpService.ECHO, "Send every message back on its stream (RFC 862)."));
        all.addSubcommand(serving(console, SctpService.DISCARD, "Take messages and say nothing (RFC 863)."));
        all.addSubcommand(serving(console, SctpService.DAYTIME, "Tell the time and shut down (RFC 867)."));
        all.addSubcommand(serving(console, SctpService.CHARGEN, "Send lines of characters without end (RFC 864)."));
        all.addSubcommand(new SctpSendCommand(console));
        all.addSubcommand(new SctpPerfCommand(console));
        return all;
    }

    private static CommandLine serving(Console console, SctpService service, String description) {
        var command = new CommandLine(new SctpServeCommand(console, service));
        command.setCommandName(service.word());
        command.getCommandSpec().usageMessage().description(description);
        return command;
    }
}
