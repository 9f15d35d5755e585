using Haul.Engine.Pieces;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>After a kill what is here is not read again as long as the system runs on; and nothing is trusted that changed.</summary>
public sealed class JobCheckpointTests
{
    const int Length = (7 << 20) + 3;
    const int Here = 5; // pieces

    static readonly byte[] _content = FakeOrigin.Content(Length);

    [Fact]
    public void Nothing_is_read_again_after_a_kill()
    {
        using var world = new JobWorld();
        var (job, origin, temporary) = Begin(world, JobWorld.File("a"));
        var reads = CountReads(world, temporary);

        world.Crash();
        world.Go(origin);

        Finish(world, job);
        Assert.Equal(ShaKernel.IsUsable ? 0 : Here, reads());
    }

    [Fact]
    public void Nor_after_a_second_one_or_an_orderly_stop()
    {
        using var world = new JobWorld();
        var (job, origin, temporary) = Begin(world, JobWorld.File("a"));
        var reads = CountReads(world, temporary);

        world.Crash();
        world.Restart();
        world.Crash();
        world.Go(origin);

        Finish(world, job);
        Assert.Equal(ShaKernel.IsUsable ? 0 : 3 * Here, reads());
    }

    [Fact]
    public void All_is_read_again_after_another_start_of_the_system()
    {
        using var world = new JobWorld();
        var (job, origin, temporary) = Begin(world, JobWorld.File("a"));
        var reads = CountReads(world, temporary);

        world.LosePower();
        world.Go(origin);

        Finish(world, job);
        Assert.Equal(Here, reads());
    }

    [Fact]
    public void A_content_that_changed_has_nothing_of_the_checkpoint_of_what_was_there_before()
    {
        using var world = new JobWorld();
        var (job, origin, temporary) = Begin(world, JobWorld.File("a"));
        (origin.Bytes, origin.ETag, origin.StallsAt) = (FakeOrigin.Content(Length, seed: 2), "\"v2\"", 2 << 20);
        world.Crash();
        world.Pass(TimeSpan.FromSeconds(3));
        var reads = CountReads(world, temporary);

        // What the disk has of the first version where the second one was not written yet is in no record.
        world.Crash();
        origin.StallsAt = long.MaxValue;
        world.Go(origin);

        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));
        Assert.Equal(origin.Bytes, world.Disk.BytesOf(JobWorld.Local("a")));
        Assert.Equal(ShaKernel.IsUsable ? 0 : 2, reads());
    }

    [Fact]
    public void A_content_that_now_comes_without_a_length_leaves_nothing_of_the_checkpoint()
    {
        using var world = new JobWorld();
        var (job, origin, temporary) = Begin(world, JobWorld.File("a"));
        origin.Answers = _ => new HttpResponseMessage(System.Net.HttpStatusCode.OK) { Content = new StreamContent(new EndlessStream(6 << 20)), Headers = { TransferEncodingChunked = true } };
        var seen = new List<bool>();
        world.Disk.Refuses = (call, path) =>
        {
            if (call == DiskCall.Write && path == temporary)
                seen.Add(world.Disk.Paths.Any(IsCheckpoint));
            return null;
        };

        world.Crash();

        Assert.Equal(JobState.Transferred, world.StateOf(job));
        Assert.NotEmpty(seen);
        Assert.DoesNotContain(true, seen);
    }

    [Fact]
    public void A_file_that_somebody_wrote_to_in_between_is_read_and_mended()
    {
        using var world = new JobWorld();
        var (job, origin, temporary) = Begin(world, JobWorld.File("a"));
        world.Disk.Scribble(temporary, (1 << 20) + 7);
        Assert.Null(world.Disk.Open(world.Ann, temporary, null, out var file));
        world.Disk.ChangesAt += 3_600_000_000_000;
        Assert.Null(file!.Write(7, _content.AsSpan(7, 1)));
        file.Dispose();

        world.Crash();
        world.Go(origin);

        Finish(world, job);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 8)]
    public void A_file_that_was_here_when_the_kill_came_is_read_before_it_is_placed_only_after_another_start_of_the_system(bool isKill, int pieces)
    {
        using var world = new JobWorld();
        var (job, origin, temporary) = Begin(world, JobWorld.File("a"));
        world.Go(origin);
        Assert.Equal(JobState.Transferred, world.StateOf(job));
        if (isKill)
            world.Crash();
        else
            world.LosePower();
        var reads = CountReads(world, temporary);

        Finish(world, job);

        Assert.Equal(pieces, reads());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_that_somebody_changed_since_is_not_placed(bool isLong)
    {
        using var world = new JobWorld();
        var (job, origin, temporary) = Begin(world, JobWorld.File("a"));
        world.Go(origin);
        Assert.Null(world.Disk.Open(world.Ann, temporary, null, out var file));
        world.Disk.ChangesAt += 3_600_000_000_000;
        Assert.Null(isLong ? file!.Write(7, [1, 2, 3]) : file!.Allocate(Length - 1));
        file.Dispose();
        world.Crash();

        Assert.Equal(HResults.BG_E_VALIDATION_FAILED, world.Ask(jobs => jobs.CompleteAsync(world.Ann, job)).Failure!.Code);
    }

    [Fact]
    public void No_checkpoint_is_left_of_a_job_that_ended()
    {
        using var world = new JobWorld();
        var (first, origin, _) = Begin(world, JobWorld.File("a"));
        world.Go(origin);
        // A kill may still come between the last piece and the record of the end.
        Assert.Equal(JobState.Transferred, world.StateOf(first));
        Assert.Contains(world.Disk.Paths, IsCheckpoint);
        Finish(world, first);
        Assert.DoesNotContain(world.Disk.Paths, IsCheckpoint);

        var (second, _, _) = Begin(world, JobWorld.File("b"));
        Assert.Contains(world.Disk.Paths, IsCheckpoint);
        world.Crash();
        Assert.Equal(HResults.S_OK, world.Ask(jobs => jobs.CancelAsync(world.Ann, second)).Value!.Code);

        Assert.DoesNotContain(world.Disk.Paths, IsCheckpoint);
    }

    static bool IsCheckpoint(string path) => path.Contains("checkpoints", StringComparison.Ordinal);

    static (Guid Job, RemoteFile Origin, string Temporary) Begin(JobWorld world, AddFile file)
    {
        var origin = world.Origin.Serve(file.RemoteName, _content).Stalling(at: Here << 20);
        var job = world.Run(file);
        world.Pass(TimeSpan.FromSeconds(3));
        return (job, origin, world.FileOf(job).TemporaryName!);
    }

    static void Finish(JobWorld world, Guid job)
    {
        Assert.Equal(JobState.Transferred, world.StateOf(job));
        world.Ask(jobs => jobs.CompleteAsync(world.Ann, job));
        Assert.Equal(_content, world.Disk.BytesOf(JobWorld.Local("a")));
    }

    static Func<int> CountReads(JobWorld world, string temporary)
    {
        var reads = 0;
        world.Disk.Refuses = (call, path) =>
        {
            if (call == DiskCall.Read && path == temporary)
                reads++;
            return null;
        };
        return () => reads;
    }
}
