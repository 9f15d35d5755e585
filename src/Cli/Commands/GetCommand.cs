using System.CommandLine;
using Haul.Cli.Arguments;
using Haul.Cli.Gets;
using Haul.Cli.Output;
using Haul.Protocol.Api;

namespace Haul.Cli.Commands;

/// <summary>haul get: fetch files and wait until they are here.</summary>
sealed class GetCommand(Terminal terminal, TimeProvider time)
{
    readonly Option<bool> _json = new("--json") { Description = "Write a line of JSON to standard output for each event, in place of everything else (docs/cli.md lists the events)." };
    readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Say nothing but why it failed." };
    readonly Option<bool> _noAgent = new("--no-agent") { Description = "Work in this process, even where an agent runs." };
    readonly Option<bool> _resume = new("--resume") { Description = "Go on with what an interrupted get of the same files left. This is what get always does; the option is there for those who miss it." };

    public Command Build()
    {
        var command = new Manual("get", "Fetch files and wait until they are here.")
        {
            Synopsis = "URL... [-o FILE | -d DIR] [-i LIST] [options]",
            Details =
            [
                "Fetches the files and waits until they stand in their places, whole and proved. While a file grows, its bytes lie hidden beside its target; the target appears in one step. For each file a line says its name, size, time, mean rate and SHA-256.",
                "Works with the agent where one runs, else in its own process. Either way the same command goes on with what an interrupted or killed one began, and does not fetch a byte twice; if the server has other content by now, it starts over. Gets of different files may run side by side; a second get of the same file says that the first is at it.",
                "Ctrl+C and SIGTERM stop it within a second and keep what is here. Broken lines and busy servers are waited for: the wait and the next try are shown.",
            ],
            Examples =
            [
                ("Fetch into the current directory:", "haul get https://example.org/debian.iso"),
                ("Prove what came:", "haul get https://example.org/debian.iso --sha256 9f86d0...0f00a08"),
                ("Prove each piece while it comes:", "haul get https://example.org/debian.iso --manifest https://example.org/debian.iso.haul"),
                ("Many files, at 2 MB/s each at most:", "haul get -i list.txt -d mirror --limit-rate 2M"),
                ("The first and the last kilobyte, say, of a large file:", "haul get https://example.org/big.zip -o ends --range 0-999 --range 5000000-"),
                ("For a program to follow:", "haul get https://example.org/debian.iso --json"),
            ],
            Exits = [ExitCode.Failed, ExitCode.Refused, ExitCode.WrongDigest, ExitCode.Disk, ExitCode.Network, ExitCode.Server, ExitCode.Interrupted],
            TakesCredentials = true,
        };
        var asked = new JobRequest(command);
        foreach (var option in new[] { _json, _quiet, _noAgent, _resume })
            command.Options.Add(option);
        command.SetAction((parse, _) => RunAsync(parse, asked));
        return command;
    }

    async Task<int> RunAsync(ParseResult parse, JobRequest asked)
    {
        var read = asked.Read(parse);
        if (!read.Succeeded)
            return terminal.Fail(read.Failure);
        var request = RequestOf(parse, asked, read.Value);
        using var interruption = new Interruption(time);
        await using var view = ViewOf(parse);
        try
        {
            await GetSweep.RunAsync(time, interruption.Token);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            view.Failed(GetHome.Unusable(e));
            return ExitCode.Refused;
        }
        return await new GetRun(request, view, time).RunAsync(interruption.Token);
    }

    GetRequest RequestOf(ParseResult parse, JobRequest asked, CreateJob job)
    {
        var key = GetKey.Of(job.Files);
        var words = Environment.GetCommandLineArgs().Skip(1).Prepend(CommandLine.Name);
        return new GetRequest(job.Files, key, job.Properties! with { DisplayName = job.DisplayName, Description = key.Description })
        {
            MayUseAgent = !parse.GetValue(_noAgent),
            MakesDirectories = asked.MakesDirectories(parse),
            Command = asked.HoldsSecret(parse, job.Files) ? null : ShellWords.Join(words),
        };
    }

    IGetView ViewOf(ParseResult parse) =>
        parse.GetValue(_json) ? new JsonView(terminal, time)
        : parse.GetValue(_quiet) ? new QuietView(terminal)
        : terminal.IsLive ? new BarsView(terminal, time)
        : new LinesView(terminal, time);
}
