using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Scenarios;

/// <summary>Smoke.</summary>
public sealed class DeterminismTests
{
    [Theory, Seeds(20)]
    public void Smoke(int seed) => SimWorld.Run(seed, async world =>
    {
        var host = world.Net.Add("a.test", new HostManners());
        var content = host.Serve("x.bin", SimContent.Bytes(seed, 3_500_000), SimScheduler.Epoch.AddDays(-1));
        world.Start();
        var job = new SimJob(world, new Engine.Platform.Caller(1000, 1000, "user", false), "job");
        await job.CreateAsync(new CreateJob { DisplayName = "x", Resume = true }, new SimWish(new AddFile { RemoteName = content.Url, LocalName = SimVolume.Home + "/x.bin" }, content));
        await job.Until(JobState.Transferred, TimeSpan.FromMinutes(5));
        Assert.Equal(HResults.S_OK, await job.CompleteAsync());
    });
}
