using Haul.Tracker.Groups;
using Microsoft.Extensions.Logging.Abstractions;

namespace Haul.UnitTests.Tracker.Groups;

/// <summary>The list of groups is the one in the file, and the one before where the file is of no use.</summary>
public sealed class GroupWatchTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("haul-groups-").FullName;

    string ListPath => Path.Combine(_directory, "groups");

    [Fact]
    public void A_list_that_was_written_anew_is_read()
    {
        Write(1);
        var watch = GroupWatch.Open(ListPath, NullLogger.Instance).Value!;

        Write(2);
        File.SetLastWriteTimeUtc(ListPath, DateTime.UnixEpoch);
        watch.Look();

        Assert.Equal(2, watch.Groups.Count);
    }

    [Fact]
    public void A_list_that_went_away_or_makes_no_sense_stays_as_it_was()
    {
        Write(2);
        var watch = GroupWatch.Open(ListPath, NullLogger.Instance).Value!;

        File.Delete(ListPath);
        watch.Look();
        File.WriteAllText(ListPath, "nonsense");
        watch.Look();

        Assert.Equal(2, watch.Groups.Count);
    }

    [Fact]
    public void A_list_that_came_back_is_read()
    {
        Write(1);
        var watch = GroupWatch.Open(ListPath, NullLogger.Instance).Value!;
        File.Delete(ListPath);
        watch.Look();

        Write(2);
        watch.Look();

        Assert.Equal(2, watch.Groups.Count);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    void Write(int count) => File.WriteAllLines(ListPath, Enumerable.Range(1, count).Select(i => $"{i:x32} {new string('c', 64)}"));
}
