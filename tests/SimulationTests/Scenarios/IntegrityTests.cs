using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Scenarios;

/// <summary>Origins that send false pieces of the right length, to jobs that have a manifest.</summary>
public sealed class IntegrityTests
{
    [Theory, Seeds(120)]
    public void A_false_piece_is_never_placed(int seed) => SimWorld.Run(seed, async world =>
    {
        var die = world.Die("integrity");
        var (content, file) = Serve(world, die);
        var isCalm = false;
        var faulty = world.Die("faults");
        content.Host.Faults = seen => isCalm ? null : Fault(faulty, seen);
        world.Start();
        var job = new SimJob(world, new Caller(1000, 1000, "user", false), "job");
        await job.CreateAsync(new CreateJob { DisplayName = "job", Resume = true }, new SimWish(file, content));
        if (die.Percent(50))
        {
            await world.Clock.WaitSeconds(die.Between(0, 5));
            world.Crash();
            world.Start();
        }
        await world.Until(() => job.State is JobState.Transferred or JobState.Error, TimeSpan.FromMinutes(60), "the job has ended");
        if (job.State == JobState.Error)
        {
            Assert.Equal(HResults.DO_E_BAD_PIECE_HASH, job.Now!.Error!.Code);
            isCalm = true;
            await job.ResumeAsync();
            await job.Until(JobState.Transferred, TimeSpan.FromMinutes(60));
        }
        Assert.Equal(IntegrityState.Checked, (await job.FilesAsync())![0].Integrity!.State);
        Assert.Equal(HResults.S_OK, await job.CompleteAsync());
    });

    static (SimContent Content, AddFile File) Serve(SimWorld world, Random die)
    {
        var host = world.Net.Add("origin.test", new HostManners
        {
            Ranges = die.Weighed((80, RangeManner.Served), (20, RangeManner.Ignored)),
            Validators = die.Pick(ValidatorManner.ETag, ValidatorManner.LastModified, ValidatorManner.Weak, ValidatorManner.None),
            TellsLength = die.Percent(85),
            BytesPerSecond = die.Magnitude(500_000, 20_000_000),
        });
        var modified = SimScheduler.Epoch.AddDays(-1);
        var content = host.Serve("x.bin", SimContent.Bytes(die.Next(), die.Next(6 << 20)), modified);
        var manifest = Manifest.Of(content.Now.Bytes, die.Pick(1 << 20, 128 << 10));
        var hashes = host.Serve("x.hashes", PieceHashFile.Write(manifest), modified);
        var hash = new byte[PieceHash.Size];
        manifest.HashOfHashes.Write(hash);
        return (content, new AddFile
        {
            RemoteName = content.Url,
            LocalName = SimVolume.Home + "/x.bin",
            Integrity = new IntegrityCheck { PiecesHashFileUrl = hashes.Url, HashOfHashes = Convert.ToBase64String(hash), IsMandatory = true },
        });
    }

    static RequestFault? Fault(Random die, SeenRequest seen) => die.Weighed<Func<RequestFault?>>(
        (50, () => null),
        (seen.Path == "x.bin" ? 35 : 0, () => new RequestFault { After = die.Next(6 << 20), Body = BodyFault.Corrupt }),
        (10, () => new RequestFault { After = die.Next(6 << 20), Body = BodyFault.Reset }),
        (5, () => new RequestFault { Status = die.Pick(500, 503) }))();
}
