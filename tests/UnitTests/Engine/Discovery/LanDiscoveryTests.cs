using System.Net;
using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.UnitTests.World;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>Agents of one network find each other, and nothing on the network keeps them from it but the network.</summary>
public sealed class LanDiscoveryTests : IDisposable
{
    static readonly SwarmId _swarm = new(new PieceHash(1, 2));

    readonly Loop _loop = new();
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.Zero));
    readonly FakeLan _lan = new();
    readonly CancellationTokenSource _end = new();
    readonly List<Task> _running = [];

    [Fact]
    public void Two_that_are_there_find_each_other()
    {
        var (_, one) = Start(1);
        var (_, other) = Start(2);

        Pass(5);

        Assert.Equal((new PeerId(2), "192.168.1.2:7002", null), Only(one));
        Assert.Equal((new PeerId(1), "192.168.1.1:7001", null), Only(other));
    }

    [Fact]
    public void Who_wants_finds_who_has_at_once()
    {
        var (a, one) = Start(1);
        var (b, other) = Start(2);
        b.Want(_swarm, isComplete: true);

        a.Want(_swarm, isComplete: false);
        Pass(0.01);

        Assert.Equal((new PeerId(2), "192.168.1.2:7002", _swarm), Only(one));
        Assert.Equal((new PeerId(1), "192.168.1.1:7001", _swarm), Only(other));
    }

    [Fact]
    public void A_content_is_on_the_air_under_another_id_each_hour()
    {
        var (a, _) = Start(1);
        a.Want(_swarm, isComplete: false);
        Pass(7200);

        var ids = _lan.Sent.Where(one => one.Channel == LanChannels.Content).Select(one => ContentDatagram.Read(one.Bytes)!).Select(said => (said.Epoch, said.Ids[0])).Distinct().ToList();

        Assert.Equal(3, ids.Count);
        Assert.All(ids, one => Assert.Equal(Blind(_swarm, one.Epoch), one.Item2));
    }

    [Fact]
    public void Where_groups_are_filtered_nothing_is_found_and_nothing_ends()
    {
        _lan.CarriesGroups = false;
        var (a, one) = Start(1);
        var (b, _) = Start(2);
        a.Want(_swarm, isComplete: false);
        b.Want(_swarm, isComplete: false);
        Pass(3600);
        Assert.Empty(one);
        Assert.All(_running, task => Assert.False(task.IsCompleted));

        _lan.CarriesGroups = true;
        Pass(70);

        Assert.Contains(one, sighting => sighting.Swarm == _swarm);
    }

    [Fact]
    public void An_interface_that_comes_back_is_used_at_once()
    {
        var (a, one) = Start(1, out var plug);
        a.Want(_swarm, isComplete: false);
        plug.Turn(on: false);
        var (b, _) = Start(2);
        b.Want(_swarm, isComplete: true);
        Pass(1000);
        Assert.Empty(one);

        plug.Turn(on: true);
        Pass(5);

        Assert.Equal([null, _swarm], one.Select(sighting => sighting.Swarm).Distinct().OrderBy(swarm => swarm is not null));
    }

    [Fact]
    public void Who_sends_from_behind_a_router_is_not_heard()
    {
        var (a, one) = Start(1, out var plug);
        a.Want(_swarm, isComplete: true);
        Pass(5);
        _lan.Sent.Clear();
        var epoch = (ulong)_time.GetUtcNow().ToUnixTimeSeconds() / 3600;
        var want = new ContentDatagram(ContentDatagramType.Want, new PeerId(9), 7009, epoch, [Blind(_swarm, epoch)]).Write();

        plug.Take(new LanHeard(LanChannels.Content, 2, new IPEndPoint(IPAddress.Parse("203.0.113.9"), 40_000), want));
        Pass(1);
        Assert.Empty(one);
        Assert.Empty(_lan.Sent);

        plug.Take(new LanHeard(LanChannels.Content, 2, new IPEndPoint(IPAddress.Parse("192.168.1.9"), 40_000), want));
        Pass(1);
        Assert.Single(one);
    }

    [Fact]
    public void Ten_thousand_datagrams_of_garbage_change_nothing()
    {
        var (a, one) = Start(1, out var plug);
        var random = new Random(3);
        for (var i = 0; i < 10_000; i++)
        {
            var bytes = new byte[random.Next(1, 600)];
            random.NextBytes(bytes);
            plug.Take(new LanHeard(i % 2 == 0 ? LanChannels.Content : LanChannels.Presence, 2, new IPEndPoint(IPAddress.Parse("192.168.1.9"), 5353), bytes));
            if (i % 100 == 0)
                Pass(0.001);
        }

        var (b, _) = Start(2);
        a.Want(_swarm, isComplete: false);
        b.Want(_swarm, isComplete: true);
        Pass(5);

        Assert.Contains(one, sighting => sighting.Swarm == _swarm);
        Assert.Contains(one, sighting => sighting.Swarm is null);
    }

    [Fact]
    public void Of_a_flood_that_the_loop_cannot_keep_up_with_the_rest_is_lost()
    {
        var (_, one) = Start(1, out var plug);
        Pass(5);

        for (var i = 0; i < 5000; i++)
        {
            var bytes = DnsWriter.Write(DnsMessage.Answer(MdnsRig.Of(new PeerId((UInt128)(100 + i)), "192.168.1.9"), []));
            plug.Take(new LanHeard(LanChannels.Presence, 2, new IPEndPoint(IPAddress.Parse("192.168.1.9"), 5353), bytes));
        }
        Pass(1);
        Assert.Equal(256, one.Count);

        // And what comes later is heard.
        Start(2);
        Pass(2);
        Assert.Equal(new PeerId(2), one[^1].Peer.Id);
    }

    [Fact]
    public void Who_stops_says_goodbye_and_has_let_go_of_everything()
    {
        Start(1);
        Pass(5);
        _lan.Sent.Clear();

        _end.Cancel();
        _loop.RunUntilIdle();

        Assert.All(_running, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.All(DnsReader.Read(Assert.Single(_lan.Sent).Bytes)!.Answers, record => Assert.Equal(0u, record.TtlSeconds));
    }

    [Fact]
    public void Who_takes_no_connections_looks_and_is_not_found()
    {
        var found = new List<LanSighting>();
        var looker = new LanDiscovery(_lan.Add("192.168.1.9"), _time, new Random(9), new PeerId(9), 0, found.Add) { Blind = Blind };
        _running.Add(_loop.Start(() => looker.RunAsync(_end.Token)));
        var (_, others) = Start(2);

        Pass(5);

        Assert.Equal(new PeerId(2), Only(found).Item1);
        Assert.Empty(others);
    }

    [Fact]
    public void The_group_s_tag_goes_by_the_day()
    {
        var found = new List<LanSighting>();
        var tagged = new LanDiscovery(_lan.Add("192.168.1.9"), _time, new Random(9), new PeerId(9), 7009, found.Add) { Blind = Blind, GroupTag = day => $"{day.DayNumber:x8}" };
        _running.Add(_loop.Start(() => tagged.RunAsync(_end.Token)));

        Pass(24 * 3600);

        var tags = _lan.Sent.Select(one => DnsReader.Read(one.Bytes)!).SelectMany(message => message.Answers.OfType<TextRecord>()).Select(text => text.Find("g")).Distinct();
        Assert.Equal([$"{new DateOnly(2026, 3, 1).DayNumber:x8}", $"{new DateOnly(2026, 3, 2).DayNumber:x8}"], tags);
    }

    public void Dispose()
    {
        _end.Cancel();
        _loop.RunUntilIdle();
        _end.Dispose();
    }

    static ulong Blind(SwarmId swarm, ulong epoch) => (ulong)swarm.Value.Low * 1_000_003 + epoch;

    static (PeerId?, string, SwarmId?) Only(List<LanSighting> found)
    {
        var one = Assert.Single(found.Distinct());
        return (one.Peer.Id, one.Peer.Address.ToString(), one.Swarm);
    }

    (LanDiscovery, List<LanSighting>) Start(int number) => Start(number, out _);

    (LanDiscovery, List<LanSighting>) Start(int number, out FakeLan.Plug plug)
    {
        var found = new List<LanSighting>();
        plug = _lan.Add($"192.168.1.{number}");
        var agent = new LanDiscovery(plug, _time, new Random(number), new PeerId((UInt128)number), 7000 + number, found.Add) { Blind = Blind };
        _running.Add(_loop.Start(() => agent.RunAsync(_end.Token)));
        return (agent, found);
    }

    void Pass(double seconds)
    {
        _loop.RunUntilIdle();
        // In steps no longer than the shortest wait that matters.
        var step = TimeSpan.FromMilliseconds(seconds > 60 ? 1000 : 10);
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(seconds); passed += step)
        {
            _time.Advance(step);
            _loop.RunUntilIdle();
        }
    }
}
