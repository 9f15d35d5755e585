using System.Globalization;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Spectre.Console;

namespace Haul.Cli.Output;

/// <summary>Bars on a terminal: one for each file that is being fetched, as far as they fit, and one for all.</summary>
sealed class BarsView(Terminal terminal, TimeProvider time) : IGetView
{
    /// <summary>Files with a bar of their own. As many as run at once by default, and they fit on any terminal.</summary>
    const int FilesShownMax = 8;

    readonly Dictionary<int, RateMeter> _rates = [];
    readonly RateMeter _rate = new(time);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Set while bars are on the screen.
    IAnsiConsole? _console;
    LiveDisplayContext? _context;
    Task? _live;

    public TimeSpan? Interval { get; } = TimeSpan.FromMilliseconds(200);

    public void Began(JobSnapshot job, IReadOnlyList<FileSnapshot> files, GetGround ground)
    {
        if (ground.IsResumed && job.Progress.BytesTransferred > 0)
            Note($"resuming: {Said.Bytes(job.Progress.BytesTransferred)} are here already");
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(terminal.Error) });
        var display = new LiveDisplay(_console, new Text("")) { AutoClear = true, Overflow = VerticalOverflow.Crop };
        _live = display.StartAsync(async context =>
        {
            _context = context;
            await _ended.Task;
        });
    }

    public void Show(JobSnapshot job, IReadOnlyList<FileSnapshot> files)
    {
        if (_context is null || _ended.Task.IsCompleted)
            return;
        _rate.Take(job.Progress.BytesTransferred);
        var rows = new List<BarRow>();
        foreach (var file in files.Where(file => !file.IsTransferred && (file.Connections > 0 || file.Source is not null)).Take(FilesShownMax))
        {
            if (!_rates.TryGetValue(file.Index, out var rate))
                _rates.Add(file.Index, rate = new RateMeter(time));
            rate.Take(file.BytesTransferred);
            rows.Add(BarRows.Of(file, rate));
        }
        if (rows.Count != 1 || job.Progress.FilesTotal > 1)
            rows.Add(Total(job));
        _context.UpdateTarget(BarRows.Draw(rows, Message(job), _console!.Profile.Width, _console.Profile.Capabilities.Unicode));
        _context.Refresh();
    }

    BarRow Total(JobSnapshot job) => new(
        job.Progress.FilesTotal == 1 ? job.DisplayName : "all", job.Progress.BytesTransferred,
        job.Progress.BytesTotal == ByteRange.UnknownSize ? null : job.Progress.BytesTotal, _rate,
        string.Create(CultureInfo.InvariantCulture, $"{job.Progress.FilesTransferred} of {job.Progress.FilesTotal} files"));

    string? Message(JobSnapshot job) => job switch
    {
        { Error: { RetryAt: { } at } error } => string.Create(CultureInfo.InvariantCulture, $"{Wait(at)}: {Terminal.Text(new Failure(error.Code, error.Text))}"),
        { State: JobState.Queued } => "waiting for a free place",
        { State: JobState.Suspended } => "suspended; waiting until it is resumed",
        _ => null,
    };

    string Wait(DateTimeOffset until) =>
        until - time.GetUtcNow() is { TotalSeconds: > 0 } left ? $"next try in {(int)Math.Ceiling(left.TotalSeconds)} s" : "trying again";

    public void Note(string text)
    {
        if (_console is null)
            terminal.Note(text);
        else
            _console.WriteLine($"haul: {Said.Plain(text)}");
    }

    public void Done(IReadOnlyList<FileReport> files)
    {
        Clear();
        foreach (var file in files)
            terminal.Line(file.ToString());
    }

    public void Failed(Failure failure)
    {
        Clear();
        terminal.Fail(failure);
    }

    public void Interrupted(string resume)
    {
        Clear();
        terminal.Note($"interrupted; {resume}");
    }

    // Blocks for the moment that drawing takes: what is written next has to stand where the bars were.
    void Clear() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        if (_live is not null)
            await _live;
        (_live, _context, _console) = (null, null, null);
    }
}
