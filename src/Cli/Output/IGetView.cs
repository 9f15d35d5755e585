using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Output;

/// <summary>Shows how a job comes along: as bars, as lines, as JSON, or not at all.</summary>
interface IGetView : IAsyncDisposable
{
    /// <summary>How often it wants to see the files; null where it does not care.</summary>
    TimeSpan? Interval { get; }

    /// <summary>The job is there and under way.</summary>
    void Began(JobSnapshot job, IReadOnlyList<FileSnapshot> files, GetGround ground);

    /// <summary>The job as it is now.</summary>
    void Show(JobSnapshot job, IReadOnlyList<FileSnapshot> files);

    /// <summary>Something a person may want to know.</summary>
    void Note(string text);

    /// <summary>All files stand in their places.</summary>
    void Done(IReadOnlyList<FileReport> files);

    /// <summary>It will not become anything.</summary>
    void Failed(Failure failure);

    /// <summary>It was interrupted; <paramref name="resume"/> says how it goes on.</summary>
    void Interrupted(string resume);
}

/// <summary>Where a get does its work.</summary>
/// <param name="IsInProcess">In this process; else in the agent.</param>
/// <param name="IsResumed">It goes on with what an earlier get began.</param>
sealed record GetGround(bool IsInProcess, bool IsResumed);

/// <summary>A file that stands in its place.</summary>
/// <param name="File">The file.</param>
/// <param name="Time">How long its bytes took.</param>
/// <param name="Bytes">The bytes that came in that time: fewer than the file has where a get was resumed.</param>
sealed record FileReport(FileSnapshot File, TimeSpan Time, ulong Bytes)
{
    public double BytesPerSecond => Bytes / Math.Max(Time.TotalSeconds, 1e-3);

    /// <summary>One line: name, size, time, mean rate, digest.</summary>
    public override string ToString() =>
        $"{Path.GetFileName(File.LocalName)}  {Said.Bytes(File.BytesTransferred)}  {Said.Time(Time)}  {Said.Rate(BytesPerSecond)}  sha256:{File.Sha256 ?? "unknown"}";
}
