using System.Globalization;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Output;

/// <summary>A line for each thing that happens: a file started, went a tenth further, is here; a wait.</summary>
sealed class LinesView(Terminal terminal, TimeProvider time) : IGetView
{
    const int StepPercent = 10;

    /// <summary>Not started; what stands in <see cref="_steps"/> otherwise is the last step that was told.</summary>
    const int Silent = -1;

    readonly Dictionary<int, int> _steps = [];
    readonly RateMeter _rate = new(time);
    DateTimeOffset? _retryAt;
    JobState? _state;

    public TimeSpan? Interval { get; } = TimeSpan.FromMilliseconds(500);

    public void Began(JobSnapshot job, IReadOnlyList<FileSnapshot> files, GetGround ground)
    {
        if (ground.IsResumed && job.Progress.BytesTransferred > 0)
            Say($"resuming: {Said.Bytes(job.Progress.BytesTransferred)} are here already");
        // What was here before is no news.
        foreach (var file in files.Where(file => file.IsTransferred))
            _steps[file.Index] = 100;
    }

    public void Show(JobSnapshot job, IReadOnlyList<FileSnapshot> files)
    {
        _rate.Take(job.Progress.BytesTransferred);
        foreach (var file in files)
            Tell(file);
        if (job.Error is { RetryAt: { } at } error && _retryAt != at)
        {
            _retryAt = at;
            Say(Waiting(error, at));
        }
        if (job.State == JobState.Suspended && _state is not (null or JobState.Suspended))
            Say("the job was suspended; waiting until it is resumed");
        _state = job.State;
    }

    void Tell(FileSnapshot file)
    {
        var last = _steps.GetValueOrDefault(file.Index, Silent);
        var name = Path.GetFileName(file.LocalName);
        if (last == 100)
            return;
        if (file.IsTransferred)
        {
            _steps[file.Index] = 100;
            Say($"{name}: done, {Said.Bytes(file.BytesTransferred)}");
            return;
        }
        if (last == Silent && (file.Connections > 0 || file.BytesTransferred > 0))
        {
            Say(file.BytesTotal == ByteRange.UnknownSize ? $"{name}: started" : $"{name}: started, {Said.Bytes(file.BytesTotal)}");
            _steps[file.Index] = last = 0;
        }
        if (last == Silent || file.BytesTotal is 0 or ByteRange.UnknownSize)
            return;
        var step = Said.Percent(file.BytesTransferred, file.BytesTotal) / StepPercent * StepPercent;
        if (step > last && step < 100)
        {
            _steps[file.Index] = step;
            Say($"{name}: {step} %, {Said.Bytes(file.BytesTransferred)} of {Said.Bytes(file.BytesTotal)}{(_rate.BytesPerSecond > 0 ? $", {Said.Rate(_rate.BytesPerSecond)}" : "")}");
        }
    }

    /// <summary>Why nothing moves, and when it is tried again, in local time.</summary>
    public static string Waiting(JobErrorSnapshot error, DateTimeOffset retryAt) =>
        $"waiting: {Terminal.Text(new Failure(error.Code, error.Text))}; next try at {retryAt.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}";

    public void Note(string text) => Say(text);

    public void Done(IReadOnlyList<FileReport> files)
    {
        foreach (var file in files)
            terminal.Line(file.ToString());
    }

    public void Failed(Failure failure) => terminal.Fail(failure);

    public void Interrupted(string resume) => terminal.Note($"interrupted; {resume}");

    void Say(string text) => terminal.Note(text);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
