using Haul.Engine.Platform;

namespace Haul.SystemTests.Disk;

/// <summary>Checkpoints are kept for one start of the system, and only for the engine's owner.</summary>
public sealed class CheckpointDirectoryTests
{
    static readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    [Fact]
    public void Those_of_other_starts_go()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not tell their start");
        using var state = new TestDirectory();
        var other = Path.Combine(state.Path, CheckpointDirectory.Name, $"{Guid.NewGuid():N}");
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "1-2"), "x");

        var path = CheckpointDirectory.Open(state.Path, _now);

        Assert.Equal(path, Assert.Single(Directory.GetDirectories(Path.Combine(state.Path, CheckpointDirectory.Name))));
        Assert.Equal($"{SystemStart.Id:N}", Path.GetFileName(path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path!));
    }

    [Fact]
    public void Those_of_this_start_stay_for_a_month()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not tell their start");
        using var state = new TestDirectory();
        var path = CheckpointDirectory.Open(state.Path, _now)!;
        File.WriteAllText(Path.Combine(path, "1-2"), "x");
        File.WriteAllText(Path.Combine(path, "1-3"), "x");
        File.SetLastWriteTimeUtc(Path.Combine(path, "1-3"), _now.AddDays(-31).UtcDateTime);

        Assert.Equal(path, CheckpointDirectory.Open(state.Path, _now));

        Assert.True(File.Exists(Path.Combine(path, "1-2")));
        Assert.False(File.Exists(Path.Combine(path, "1-3")));
    }

    [Fact]
    public void Where_there_can_be_none_there_is_none()
    {
        using var state = new TestDirectory();
        File.WriteAllText(Path.Combine(state.Path, CheckpointDirectory.Name), "a file");

        Assert.Null(CheckpointDirectory.Open(state.Path, _now));
    }
}
