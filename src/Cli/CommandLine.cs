using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Haul.Cli.Commands;
using Haul.Cli.Output;
using Haul.Client;

namespace Haul.Cli;

/// <summary>The whole command line: every command, and what is common to them.</summary>
static class CommandLine
{
    /// <summary>The name that the program was called by, for commands it shows; the launcher passes its own on.</summary>
    public static string Name => Environment.GetEnvironmentVariable("HAUL_COMMAND") is { Length: > 0 } name ? name : "haul";

    public static RootCommand Build(Terminal terminal, TimeProvider time)
    {
        var root = new RootCommand("Download files durably: jobs that survive restarts, verified bytes, resume.");
        Command[] commands =
        [
            new GetCommand(terminal, time).Build(), new AddCommand(terminal).Build(), new JobsCommand(terminal, time).Build(), new ShowCommand(terminal).Build(),
            new WatchCommand(terminal, time).Build(), StateCommand.Suspend(terminal), StateCommand.Resume(terminal), new CancelCommand(terminal, time).Build(),
            StateCommand.Complete(terminal), new StatusCommand(terminal, time).Build(), new PublishCommand(terminal).Build(),
            new KeyCommand(terminal).Build(), new GroupCommand(terminal).Build(), new AgentCommand(terminal).Build(), new TrackerCommand().Build(), new CompletionCommand(terminal).Build(),
        ];
        foreach (var command in commands)
            root.Subcommands.Add(command);
        root.Options.Clear();
        root.Options.Add(new HelpOption("--help", "-h") { Description = "Show this page.", Action = new ManualPage() });
        root.Options.Add(new VersionOption { Description = "Show the version." });
        return root;
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var terminal = new Terminal();
        // Neither @ nor anything else in a URL or a name is to be taken for a file of arguments.
        var parse = Build(terminal, TimeProvider.System).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Action is ParseErrorAction)
        {
            foreach (var error in parse.Errors)
                terminal.Note(string.Join(' ', error.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.'));
            var command = parse.CommandResult.Command is Manual manual ? $"{Name} {manual.Name}" : Name;
            terminal.Error.WriteLine($"Try {command} --help.");
            return ExitCode.Usage;
        }
        try
        {
            // Signals are the commands' own business: some have state to write down first.
            return await parse.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (HaulException e)
        {
            return terminal.Fail(e.Failure);
        }
    }
}
