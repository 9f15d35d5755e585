using Haul.Tracker.Memory;
using Haul.Tracker.Swarms;

namespace Haul.SystemTests.Tracker;

/// <summary>The register in memory.</summary>
public sealed class MemorySwarmsTests : SwarmRegisterContract
{
    internal override Task<ISwarmRegister> OpenAsync() => Task.FromResult<ISwarmRegister>(new MemorySwarms(peersMax: 100_000, seed: 1));

    [Fact]
    public async Task A_full_register_tells_newcomers_of_others_without_recording_them()
    {
        await using var small = new MemorySwarms(peersMax: 2, seed: 1);
        await new RegisteredAgent(small, 1, "203.0.113.7").AnnounceAsync();
        await new RegisteredAgent(small, 2, "203.0.113.7").AnnounceAsync();

        var third = await new RegisteredAgent(small, 3, "203.0.113.7").AnnounceAsync();

        Assert.True(third.Said.TurnedAway);
        Assert.Equal([1, 2], third.Numbers.Order());
        Assert.Equal([1], (await new RegisteredAgent(small, 2, "203.0.113.7").AnnounceAsync()).Numbers);
        await new RegisteredAgent(small, 1, "203.0.113.7").AnnounceAsync(happened: Haul.Tracker.Announces.AnnounceEvent.Stopped);
        Assert.False((await new RegisteredAgent(small, 3, "203.0.113.7").AnnounceAsync()).Said.TurnedAway);
    }
}
