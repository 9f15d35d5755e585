using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Haul.Cli.Gets;
using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Commands;

/// <summary>haul watch: what happens to jobs, while it happens.</summary>
sealed class WatchCommand(Terminal terminal, TimeProvider time)
{
    readonly Argument<string?> _id = JobIds.Optional();
    readonly Option<bool> _json = new("--json") { Description = "Write each event as a line of JSON." };

    public Command Build()
    {
        var command = new Manual("watch", "Show what happens to jobs, while it happens.")
        {
            Synopsis = "[ID] [--json]",
            Details =
            [
                "With an ID, shows the job's progress and ends when nothing more happens by itself: when it is transferred, in error, suspended, completed or cancelled. It ends with 0 when the files are here, else with the number for the job's error.",
                "Without an ID, writes a line for each event of each job until interrupted. It outlives restarts of the agent.",
            ],
            Examples = [("Wait for a job, then take its files:", "haul watch 1f3a && haul complete 1f3a")],
            Exits = [ExitCode.Failed, ExitCode.NoAgent, ExitCode.WrongDigest, ExitCode.Disk, ExitCode.Network, ExitCode.Server, ExitCode.Interrupted],
        };
        command.Arguments.Add(_id);
        command.Options.Add(_json);
        command.SetAction((parse, _) => RunAsync(parse));
        return command;
    }

    async Task<int> RunAsync(ParseResult parse)
    {
        using var interruption = new Interruption(time);
        await using var client = await HaulClient.ConnectAsync();
        HaulJob? job = null;
        if (parse.GetValue(_id) is { } id)
        {
            var found = await JobIds.FindAsync(client, id);
            if (!found.Succeeded)
                return terminal.Fail(found.Failure);
            job = found.Value;
        }
        try
        {
            return job is null || parse.GetValue(_json)
                ? await ListAsync(client, job, parse.GetValue(_json), interruption.Token)
                : await FollowAsync(client, job, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    async Task<int> FollowAsync(HaulClient client, HaulJob job, CancellationToken interrupted)
    {
        JobSnapshot end;
        await using (IGetView view = terminal.IsLive ? new BarsView(terminal, time) : new LinesView(terminal, time))
        {
            view.Began(job.Snapshot, [], new GetGround(IsInProcess: false, IsResumed: false));
            end = await new JobFollower(client, job, view, time).RunAsync(IsAtRest, interrupted);
        }
        terminal.Line($"{JobIds.Short(job.Id)} {end.State}");
        return Exit(end);
    }

    async Task<int> ListAsync(HaulClient client, HaulJob? job, bool json, CancellationToken interrupted)
    {
        await foreach (var happened in client.WatchAsync(job?.Id, interrupted))
        {
            if (json)
                terminal.Out.WriteLine(JsonSerializer.Serialize(happened, ProtocolJson.Default.JobEvent));
            else
                terminal.Line(Line(happened));
            terminal.Out.Flush();
            if (job is not null && IsAtRest(happened.Job))
                return Exit(happened.Job);
        }
        return ExitCode.Success;
    }

    string Line(JobEvent happened)
    {
        var job = happened.Job;
        var clock = time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var bytes = job.Progress.BytesTotal == ByteRange.UnknownSize
            ? Said.Bytes(job.Progress.BytesTransferred)
            : $"{Said.Bytes(job.Progress.BytesTransferred)} of {Said.Bytes(job.Progress.BytesTotal)}";
        var error = job.Error is { } e ? $": {Terminal.Text(new Failure(e.Code, e.Text))}" : "";
        return $"{clock}  {JobIds.Short(job.Id)}  {happened.Kind}  {job.State}  {bytes}  {job.DisplayName}{error}";
    }

    static bool IsAtRest(JobSnapshot job) => job.State is JobState.Transferred or JobState.Error or JobState.Suspended || job.State.IsFinal();

    int Exit(JobSnapshot end) => end switch
    {
        { Error: { } error } => terminal.Fail(new Failure(error.Code, error.Text)),
        { State: JobState.Transferred or JobState.Acknowledged } => ExitCode.Success,
        _ => ExitCode.Failed,
    };
}
