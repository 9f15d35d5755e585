using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Api;

namespace Haul.Cli.Commands;

/// <summary>haul status: the agent itself.</summary>
sealed class StatusCommand(Terminal terminal, TimeProvider time)
{
    readonly Option<bool> _json = new("--json") { Description = "Write it as one line of JSON." };

    readonly Option<bool> _peers = new("--peers") { Description = "Show what is exchanged with peers: connections, sums since the start, who is refused." };

    readonly Option<bool> _watch = new("--watch") { Description = "With --peers: show it anew every second, until interrupted." };

    public Command Build()
    {
        var command = new Manual("status", "Show how the agent is doing.")
        {
            Synopsis = "[--peers [--watch]] [--json]",
            Details = ["Shows the agent's version, process, socket and state directory, its jobs by state, and what they bring in together; with --peers the connections to other agents, what went over them, and with all of a kind since the agent started."],
            Examples = [("Is there an agent?", "haul status >/dev/null && echo yes"), ("What do peers bring just now?", "haul status --peers --watch")],
            Exits = [ExitCode.Failed, ExitCode.NoAgent, ExitCode.Interrupted],
        };
        command.Options.Add(_peers);
        command.Options.Add(_watch);
        command.Options.Add(_json);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_watch) && !result.GetValue(_peers))
                result.AddError("--watch goes with --peers; haul watch shows what happens to jobs");
        });
        command.SetAction((parse, _) => RunAsync(parse));
        return command;
    }

    async Task<int> RunAsync(ParseResult parse)
    {
        await using var client = await HaulClient.ConnectAsync();
        if (parse.GetValue(_peers))
            return parse.GetValue(_watch) ? await WatchPeersAsync(client, parse.GetValue(_json)) : await ShowPeersAsync(client, parse.GetValue(_json));
        var status = await client.GetStatusAsync();
        if (parse.GetValue(_json))
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(status, ProtocolJson.Default.AgentStatus));
            return ExitCode.Success;
        }
        Fact("Version", status.Version);
        Fact("Process", string.Create(CultureInfo.InvariantCulture, $"{status.ProcessId}, of user {status.Uid}"));
        Fact("Serves", status.IsSystem ? "all users" : "its own user");
        Fact("Socket", status.SocketPath);
        Fact("State", status.StateDirectory);
        Fact("Since", status.StartedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        Fact("Jobs", status.Jobs.Count == 0 ? "none" : string.Join(", ", status.Jobs.OrderBy(state => state.Key).Select(state => $"{state.Value} {state.Key}")));
        Fact("Transfers", string.Create(CultureInfo.InvariantCulture, $"{status.ActiveTransfers}, {Said.Rate(status.BytesPerSecond)}"));
        return ExitCode.Success;
    }

    async Task<int> ShowPeersAsync(HaulClient client, bool isJson)
    {
        var peers = await client.GetPeersAsync();
        if (isJson)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(peers, ProtocolJson.Default.PeerStatus));
            return ExitCode.Success;
        }
        foreach (var line in PeerTable.Lines(peers, time.GetUtcNow()))
            terminal.Line(line);
        return ExitCode.Success;
    }

    async Task<int> WatchPeersAsync(HaulClient client, bool isJson)
    {
        using var interruption = new Interruption(time);
        try
        {
            for (; ; await Task.Delay(TimeSpan.FromSeconds(1), time, interruption.Token))
            {
                // A person sees one table that changes, and not many.
                if (terminal.IsLive && !isJson && !Console.IsOutputRedirected)
                    terminal.Out.Write("\e[H\e[2J");
                await ShowPeersAsync(client, isJson);
            }
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    void Fact(string name, string text) => terminal.Line($"{name + ":",-12}{text}");
}
