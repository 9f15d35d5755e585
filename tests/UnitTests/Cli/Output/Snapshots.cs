using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Cli.Output;

/// <summary>Jobs and files for views to show.</summary>
static class Snapshots
{
    public static FileSnapshot File(int index, ulong here, ulong total = 1000, bool isTransferred = false, int connections = 1) => new(
        index, $"{index}", $"http://a/file{index}", $"/d/file{index}", [], total, here, isTransferred, false, null, "ab12", null, connections, "origin 192.0.2.7", null);

    public static JobSnapshot Job(JobState state, ulong here = 0, ulong total = 1000, JobErrorSnapshot? error = null) => new(
        new Guid("11111111-2222-3333-4444-555555555555"), "name", "", new Owner(1, "ann"), state, JobPriority.Normal, JobType.Download, NotifyFlags.None,
        60, 0, 0, null, 0, new JobProgress(total, here, 1, 0), default, error, 1);
}
