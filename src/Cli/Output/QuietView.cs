using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.Cli.Output;

/// <summary>Says nothing but why it failed.</summary>
sealed class QuietView(Terminal terminal) : IGetView
{
    public TimeSpan? Interval => null;

    public void Began(JobSnapshot job, IReadOnlyList<FileSnapshot> files, GetGround ground)
    {
    }

    public void Show(JobSnapshot job, IReadOnlyList<FileSnapshot> files)
    {
    }

    public void Note(string text)
    {
    }

    public void Done(IReadOnlyList<FileReport> files)
    {
    }

    public void Failed(Failure failure) => terminal.Fail(failure);

    public void Interrupted(string resume) => terminal.Note($"interrupted; {resume}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
