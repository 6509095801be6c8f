package io.towpath.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The program `towpath`: the transport layer in user space.
@Command(
        name = "towpath",
        description = "The transport layer in user space: TCP, UDP and SCTP over IPv4 and IPv6, in pure Java.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nStart with:%n",
        footer = {"  towpath demo", "  towpath COMMAND --help"},
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage"})
public final class Main implements Runnable {

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private final Console console;

    private Main(Console console) {
        this.console = console;
    }

    /// Runs the command that `arguments` name, and ends the process with its exit code: 0 done, 1 failed, 2 wrong
    /// usage.
    public static void main(String[] arguments) {
        int exitCode = run(Console.ofProcess(), arguments);
        System.out.flush();
        System.err.flush();
        System.exit(exitCode);
    }

    /// Runs the command that `arguments` name.
    ///
    /// @return the exit code: 0 done, 1 failed, 2 wrong usage
    static int run(Console console, String... arguments) {
        int exitCode = commandLine(console).execute(arguments);
        // A print stream keeps its faults to itself until it is asked.
        if (console.out().checkError() && exitCode == 0) {
            // Who reads a pipe may have read enough: nothing to complain of.
            if (!console.isPipe()) {
                console.err().println("towpath: cannot write to standard output: no room, or its reader is gone");
            }
            return 1;
        }
        return exitCode;
    }

    static CommandLine commandLine(Console console) {
        var commandLine = new CommandLine(new Main(console));
        commandLine.addSubcommand(new DemoCommand(console));
        commandLine.addSubcommand(new HostCommand(console));
        commandLine.addSubcommand(new SsCommand(console));
        commandLine.addSubcommand(SctpCommand.commandLine(console));
        commandLine.addSubcommand(BenchCommand.commandLine(console));
        commandLine.addSubcommand(new SimCommand(console));
        commandLine.addSubcommand(new DrillCommand(console));
        commandLine.addSubcommand(new CompletionCommand(console));
        var complaints = new Complaints(console.err());
        commandLine.setParameterExceptionHandler(complaints);
        commandLine.setExecutionExceptionHandler(complaints);
        commandLine.setOut(writer(console.out()));
        commandLine.setErr(writer(console.err()));
        commandLine.setColorScheme(
                CommandLine.Help.defaultColorScheme(console.style().colours() ? Ansi.ON : Ansi.OFF));
        commandLine.setUsageHelpWidth(console.style().width());
        commandLine.setAbbreviatedOptionsAllowed(false);
        Arguments.register(commandLine);
        commandLine
                .getCommandSpec()
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version and exit.")
                        .build());
        addHelp(commandLine);
        return commandLine;
    }

    /// Every command has it, last in the list.
    private static void addHelp(CommandLine commandLine) {
        commandLine
                .getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help and exit.")
                        .build());
        commandLine.getSubcommands().values().forEach(Main::addHelp);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, stream.charset()), true);
    }

    /// Without a command: the help.
    @Override
    public void run() {
        spec.commandLine().usage(console.out());
    }

    /// What `--version` says.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String built = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "towpath " + (built == null ? "(built from sources)" : built) + ", Java " + Runtime.version()
            };
        }
    }

    /// `towpath completion`.
    @Command(
            name = "completion",
            description = "Print a script that teaches a shell to complete towpath's commands and options.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:done", "2:wrong usage"},
            footerHeading = "%nUse it, with towpath on the PATH:%n",
            footer = "  source <(towpath completion bash)")
    static final class CompletionCommand implements Runnable {
        private final Console console;

        @CommandLine.Parameters(paramLabel = "SHELL", description = "bash or zsh.")
        private Shell shell = Shell.bash;

        @CommandLine.Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        /// Shells that the script is for; the names as users write them.
        enum Shell {
            bash,
            zsh
        }

        CompletionCommand(Console console) {
            this.console = console;
        }

        @Override
        public void run() {
            if (shell == Shell.zsh) {
                console.line("autoload -U +X compinit && compinit -u");
                console.line("autoload -U +X bashcompinit && bashcompinit");
            }
            console.line(AutoComplete.bash("towpath", spec.root().commandLine()));
        }
    }
}
