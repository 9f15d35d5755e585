using System.Text;
using Haul.Tracker;

namespace Haul.SystemTests.Tracker;

/// <summary>What agents and a tracker say to each other, over real connections.</summary>
public sealed class TrackerApiTests : IAsyncLifetime
{
    const string Door = "203.0.113.7";
    const string OtherDoor = "198.51.100.9";

    TrackerRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await TrackerRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    static string Body(int peer, string mode = "internet", string more = "", string swarm = "", params string[] addresses)
    {
        var own = string.Join(',', addresses.Select(address => $"\"{address}\""));
        return $$"""{"peer":"{{peer:D32}}","port":{{7000 + peer}},"addresses":[{{own}}]{{more}},"swarms":[{"id":"{{new string('a', 64)}}","left":100,"mode":"{{mode}}","wanted":50{{swarm}}}]}""";
    }

    [Fact]
    public async Task Who_is_refused_is_logged_now_and_then_without_a_secret()
    {
        foreach (var _ in Enumerable.Range(0, 3))
            Assert.Equal(401, (await _rig.SendAsync(Door, System.Text.Encoding.UTF8.GetBytes(Body(1)), $"Haul {TrackerRig.GroupId}:{new string('9', 64)}")).Status);
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(401, (await _rig.SendAsync(Door, System.Text.Encoding.UTF8.GetBytes(Body(1)), $"Haul {TrackerRig.GroupId}:{new string('9', 64)}")).Status);

        var said = _rig.Log.ToString();
        Assert.Equal(2, said.Split("Refused an agent").Length - 1);
        Assert.Contains($"{Door} that names group {TrackerRig.GroupId}", said, StringComparison.Ordinal);
        Assert.Contains("since this was said last: 3;", said, StringComparison.Ordinal);
        Assert.DoesNotContain("9999", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_has_interval_counts_and_peers()
    {
        await _rig.AnnounceAsync(Door, Body(1, addresses: "10.0.0.5"));

        var reply = await _rig.AnnounceAsync(OtherDoor, Body(2, addresses: "10.0.0.6"));

        Assert.Equal((200, "application/json"), (reply.Status, reply.Type));
        Assert.Equal(new string('a', 64), reply.Swarm.GetProperty("id").GetString());
        Assert.Equal((0, 2), (reply.Swarm.GetProperty("complete").GetInt32(), reply.Swarm.GetProperty("incomplete").GetInt32()));
        Assert.Equal([1], reply.Peers);
        Assert.Equal([Door], reply.Addresses);
        Assert.Equal(7001, reply.Swarm.GetProperty("peers")[0].GetProperty("port").GetInt32());
    }

    [Fact]
    public async Task Private_addresses_are_told_behind_the_same_door_only()
    {
        await _rig.AnnounceAsync(Door, Body(1, addresses: ["10.0.7.5", "10.0.0.5", "fd00::1"]));

        Assert.Equal(["10.0.0.5", "10.0.7.5", "fd00::1"], (await _rig.AnnounceAsync(Door, Body(2, swarm: ",\"event\":null", addresses: "10.0.0.6"))).Addresses);
        await _rig.AnnounceAsync(Door, Body(2, swarm: ",\"event\":\"stopped\""));
        Assert.Equal([Door], (await _rig.AnnounceAsync(OtherDoor, Body(3, addresses: "10.0.0.7"))).Addresses);
    }

    [Fact]
    public async Task In_a_group_private_addresses_are_told_within_their_subnet_too()
    {
        await _rig.AnnounceAsync(Door, Body(1, "group", addresses: "10.0.0.5"), TrackerRig.GroupId);

        Assert.Equal(["10.0.0.5", Door], (await _rig.AnnounceAsync(OtherDoor, Body(2, "group", addresses: "10.0.0.6"), TrackerRig.GroupId)).Addresses);
        await _rig.AnnounceAsync(OtherDoor, Body(2, "group", swarm: ",\"event\":\"stopped\""), TrackerRig.GroupId);
        Assert.Equal([Door], (await _rig.AnnounceAsync(OtherDoor, Body(3, "group", addresses: "10.9.9.9"), TrackerRig.GroupId)).Addresses);
    }

    [Fact]
    public async Task Addresses_that_mean_nothing_to_others_are_never_told()
    {
        await _rig.AnnounceAsync(Door, Body(1, addresses: ["127.0.0.1", "169.254.3.4", "fe80::1", "::", "::1", "224.0.0.9", "10.1.1.1"]));

        Assert.Equal(["10.1.1.1"], (await _rig.AnnounceAsync(Door, Body(2))).Addresses);
    }

    [Fact]
    public async Task What_a_stranger_writes_into_the_header_does_not_count()
    {
        await _rig.AnnounceAsync($"10.0.0.1, {OtherDoor}, {Door}", Body(1, "lan"));

        Assert.Equal([1], (await _rig.AnnounceAsync(Door, Body(2, "lan"))).Peers);
        Assert.Empty((await _rig.AnnounceAsync(OtherDoor, Body(3, "lan"))).Peers);
    }

    [Fact]
    public async Task Groups_are_kept_apart()
    {
        await _rig.AnnounceAsync(Door, Body(1, "group"), TrackerRig.GroupId);

        Assert.Empty((await _rig.AnnounceAsync(Door, Body(2, "group"), TrackerRig.OtherGroupId)).Peers);
        Assert.Empty((await _rig.AnnounceAsync(Door, Body(3))).Peers);
        Assert.Equal([1], (await _rig.AnnounceAsync(OtherDoor, Body(4, "group"), TrackerRig.GroupId)).Peers);
    }

    [Fact]
    public async Task Who_proves_nothing_of_a_group_is_turned_back()
    {
        var token = TrackerRig.TokenOf(TrackerRig.GroupId);
        foreach (var wrong in new[] { $"Haul {TrackerRig.OtherGroupId}:{token}", $"Haul {new string('1', 32)}:{token}", $"Haul {TrackerRig.GroupId}", "Basic eDp5", $"Haul {TrackerRig.GroupId}:{token}0" })
        {
            var reply = await _rig.SendAsync(Door, Encoding.UTF8.GetBytes(Body(1)), wrong);
            Assert.Equal((401, "application/problem+json", "Haul"), (reply.Status, reply.Type, reply.Challenge));
            Assert.Equal("E_ACCESSDENIED", reply.Json.GetProperty("name").GetString());
        }
        Assert.Equal(200, (await _rig.SendAsync(Door, Encoding.UTF8.GetBytes(Body(1)), $"haul {TrackerRig.GroupId.ToUpperInvariant()}:{token.ToUpperInvariant()}")).Status);
    }

    [Fact]
    public async Task Mode_group_without_a_group_is_forbidden() =>
        Assert.Equal(403, (await _rig.AnnounceAsync(Door, Body(1, "group"))).Status);

    [Fact]
    public async Task A_tracker_that_is_not_open_serves_its_groups_only()
    {
        await using var closed = await TrackerRig.StartAsync(options => options with { IsOpen = false });

        Assert.Equal(401, (await closed.AnnounceAsync(Door, Body(1))).Status);
        Assert.Equal(200, (await closed.AnnounceAsync(Door, Body(1, "lan"), TrackerRig.GroupId)).Status);
    }

    [Fact]
    public async Task A_changed_list_of_groups_counts_without_a_restart()
    {
        _rig.WriteGroups(TrackerRig.LineOf(TrackerRig.OtherGroupId, "the only one"));
        System.IO.File.SetLastWriteTimeUtc(_rig.GroupsPath, new DateTime(2030, 1, 1));
        await LookAsync(() => _rig.Log.ToString().Contains("1 groups", StringComparison.Ordinal));

        Assert.Equal(401, (await _rig.AnnounceAsync(Door, Body(1), TrackerRig.GroupId)).Status);
        Assert.Equal(200, (await _rig.AnnounceAsync(Door, Body(1), TrackerRig.OtherGroupId)).Status);

        _rig.WriteGroups("nonsense");
        System.IO.File.SetLastWriteTimeUtc(_rig.GroupsPath, new DateTime(2031, 1, 1));
        await LookAsync(() => _rig.Log.ToString().Contains("read before stay", StringComparison.Ordinal));

        Assert.Equal(200, (await _rig.AnnounceAsync(Door, Body(1), TrackerRig.OtherGroupId)).Status);
    }

    [Fact]
    public async Task A_peer_is_forgotten_after_two_and_a_half_intervals()
    {
        await _rig.AnnounceAsync(Door, Body(1));
        _rig.Time.Advance(TimeSpan.FromSeconds(749));
        Assert.Equal([1], (await _rig.AnnounceAsync(OtherDoor, Body(2))).Peers);
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty((await _rig.AnnounceAsync(OtherDoor, Body(2))).Peers);
    }

    [Fact]
    public async Task After_a_restart_agents_meet_again_as_they_announce()
    {
        await _rig.AnnounceAsync(Door, Body(1));
        await _rig.RestartTrackerAsync();

        Assert.Empty((await _rig.AnnounceAsync(OtherDoor, Body(2))).Peers);
        Assert.Equal([2], (await _rig.AnnounceAsync(Door, Body(1))).Peers);
    }

    [Fact]
    public async Task Who_needs_bytes_and_got_too_few_peers_may_come_back_soon()
    {
        Assert.InRange((await _rig.AnnounceAsync(Door, Body(1))).Interval, 27, 33);
        Assert.InRange((await _rig.AnnounceAsync(Door, Body(2).Replace("\"wanted\":50", "\"wanted\":1", StringComparison.Ordinal))).Interval, 270, 330);
        Assert.InRange((await _rig.AnnounceAsync(Door, Body(3).Replace("\"left\":100", "\"left\":0", StringComparison.Ordinal))).Interval, 270, 330);
    }

    [Fact]
    public async Task An_address_that_asks_too_often_has_to_wait()
    {
        await using var strict = await TrackerRig.StartAsync(options => options with { Limits = new TrackerLimits { AddressSwarmsPerSecond = 1, AddressSwarmsBurst = 3 } });
        for (var call = 0; call < 3; call++)
            Assert.Equal(200, (await strict.AnnounceAsync(Door, Body(1))).Status);

        var refused = await strict.AnnounceAsync(Door, Body(1));

        Assert.Equal((429, TimeSpan.FromSeconds(1)), (refused.Status, refused.RetryAfter));
        Assert.Equal(200, (await strict.AnnounceAsync(OtherDoor, Body(2))).Status);
        strict.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await strict.AnnounceAsync(Door, Body(1))).Status);
    }

