using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SystemTests.Disk;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Transfers;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Recovery;

/// <summary>Disks that are full, gone or read-only: a clear error, and on resume the file.</summary>
public sealed class FullDiskTests
{
    [RootFact]
    public async Task A_full_disk_is_an_error_and_resuming_after_space_was_made_brings_the_file()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        using var small = new MemoryVolume(8 << 10);
        var content = new TestContent(1, 6_000_000);
        origin.Serve("/file", content);
        var ballast = small.At("ballast");
        await File.WriteAllBytesAsync(ballast, new byte[4_000_000], TestContext.Current.CancellationToken);
        var target = small.At("file");

        var job = await rig.StartAsync(origin.UrlOf("/file"), file => file with { LocalName = target });
        var error = (await rig.WaitAsync(job.Id, JobState.Error)).Error!;
        Assert.Equal(ERROR_DISK_FULL, error.Code);
        Assert.Contains(Path.GetDirectoryName(target)!, error.Text, StringComparison.Ordinal);

        File.Delete(ballast);
        await rig.Jobs.ResumeAsync(rig.Me, job.Id);
        await rig.WaitAsync(job.Id, JobState.Transferred);
        Assert.Equal(S_OK, (await rig.Jobs.CompleteAsync(rig.Me, job.Id)).Code);
        Assert.Null(content.FirstDifference(target));
    }

    [Fact]
    public async Task A_directory_that_vanishes_is_an_error_and_the_job_is_kept()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(1, 3_000_000);
        origin.Serve("/file", content);
        var directory = Directory.CreateDirectory(rig.Target("there")).FullName;
        var created = await rig.Jobs.CreateAsync(rig.Me, new CreateJob
        {
            DisplayName = "x",
            Files = [new AddFile { RemoteName = origin.UrlOf("/file").AbsoluteUri, LocalName = Path.Combine(directory, "file") }],
        });
        Directory.Delete(directory);

        await rig.Jobs.ResumeAsync(rig.Me, created.Value!.Id);
        var error = (await rig.WaitAsync(created.Value.Id, JobState.Error)).Error!;
        Assert.Equal(ERROR_PATH_NOT_FOUND, error.Code);

        Directory.CreateDirectory(directory);
        await rig.Jobs.ResumeAsync(rig.Me, created.Value.Id);
        await rig.WaitAsync(created.Value.Id, JobState.Transferred);
    }

    [Fact]
    public async Task A_file_that_came_to_stand_in_the_way_is_not_replaced_and_complete_works_once_it_is_gone()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(1, 3_000_000);
        origin.Serve("/file", content);
        var job = await rig.StartAsync(origin.UrlOf("/file"));
        await rig.WaitAsync(job.Id, JobState.Transferred);
        await File.WriteAllTextAsync(rig.Target(), "mine", TestContext.Current.CancellationToken);

        var refused = await rig.Jobs.CompleteAsync(rig.Me, job.Id);

        Assert.Equal(ERROR_FILE_EXISTS, refused.Code);
        Assert.Equal("mine", await File.ReadAllTextAsync(rig.Target(), TestContext.Current.CancellationToken));
        Assert.Equal(JobState.Transferred, rig.Jobs.Get(rig.Me, job.Id).Value!.State);
        File.Delete(rig.Target());
        Assert.Equal(S_OK, (await rig.Jobs.CompleteAsync(rig.Me, job.Id)).Code);
        Assert.Null(content.FirstDifference(rig.Target()));
    }

    [Fact]
    public async Task Bytes_that_a_power_cut_took_are_found_missing_and_fetched_again()
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var content = new TestContent(1, 12_000_000);
        origin.Serve("/file", content);
        var job = await rig.StartAsync(origin.UrlOf("/file"), file => file with { Http = new HttpOptions { BytesPerSecondMax = 5_000_000 } });
        while (rig.Jobs.Get(rig.Me, job.Id).Value!.Progress.BytesTransferred < 8_000_000)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);

        await rig.RestartAsync(() =>
        {
            // What was recorded stays recorded; the third piece never reached the disk.
            using var file = File.OpenWrite(Directory.GetFiles(Path.GetDirectoryName(rig.Target())!, ".haul-*").Single());
            file.Position = (2 << 20) + 100;
            file.Write(new byte[70_000]);
        });
        await rig.WaitAsync(job.Id, JobState.Transferred);
        await rig.Jobs.CompleteAsync(rig.Me, job.Id);

        Assert.Null(content.FirstDifference(rig.Target()));
    }
}
