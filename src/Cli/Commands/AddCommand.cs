using System.CommandLine;
using Haul.Cli.Arguments;
using Haul.Cli.Gets;
using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Contract;

namespace Haul.Cli.Commands;

/// <summary>haul add: leave files to the agent.</summary>
sealed class AddCommand(Terminal terminal)
{
    readonly Option<bool> _suspended = new("--suspended") { Description = "Do not start the job: haul resume does." };

    public Command Build()
    {
        var command = new Manual("add", "Leave files to the agent and go on at once.")
        {
            Synopsis = "URL... [-o FILE | -d DIR] [-i LIST] [options]",
            Details =
            [
                "Makes a job of the files, starts it and prints its id. The agent fetches it in the background, also while nobody is logged in and after the machine was started anew. When it is transferred, haul complete puts the files in their places; a job that is neither completed nor cancelled within 30 days is cancelled.",
            ],
            Examples =
            [
                ("Leave a file to the agent, and take it when it is here:", "id=$(haul add https://example.org/debian.iso) && haul watch $id && haul complete $id"),
                ("Make a job now and start it later:", "haul add --suspended -i list.txt -d mirror"),
            ],
            Exits = [ExitCode.Failed, ExitCode.Refused, ExitCode.NoAgent],
            TakesCredentials = true,
        };
        var asked = new JobRequest(command);
        command.Options.Add(_suspended);
        command.SetAction((parse, _) => RunAsync(parse, asked));
        return command;
    }

    async Task<int> RunAsync(ParseResult parse, JobRequest asked)
    {
        var read = asked.Read(parse);
        if (!read.Succeeded)
            return terminal.Fail(read.Failure);
        await using var client = await HaulClient.ConnectAsync();
        var key = GetKey.Of(read.Value.Files);
        var request = new GetRequest(read.Value.Files, key, read.Value.Properties! with { Description = key.AddedDescription }) { MakesDirectories = asked.MakesDirectories(parse) };
        if ((GetTargets.Check(request) ?? await TakenAsync(client, request) ?? GetTargets.MakeDirectories(request)) is { } refused)
            return terminal.Fail(refused);
        var job = await client.CreateJobAsync(read.Value with { Properties = request.Properties, Resume = !parse.GetValue(_suspended) });
        terminal.Line(job.Id.ToString());
        return ExitCode.Success;
    }

    static async Task<Failure?> TakenAsync(HaulClient client, GetRequest request) =>
        (await client.ListJobsAsync()).FirstOrDefault(job => !job.State.IsFinal() && GetKey.Read(job.Description)?.Targets == request.Key.Targets) is { } other
            ? new Failure(HResults.ERROR_SHARING_VIOLATION, $"Job {JobIds.Short(other.Id)} is there for {request.Files[0].LocalName} already: complete or cancel it first, or name another file with -o")
            : null;
}