    [Fact]
    public async Task A_group_that_asks_too_often_has_to_wait()
    {
        await using var strict = await TrackerRig.StartAsync(options => options with { Limits = new TrackerLimits { GroupSwarmsPerSecond = 1, GroupSwarmsBurst = 2 } });
        Assert.Equal(200, (await strict.AnnounceAsync(Door, Body(1), TrackerRig.GroupId)).Status);
        Assert.Equal(200, (await strict.AnnounceAsync(OtherDoor, Body(2), TrackerRig.GroupId)).Status);

        Assert.Equal(429, (await strict.AnnounceAsync("192.0.2.1", Body(3), TrackerRig.GroupId)).Status);
        Assert.Equal(200, (await strict.AnnounceAsync("192.0.2.1", Body(3), TrackerRig.OtherGroupId)).Status);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var reply = await _rig.AnnounceAsync(Door, Body(1, more: $",\"later\":\"{new string('x', 64 << 10)}\""));

        Assert.Equal((413, "application/problem+json"), (reply.Status, reply.Type));
        Assert.Equal(200, (await _rig.AnnounceAsync(Door, Body(1, more: $",\"later\":\"{new string('x', 60 << 10)}\""))).Status);
    }

    [Fact]
    public async Task Nonsense_gets_a_problem_and_never_more()
    {
        var random = new Random(7);
        var good = Encoding.UTF8.GetBytes(Body(1, more: ",\"site\":\"Köln\",\"restrict\":\"subnet\"", addresses: ["10.0.0.1", "fd00::1"]));
        for (var round = 0; round < 400; round++)
        {
            var body = good.AsSpan(0, random.Next(4) == 0 ? random.Next(good.Length) : good.Length).ToArray();
            for (var change = random.Next(4); change >= 0 && body.Length > 0; change--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            var reply = await _rig.SendAsync(Door, body, null);
            Assert.True(reply.Status is 200 or 400 or 403, $"{reply.Status} to {Encoding.Latin1.GetString(body)}");
        }
        Assert.DoesNotContain("failed inside", _rig.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_and_numbers_are_told()
    {
        await _rig.AnnounceAsync(Door, Body(1, "lan", swarm: ",\"event\":\"started\",\"downloaded\":900,\"fromOrigin\":900"));
        await _rig.AnnounceAsync(Door, Body(2, "lan", swarm: ",\"event\":\"started\",\"downloaded\":900,\"fromOrigin\":100,\"uploaded\":5"));
        await _rig.AnnounceAsync(Door, "{");

        var health = await _rig.GetAsync("/v1/health");
        var metrics = (await _rig.GetAsync("/v1/metrics")).Body.Split('\n');

        Assert.Equal((200, "ok", 2), (health.Status, health.Json.GetProperty("status").GetString(), health.Json.GetProperty("peers").GetInt32()));
        string[] expected =
        [
            "haul_tracker_peers 2", "haul_tracker_swarms 1", "haul_tracker_announces_total{outcome=\"answered\"} 2", "haul_tracker_announces_total{outcome=\"malformed\"} 1",
            "haul_tracker_downloaded_bytes_total{mode=\"lan\"} 1800", "haul_tracker_origin_bytes_total{mode=\"lan\"} 1000", "haul_tracker_uploaded_bytes_total{mode=\"lan\"} 5",
            "haul_tracker_content_bytes_total{mode=\"lan\"} 1000", "haul_tracker_copies{mode=\"lan\"} 1", "haul_tracker_copies{mode=\"group\"} 0",
        ];
        Assert.Equal([], expected.Except(metrics));
    }

    [Theory]
    [InlineData("/v1/nothing", 404)]
    [InlineData("/v1/announce", 405)]
    public async Task What_is_no_call_gets_a_problem(string path, int status)
    {
        var reply = await _rig.GetAsync(path);

        Assert.Equal((status, "application/problem+json"), (reply.Status, reply.Type));
    }

    // The tracker looks at its files in the background: time passes until it has.
    async Task LookAsync(Func<bool> hasLooked)
    {
        using var patience = new CancellationTokenSource(Processes.RunningProgram.Patience, TimeProvider.System);
        while (!hasLooked())
        {
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }
}
