using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Haul.Agent;
using Haul.Agent.Commands;
using Haul.Agent.RestCompat;
using Haul.Cli.Arguments;
using Haul.Cli.Output;
using Haul.Engine.Peers;
using Haul.Engine.Platform;
using Haul.Engine.Policies;

namespace Haul.Cli.Commands;

/// <summary>haul agent: the daemon, in the foreground.</summary>
sealed class AgentCommand(Terminal terminal)
{
    readonly Option<bool> _system = new("--system") { Description = "Serve all users of the machine. Each file is written as the user who asked for it, so it has to run as root. Default: serve the own user." };
    readonly Option<string?> _state = new("--state") { HelpName = "DIR", Description = "Record jobs in DIR. Default: ~/.local/state/haul, and /var/lib/haul with --system." };
    readonly Option<string?> _socket = new("--socket") { HelpName = "PATH", Description = "Listen on PATH. Default: HAUL_SOCKET, else agent.sock in the user's runtime directory, and /run/haul/agent.sock with --system." };

    readonly Option<TimeSpan?> _progress = new("--progress-interval")
    {
        HelpName = "TIME",
        Description = "Tell of bytes that came every so often: 50ms or more. Default: 1s.",
        CustomParser = Parsed.Struct<TimeSpan>(
            text => Quantity.Time(text) is { } time && time >= Policy.ProgressIntervalMin ? time : null, "is not a time of at least 50ms: write 200ms, 1s or the like"),
    };

    readonly Option<string?> _notifications = new("--notifications") { HelpName = "DIR", Description = "Where commands for notification classes are registered: a file DIR/CLSID.json for each, as docs/agent-api.md tells. Only on Linux. Default: ~/.config/haul/notifications, and /etc/haul/notifications with --system." };

    readonly Option<bool> _rest = new("--rest-compat") { Description = "Serve the REST interface of Microsoft's Linux agent too, on a port of 127.0.0.1, for its SDK and apt plugin. Every local user who reaches the port can download with it: see docs/rest-compat.md. Default: off." };
    readonly Option<string?> _restUser = new("--rest-user") { HelpName = "NAME", Description = "The user whose the downloads of the REST interface are. Default: the agent's own, and do where that is root." };
    readonly Option<string?> _restDirectory = new("--rest-directory") { HelpName = "DIR", Description = $"Write the file with the port of the REST interface to DIR. Default: {RestOptions.UsualDirectory}, which is where clients look." };

    readonly Option<int?> _restPort = new("--rest-port")
    {
        HelpName = "PORT",
        Description = "The first port to try for the REST interface; the first free one is taken. Default: 50000.",
        CustomParser = Parsed.Struct<int>(
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort ? port : null, "is not a port: write a number from 1 to 65535"),
    };

    readonly PeerArguments _peers = new();

    public Command Build()
    {
        var command = new Manual("agent", "Run the agent in the foreground.")
        {
            Synopsis = "[--system] [--state DIR] [--socket PATH] [--rest-compat]",
            Details =
            [
                "Runs the agent until SIGTERM or Ctrl+C. It fetches the files of jobs in the background, goes on with them after a restart, and serves programs and the other commands on a socket that only its users can reach. It says when it starts and stops on standard error.",
            ],
            Examples =
            [
                ("Try it:", "haul agent"),
                ("For all users, as a service manager starts it:", "haul agent --system"),
            ],
            Exits = [AgentExit.InUse, AgentExit.Failed, AgentExit.CannotStart],
        };
        foreach (var option in _peers.All.Concat(new Option[] { _system, _state, _socket, _progress, _notifications, _rest, _restUser, _restDirectory, _restPort }))
            command.Options.Add(option);
        command.Validators.Add(Check);
        command.SetAction((parse, _) => RunAsync(parse));
        return command;
    }

    void Check(CommandResult result)
    {
        if (!result.GetValue(_rest) && new Option[] { _restUser, _restDirectory, _restPort }.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } lost)
            result.AddError($"{lost.Name} is of use only with --rest-compat");
        if (!OperatingSystem.IsLinux() && result.GetResult(_notifications) is { Implicit: false })
            result.AddError($"{_notifications.Name} is of use only on Linux");
    }

    Task<int> RunAsync(ParseResult parse)
    {
        var policy = new Policy();
        var directory = parse.GetValue(_state) ?? AgentPaths.StateOf(parse.GetValue(_system));
        policy = policy with { Peers = _peers.Of(parse, File.Exists(GroupFile.PathIn(directory))) };
        if (_peers.Useless(parse, policy.Peers) is { } useless)
            terminal.Note(useless);
        if (parse.GetValue(_progress) is { } interval)
            policy = policy with { ProgressInterval = interval };
        return AgentHost.RunAsync(new AgentOptions
        {
            IsSystem = parse.GetValue(_system),
            StateDirectory = parse.GetValue(_state) is { } state ? Path.GetFullPath(state) : null,
            SocketPath = parse.GetValue(_socket) is { } socket ? Path.GetFullPath(socket) : null,
            Policy = () => policy,
            Rest = parse.GetValue(_rest) ? RestOf(parse) : null,
            Commands = CommandsOf(parse),
        });
    }

    CommandOptions CommandsOf(ParseResult parse)
    {
        // A program that was not published is run by the runtime's own, which has to be told what to run.
        var program = Environment.ProcessPath!;
        return new CommandOptions
        {
            Directory = Path.GetFullPath(parse.GetValue(_notifications) ?? AgentPaths.NotificationsOf(parse.GetValue(_system))),
            Starter = Path.GetFileName(program) == "dotnet" ? [program, Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [program],
        };
    }

    RestOptions RestOf(ParseResult parse)
    {
        var rest = new RestOptions { User = parse.GetValue(_restUser) };
        if (parse.GetValue(_restDirectory) is { } directory)
            rest = rest with { Directory = Path.GetFullPath(directory) };
        return parse.GetValue(_restPort) is { } first ? rest with { PortFirst = first, PortLast = Math.Max(first, rest.PortLast) } : rest;
    }
}
