using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Haul.Cli.Output;
using Haul.Client;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Commands;

/// <summary>haul show: one job in full.</summary>
sealed class ShowCommand(Terminal terminal)
{
    readonly Argument<string> _id = JobIds.One();
    readonly Option<bool> _json = new("--json") { Description = "Write the job and its files as one line of JSON." };

    public Command Build()
    {
        var command = new Manual("show", "Show a job and its files.")
        {
            Synopsis = "ID [--json]",
            Details = ["Shows all that the agent knows of a job: state, properties, times, its error with the time of the next try, and each file with what is here of it."],
            Examples = [("The URLs of a job:", "haul show 1f3a --json | jq -r '.files[].remoteName'")],
        };
        command.Arguments.Add(_id);
        command.Options.Add(_json);
        command.SetAction((parse, _) => RunAsync(parse));
        return command;
    }

    async Task<int> RunAsync(ParseResult parse)
    {
        await using var client = await HaulClient.ConnectAsync();
        var found = await JobIds.FindAsync(client, parse.GetRequiredValue(_id));
        if (!found.Succeeded)
            return terminal.Fail(found.Failure);
        var job = found.Value.Snapshot;
        // A job that has ended has no files any more.
        IReadOnlyList<FileSnapshot> files = job.State.IsFinal() ? [] : await found.Value.GetFilesAsync();
        if (parse.GetValue(_json))
            terminal.Out.WriteLine(JsonSerializer.Serialize(new JobWithFiles(job, files), CliJson.Default.JobWithFiles));
        else
            Write(job, files);
        return ExitCode.Success;
    }

    void Write(JobSnapshot job, IReadOnlyList<FileSnapshot> files)
    {
        Fact("Id", job.Id.ToString());
        Fact("Name", job.DisplayName);
        Fact("Description", job.Description);
        Fact("Owner", job.Owner.Name);
        Fact("State", job.State.ToString());
        Fact("Priority", job.Priority.ToString());
        Fact("Bytes", Progress(job.Progress.BytesTransferred, job.Progress.BytesTotal));
        Fact("Files", $"{job.Progress.FilesTransferred} of {job.Progress.FilesTotal}");
        Fact("Created", Time(job.Times.Creation));
        Fact("Changed", Time(job.Times.Modification));
        Fact("Transferred", job.Times.TransferCompletion is { } end ? Time(end) : "");
        Fact("Gives up after", $"{Said.Time(TimeSpan.FromSeconds(job.NoProgressTimeoutSeconds))} without a byte");
        Fact("Errors so far", job.ErrorCount == 0 ? "" : job.ErrorCount.ToString(CultureInfo.InvariantCulture));
        if (job.Error is { } error)
        {
            Fact("Error", Terminal.Text(new Failure(error.Code, error.Text)));
            Fact("Next try", error.RetryAt is { } at ? Time(at) : "");
        }
        foreach (var file in files)
            Write(file);
    }

    void Write(FileSnapshot file)
    {
        terminal.Line("");
        Fact($"File {file.Index}", file.IsToStream ? "to a stream" : file.LocalName);
        Fact("  from", file.RemoteName);
        Fact("  ranges", string.Join(", ", file.Ranges.Select(range => range.Length == ByteRange.ToEndOfFile ? $"{range.Offset}-" : $"{range.Offset}-{range.Offset + range.Length - 1}")));
        Fact("  bytes", Progress(file.BytesTransferred, file.BytesTotal) + (file.IsCompleted && !file.IsToStream ? ", in place" : file.IsTransferred ? ", all here" : ""));
        Fact("  source", file.Source is null ? "" : $"{file.Source}, {file.Connections} connections");
        Fact("  sha256", file.Sha256 ?? "");
        Fact("  version", file.Validator ?? "");
        Fact("  pieces", file.Integrity is not { } check ? "" : check.Text is { } why ? $"not checked: {why}" : check.State == IntegrityState.Checked ? "checked" : "not checked yet");
    }

    void Fact(string name, string text)
    {
        if (text.Length > 0)
            terminal.Line($"{name + ":",-16}{text}");
    }

    static string Progress(ulong here, ulong total) =>
        total == ByteRange.UnknownSize ? $"{Said.Bytes(here)} of unknown" : $"{Said.Bytes(here)} of {Said.Bytes(total)} ({Said.Percent(here, total)} %)";

    static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
