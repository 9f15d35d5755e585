using Haul.Tracker.Redis;
using Haul.Tracker.Swarms;

namespace Haul.SystemTests.Tracker;

/// <summary>The register in a real Redis.</summary>
public sealed class RedisSwarmsTests(RedisServer redis) : SwarmRegisterContract, IClassFixture<RedisServer>
{
    internal override async Task<ISwarmRegister> OpenAsync()
    {
        await redis.FlushAsync();
        return await OpenMoreAsync();
    }

    async Task<ISwarmRegister> OpenMoreAsync()
    {
        var opened = await RedisSwarms.OpenAsync(redis.Address, null, seed: 1);
        Assert.True(opened.Succeeded, opened.Failure?.ToString());
        return opened.Value;
    }

    [Fact]
    public async Task What_one_tracker_hears_another_one_tells()
    {
        await using var other = await OpenMoreAsync();
        await new RegisteredAgent(Register, 1, "203.0.113.7").AnnounceAsync();

        Assert.Equal([1], (await new RegisteredAgent(other, 2, "203.0.113.7").AnnounceAsync()).Numbers);
        Assert.Equal(new RegisterSize(1, 2), (await other.SizeAsync()).Value);
    }

    [Fact]
    public async Task Nothing_stays_of_peers_that_are_gone()
    {
        await new RegisteredAgent(Register, 1, "203.0.113.7").AnnounceAsync(swarm: 1);
        await new RegisteredAgent(Register, 2, "198.51.100.9").AnnounceAsync(swarm: 1, left: 0);
        await new RegisteredAgent(Register, 1, "203.0.113.7").AnnounceAsync(swarm: 2);
        await new RegisteredAgent(Register, 1, "203.0.113.7").AnnounceAsync(swarm: 2, happened: Haul.Tracker.Announces.AnnounceEvent.Stopped);

        await Register.SweepAsync(RegisteredAgent.Start + RegisteredAgent.Life);

        Assert.Equal(["haul2:peers"], ((string[]?)await redis.RunAsync("KEYS", "*"))!);
        Assert.Equal("0", (string?)await redis.RunAsync("GET", "haul2:peers"));
    }

    [Fact]
    public async Task A_record_that_is_none_is_passed_over()
    {
        var agent = new RegisteredAgent(Register, 1, "203.0.113.7");
        await agent.AnnounceAsync();
        await new RegisteredAgent(Register, 2, "203.0.113.7").AnnounceAsync();
        var records = ((byte[][]?)await redis.RunAsync("KEYS", "haul2:r:*"))!.Single();
        foreach (var id in ((byte[][]?)await redis.RunAsync("HKEYS", records))!.Where(field => field.Length == 16 && field[3] == 2))
            await redis.RunAsync("HSET", records, id, "a later version's");

        var reply = await new RegisteredAgent(Register, 3, "203.0.113.7").AnnounceAsync();

        Assert.Equal([1], reply.Numbers);
        Assert.Equal(3, reply.Said.Incomplete);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:notaport,password=secret1")]
    [InlineData("localhost,password=secret1,nosuchoption=secret1")]
    public async Task Options_that_make_no_sense_are_refused_without_showing_them(string options)
    {
        var opened = await RedisSwarms.OpenAsync(options, "secret1", seed: 1);

        Assert.False(opened.Succeeded);
        Assert.DoesNotContain("secret1", opened.Failure.Text, StringComparison.Ordinal);
    }
}
