using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.SystemTests.Tracker;

/// <summary>What every register of swarms promises: how peers come and go, and who is told of whom.</summary>
public abstract class SwarmRegisterContract : SwarmLifeContract
{
    const string OtherDoor = "198.51.100.9";

    [Fact]
    public async Task Agents_of_a_swarm_learn_of_each_other_and_not_of_themselves()
    {
        Assert.Empty((await Agent(1).AnnounceAsync()).Numbers);
        Assert.Equal([1], (await Agent(2, OtherDoor).AnnounceAsync()).Numbers);
        Assert.Equal([2], (await Agent(1).AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task A_peer_comes_back_as_it_announced_itself()
    {
        var agent = Agent(1, Door, "10.0.0.5", "fd00::1") with { Site = 99, IsRestricted = true, Mode = PeerMode.Lan };
        await agent.AnnounceAsync(left: 0);

        var peer = Assert.Single((await Agent(2, Door, "10.0.0.6").AnnounceAsync()).Peers);

        Assert.Equal((agent.Id, Door, (ushort)7001, 99UL, PeerMode.Lan), (peer.Id, peer.Observed.ToString(), peer.Port, peer.Site, peer.Mode));
        Assert.True(peer.IsComplete && peer.IsRestricted);
        Assert.Equal(["10.0.0.5", "fd00::1"], peer.Own.Select(own => own.ToString()));
    }

    [Fact]
    public async Task A_swarm_tells_of_no_other_swarm()
    {
        await Agent(1).AnnounceAsync(swarm: 1);

        Assert.Empty((await Agent(2).AnnounceAsync(swarm: 2)).Numbers);
    }

    [Fact]
    public async Task The_same_swarm_of_another_group_is_another_swarm()
    {
        await (Agent(1) with { Group = 5 }).AnnounceAsync();

        var other = await (Agent(2) with { Group = 6 }).AnnounceAsync();
        var none = await Agent(3).AnnounceAsync();

        Assert.Empty(other.Numbers);
        Assert.Empty(none.Numbers);
        Assert.Equal(1, other.Said.Incomplete);
        Assert.Equal([1], (await (Agent(4) with { Group = 5 }).AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task In_mode_lan_only_those_meet_who_come_through_one_door()
    {
        await (Agent(1) with { Mode = PeerMode.Lan }).AnnounceAsync();
        await Agent(2, OtherDoor).AnnounceAsync();
        await (Agent(3, OtherDoor) with { Mode = PeerMode.Group }).AnnounceAsync();

        Assert.Equal([1], (await (Agent(4) with { Mode = PeerMode.Lan }).AnnounceAsync()).Numbers);
        Assert.Equal([2, 3], (await (Agent(5, OtherDoor) with { Mode = PeerMode.Lan }).AnnounceAsync()).Numbers.Order());
        // One in mode lan is told to nobody elsewhere, whatever the other's mode.
        Assert.DoesNotContain(1, (await Agent(2, OtherDoor).AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task The_nearest_come_first()
    {
        await (Agent(1, OtherDoor) with { Mode = PeerMode.Group }).AnnounceAsync();
        await (Agent(2, Door, "10.0.9.9") with { Mode = PeerMode.Group }).AnnounceAsync();
        await (Agent(3, OtherDoor) with { Mode = PeerMode.Group, Site = 4 }).AnnounceAsync();
        await (Agent(4, Door, "10.0.0.9") with { Mode = PeerMode.Group }).AnnounceAsync();

        var asker = Agent(9, Door, "10.0.0.8") with { Mode = PeerMode.Group, Site = 4 };

        Assert.Equal([4, 3, 2, 1], (await asker.AnnounceAsync()).Numbers);
        Assert.Equal([4, 3], (await asker.AnnounceAsync(wanted: 2)).Numbers);
    }

    [Fact]
    public async Task Who_is_restricted_meets_those_of_the_subnet_only()
    {
        await Agent(1, Door, "10.0.9.9").AnnounceAsync();
        await Agent(2, Door, "10.0.0.9").AnnounceAsync();
        var restricted = Agent(3, Door, "10.0.0.8") with { IsRestricted = true };

        Assert.Equal([2], (await restricted.AnnounceAsync()).Numbers);
        Assert.Equal([2], (await Agent(1, Door, "10.0.9.9").AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task Both_families_are_told_apart_and_together()
    {
        await (Agent(1, "2001:db8:1:1::5") with { Mode = PeerMode.Lan }).AnnounceAsync();
        await (Agent(2, "2001:db8:1:2::5") with { Mode = PeerMode.Lan }).AnnounceAsync();
        await Agent(3, Door).AnnounceAsync();

        Assert.Equal([1], (await (Agent(4, "2001:db8:1:1:ffff::9") with { Mode = PeerMode.Lan }).AnnounceAsync()).Numbers);
        Assert.Equal([3], (await Agent(5, "2001:db8:9::1").AnnounceAsync()).Numbers);
    }

    [Fact]
    public async Task No_more_are_told_than_were_wanted()
    {
        for (var number = 1; number <= 80; number++)
            await Agent(number).AnnounceAsync(wanted: 0);

        Assert.Equal(7, (await Agent(99).AnnounceAsync(wanted: 7)).Numbers.Distinct().Count());
        Assert.Equal(50, (await Agent(99).AnnounceAsync(wanted: 50)).Numbers.Distinct().Count());
        Assert.Empty((await Agent(99).AnnounceAsync(wanted: 0)).Numbers);
    }

    [Fact]
    public async Task Among_equals_the_lot_decides()
    {
        for (var number = 1; number <= 20; number++)
            await Agent(number).AnnounceAsync(wanted: 0);

        var met = new HashSet<int>();
        for (var ask = 0; ask < 200; ask++)
            met.UnionWith((await Agent(99).AnnounceAsync(wanted: 2)).Numbers);

        Assert.Equal(20, met.Count);
    }

    [Fact]
    public async Task In_a_large_swarm_those_of_the_own_network_are_found()
    {
        for (var number = 1; number <= 3000; number++)
            await Agent(number, $"198.51.{number / 8 % 250}.{1 + (number / 2000)}").AnnounceAsync(wanted: 0);
        await Agent(4001).AnnounceAsync(wanted: 0);
        await Agent(4002).AnnounceAsync(wanted: 0);

        Assert.Equal([4001, 4002], (await (Agent(9000) with { Mode = PeerMode.Lan }).AnnounceAsync()).Numbers.Order());
        var reply = await Agent(9001).AnnounceAsync();
        Assert.Equal([4001, 4002], reply.Numbers.Take(3).Where(number => number < 9000).Order());
        Assert.Equal(50, reply.Numbers.Distinct().Count());
        Assert.Equal(3004, reply.Said.Incomplete);
    }

    [Fact]
    public async Task Of_many_behind_one_door_all_are_told_sooner_or_later_and_none_of_himself()
    {
        // Their ids are as real ones are: drawn.
        var random = new Random(7);
        var ids = Enumerable.Range(0, 300).Select(_ => random.Next(1, int.MaxValue)).ToArray();
        foreach (var id in ids)
            await (Agent(id) with { Mode = PeerMode.Lan }).AnnounceAsync(wanted: 0);
        var met = new HashSet<int>();
        for (var ask = 0; ask < 200 && met.Count < ids.Length - 1; ask++)
        {
            var told = (await (Agent(ids[0]) with { Mode = PeerMode.Lan }).AnnounceAsync()).Numbers;
            Assert.Equal(50, told.Distinct().Count());
            met.UnionWith(told);
        }

        Assert.Equal(ids[1..].Order(), met.Order());
    }

    [Fact]
    public async Task A_peer_that_has_moved_is_found_at_its_new_place_only()
    {
        var lan = Agent(1) with { Mode = PeerMode.Lan };
        await lan.AnnounceAsync();
        await (lan with { Observed = OtherDoor }).AnnounceAsync();

        Assert.Empty((await (Agent(2) with { Mode = PeerMode.Lan }).AnnounceAsync()).Numbers);
        var there = await (Agent(3, OtherDoor) with { Mode = PeerMode.Lan }).AnnounceAsync();
        Assert.Equal([1], there.Numbers);
        Assert.Equal(3, there.Said.Incomplete);
    }

    [Fact]
    public async Task One_answer_tells_of_no_more_than_a_thousand()
    {
        for (var number = 1; number <= 50; number++)
            await Agent(number).AnnounceManyAsync(Enumerable.Range(0, Announce.SwarmsMax), wanted: 0);

        var replies = await Agent(99).AnnounceManyAsync(Enumerable.Range(0, Announce.SwarmsMax));

        Assert.Equal(AnnounceAnswer.PeersMax, replies.Sum(reply => reply.Numbers.Count));
    }
}
