using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Haul.Cli.Gets;
using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Commands;

/// <summary>haul jobs: what there is.</summary>
sealed class JobsCommand(Terminal terminal, TimeProvider time)
{
    readonly Option<bool> _all = new("--all") { Description = "List the jobs of all users, with their owners. For administrators." };
    readonly Option<bool> _json = new("--json") { Description = "Write each job as a line of JSON." };

    public Command Build()
    {
        var command = new Manual("jobs", "List jobs, and gets that were interrupted.")
        {
            Synopsis = "[--all] [--json]",
            Details =
            [
                "Lists the agent's jobs that are neither completed nor cancelled, the oldest first. Below them it lists gets that work, or worked, without an agent, with the commands that go on with them and that discard them.",
                "Without an agent, and without such gets, it fails with DO_E_NO_SERVICE.",
            ],
            Examples = [("The ids of all jobs in error:", "haul jobs --json | jq -r 'select(.state == \"Error\").id'")],
        };
        command.Options.Add(_all);
        command.Options.Add(_json);
        command.SetAction((parse, cancel) => RunAsync(parse, cancel));
        return command;
    }

    async Task<int> RunAsync(ParseResult parse, CancellationToken cancel)
    {
        var gets = await GetListing.AllAsync(time, cancel);
        try
        {
            await using var client = await HaulClient.ConnectAsync(cancel: cancel);
            var all = parse.GetValue(_all);
            Write(await client.ListJobsAsync(all, cancel), all, parse.GetValue(_json));
        }
        catch (HaulException e) when (e.Code == HResults.DO_E_NO_SERVICE && gets.Count > 0)
        {
            terminal.Note("no agent answers: if it has jobs, they are not among these");
        }
        foreach (var get in gets)
            Write(get, parse.GetValue(_json));
        return ExitCode.Success;
    }

    void Write(IReadOnlyList<JobSnapshot> jobs, bool all, bool json)
    {
        if (json)
        {
            foreach (var job in jobs)
                terminal.Out.WriteLine(JsonSerializer.Serialize(job, ProtocolJson.Default.JobSnapshot));
            return;
        }
        string[] headings = all ? ["ID", "OWNER", "STATE", "DONE", "SIZE", "NAME"] : ["ID", "STATE", "DONE", "SIZE", "NAME"];
        foreach (var line in Columns.Of(headings, [.. jobs.Select(job => Row(job, all))]))
            terminal.Line(line);
    }

    static IReadOnlyList<string> Row(JobSnapshot job, bool all)
    {
        var (done, size) = job.Progress.BytesTotal == ByteRange.UnknownSize
            ? ("-", "-")
            : (string.Create(CultureInfo.InvariantCulture, $"{Said.Percent(job.Progress.BytesTransferred, job.Progress.BytesTotal)} %"), Said.Bytes(job.Progress.BytesTotal));
        return all
            ? [JobIds.Short(job.Id), job.Owner.Name, job.State.ToString(), done, size, job.DisplayName]
            : [JobIds.Short(job.Id), job.State.ToString(), done, size, job.DisplayName];
    }

    void Write(GetListing get, bool json)
    {
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(get, CliJson.Default.GetListing));
            return;
        }
        var files = get.Get.Files.Count == 1 ? get.Get.Files[0] : $"{get.Get.Files[0]} and {get.Get.Files.Count - 1} more";
        var since = get.Get.Started.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        terminal.Line($"get of {files}, begun {since}: {get.State}");
        if (get.State != GetListing.Interrupted)
            return;
        terminal.Line(get.Resume is { } resume ? $"    to resume: {resume}" : "    to resume, give the same command again");
        terminal.Line($"    to discard: {CommandLine.Name} cancel {get.Id[..JobIds.ShownLength]}");
    }
}
