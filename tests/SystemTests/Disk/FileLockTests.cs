using System.Diagnostics;
using Haul.Engine.Platform;

namespace Haul.SystemTests.Disk;

/// <summary>Two that want one file.</summary>
public sealed class FileLockTests : IDisposable
{
    readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void One_holds_it_until_it_lets_go()
    {
        var first = FileLock.TryTake(_directory.At("lock"));
        Assert.NotNull(first);
        Assert.Null(FileLock.TryTake(_directory.At("lock")));
        first.Dispose();
        using var second = FileLock.TryTake(_directory.At("lock"));
        Assert.NotNull(second);
    }

    [Fact]
    public void Another_process_holds_it_until_it_dies()
    {
        var path = _directory.At("lock");
        string[] holding = ["--no-fork", "--nonblock", path, "sh", "-c", "echo held; exec sleep 1000"];
        using var holder = Process.Start(new ProcessStartInfo("flock", holding) { RedirectStandardOutput = true })!;
        Assert.Equal("held", holder.StandardOutput.ReadLine());
        Assert.Null(FileLock.TryTake(path));

        holder.Kill();
        holder.WaitForExit();
        using var taken = FileLock.TryTake(path);
        Assert.NotNull(taken);
        Assert.Equal(1, Native.ExitCodeOf("flock", "--nonblock", path, "true"));
    }

    [Fact]
    public void A_lock_that_cannot_be_had_at_all_says_why()
    {
        var e = Assert.Throws<IOException>(() => FileLock.TryTake(_directory.At("no/lock")));
        Assert.Contains("does not exist", e.Message, StringComparison.Ordinal);
    }
}
