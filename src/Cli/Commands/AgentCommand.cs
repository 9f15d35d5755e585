using System.CommandLine;
using Haul.Agent;
using Haul.Cli.Arguments;
using Haul.Engine.Policies;

namespace Haul.Cli.Commands;

/// <summary>haul agent: the daemon, in the foreground.</summary>
sealed class AgentCommand
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

    public Command Build()
    {
        var command = new Manual("agent", "Run the agent in the foreground.")
        {
            Synopsis = "[--system] [--state DIR] [--socket PATH]",
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
        foreach (var option in new Option[] { _system, _state, _socket, _progress })
            command.Options.Add(option);
        command.SetAction((parse, _) => RunAsync(parse));
        return command;
    }

    Task<int> RunAsync(ParseResult parse)
    {
        var policy = new Policy();
        if (parse.GetValue(_progress) is { } interval)
            policy = policy with { ProgressInterval = interval };
        return AgentHost.RunAsync(new AgentOptions
        {
            IsSystem = parse.GetValue(_system),
            StateDirectory = parse.GetValue(_state) is { } state ? Path.GetFullPath(state) : null,
            SocketPath = parse.GetValue(_socket) is { } socket ? Path.GetFullPath(socket) : null,
            Policy = () => policy,
        });
    }
}
