using System.Text.Json;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Output;

/// <summary>A line of JSON for each event (docs/cli.md), for programs.</summary>
sealed class JsonView(Terminal terminal, TimeProvider time) : IGetView
{
    readonly RateMeter _rate = new(time);
    DateTimeOffset? _retryAt;
    JobProgress? _told;
    Guid? _job;

    public TimeSpan? Interval { get; } = TimeSpan.FromSeconds(1);

    public void Began(JobSnapshot job, IReadOnlyList<FileSnapshot> files, GetGround ground)
    {
        _job = job.Id;
        Write(Of("began") with
        {
            State = job.State,
            InProcess = ground.IsInProcess,
            Resumed = ground.IsResumed,
            Files = files.Count,
            BytesTransferred = job.Progress.BytesTransferred,
        });
    }

    public void Show(JobSnapshot job, IReadOnlyList<FileSnapshot> files)
    {
        _rate.Take(job.Progress.BytesTransferred);
        if (job.Error is { RetryAt: { } at } error && _retryAt != at)
        {
            _retryAt = at;
            Write(Of("waiting") with { State = job.State, Code = error.Code.Hex, Name = HResults.NameOf(error.Code), Text = error.Text, RetryAt = at });
        }
        if (_told == job.Progress)
            return;
        _told = job.Progress;
        Write(Of("progress") with
        {
            State = job.State,
            Files = (int)job.Progress.FilesTotal,
            FilesTransferred = (int)job.Progress.FilesTransferred,
            BytesTotal = job.Progress.BytesTotal == ByteRange.UnknownSize ? null : job.Progress.BytesTotal,
            BytesTransferred = job.Progress.BytesTransferred,
            BytesPerSecond = (long)_rate.BytesPerSecond,
        });
    }

    public void Note(string text) => Write(Of("note") with { Text = text });

    public void Done(IReadOnlyList<FileReport> files)
    {
        foreach (var report in files)
        {
            Write(Of("file") with
            {
                Index = report.File.Index,
                Url = report.File.RemoteName,
                Path = report.File.LocalName,
                BytesTotal = report.File.BytesTransferred,
                Seconds = Math.Round(report.Time.TotalSeconds, 3),
                BytesPerSecond = (long)report.BytesPerSecond,
                Sha256 = report.File.Sha256,
            });
        }
        Write(Of("done") with { Files = files.Count, BytesTotal = (ulong)files.Sum(report => (decimal)report.File.BytesTransferred), Exit = ExitCode.Success });
    }

    public void Failed(Failure failure)
    {
        Write(Of("failed") with { Code = failure.Code.Hex, Name = HResults.NameOf(failure.Code), Text = failure.Text, Exit = ExitCode.Of(failure.Code) });
        terminal.Fail(failure);
    }

    public void Interrupted(string resume) => Write(Of("interrupted") with { Text = resume, Exit = ExitCode.Interrupted });

    GetEvent Of(string kind) => new() { Event = kind, Time = time.GetUtcNow(), Job = _job };

    void Write(GetEvent line)
    {
        terminal.Out.WriteLine(JsonSerializer.Serialize(line, CliJson.Default.GetEvent));
        terminal.Out.Flush();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
