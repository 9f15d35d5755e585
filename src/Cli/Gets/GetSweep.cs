using Haul.Client;
using Haul.Protocol.Contract;

namespace Haul.Cli.Gets;

/// <summary>Takes away what forgotten gets left: their temporary files and their state.</summary>
static class GetSweep
{
    /// <summary>A job's greatest age in the contract (section 10.1), and so a get's.</summary>
    static readonly TimeSpan AgeMax = TimeSpan.FromDays(30);

    /// <summary>State directories that one run takes away, so that no command has to wait for many.</summary>
    const int RemovedMax = 4;

    public static async Task RunAsync(TimeProvider time, CancellationToken cancel)
    {
        var old = GetHome.Directories().Where(directory => LastUse(directory) < time.GetUtcNow() - AgeMax).Take(RemovedMax).ToList();
        if (old.Count == 0)
            return;
        using var entered = await GetHome.EnterAsync(time, cancel);
        foreach (var directory in old)
            await RemoveAsync(directory);
    }

    static DateTimeOffset LastUse(string directory)
    {
        try
        {
            return Directory.EnumerateFiles(directory).Append(directory).Max(path => new DateTimeOffset(File.GetLastWriteTimeUtc(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another get takes it away at this moment, or it is not ours: no business of the sweep.
            return DateTimeOffset.MaxValue;
        }
    }

    static async Task RemoveAsync(string directory)
    {
        try
        {
            await GetHome.DiscardAsync(directory);
        }
        catch (HaulException e) when (e.Code == HResults.ERROR_SHARING_VIOLATION)
        {
            // A get that has been at work for so long is not forgotten.
        }
        catch (Exception e) when (e is HaulException or IOException or UnauthorizedAccessException)
        {
            // It is somebody else's, or damaged: the next sweep may have better luck, and the command at hand does not need it.
        }
    }
}
