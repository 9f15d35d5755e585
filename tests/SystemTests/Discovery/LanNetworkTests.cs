using Haul.SystemTests.Disk;

namespace Haul.SystemTests.Discovery;

/// <summary>Agents on machines of one network find each other, whatever happens to their interfaces.</summary>
public sealed class LanNetworkTests : IAsyncLifetime
{
    LanRig _lan = null!;

    public ValueTask InitializeAsync()
    {
        _lan = TestUsers.AreAvailable ? new LanRig() : null!;
        return ValueTask.CompletedTask;
    }

    [RootFact]
    public async Task Three_machines_find_each_other_by_both_versions_of_IP()
    {
        for (var number = 1; number <= 3; number++)
            _lan.AddMachine(number);
        var peers = new[] { await _lan.StartAsync(1), await _lan.StartAsync(2), await _lan.StartAsync(3) };

        for (var number = 1; number <= 3; number++)
        {
            foreach (var other in Enumerable.Range(1, 3).Where(other => other != number))
            {
                await peers[number - 1].WaitForLineAsync($"sees {other} 10.90.0.{other}:{7000 + other} -");
                await peers[number - 1].WaitForLineAsync(peers[number - 1].Output, line => line.StartsWith($"sees {other} [fe80::", StringComparison.Ordinal) && line.EndsWith($"]:{7000 + other} -", StringComparison.Ordinal));
            }
        }
    }

    [RootFact]
    public async Task Who_wants_a_content_finds_who_has_it_and_who_wants_it()
    {
        for (var number = 1; number <= 3; number++)
            _lan.AddMachine(number);
        var (one, two, three) = (await _lan.StartAsync(1), await _lan.StartAsync(2), await _lan.StartAsync(3));
        two.Write("have 5\n");
        three.Write("have 6\n");

        one.Write("want 5\n");

        await one.WaitForLineAsync("sees 2 10.90.0.2:7002 5");
        await two.WaitForLineAsync("sees 1 10.90.0.1:7001 5");
        three.Write("want 5\n");
        await one.WaitForLineAsync("sees 3 10.90.0.3:7003 5");
        await three.WaitForLineAsync("sees 2 10.90.0.2:7002 5");
        Assert.DoesNotContain("sees 3 10.90.0.3:7003 6", one.Output.Text);
    }

    [RootFact]
    public async Task A_network_of_IPv6_alone_does_as_well()
    {
        _lan.AddMachine(1, hasIPv4: false);
        _lan.AddMachine(2, hasIPv4: false);
        var (one, two) = (await _lan.StartAsync(1), await _lan.StartAsync(2));
        two.Write("have 5\n");

        one.Write("want 5\n");

        await one.WaitForLineAsync(one.Output, line => line.StartsWith("sees 2 [fe80::", StringComparison.Ordinal) && line.EndsWith(":7002 -", StringComparison.Ordinal));
        await one.WaitForLineAsync(one.Output, line => line.StartsWith("sees 2 [fe80::", StringComparison.Ordinal) && line.EndsWith(":7002 5", StringComparison.Ordinal));
        Assert.DoesNotContain("10.90", one.Output.Text);
    }

    [RootFact]
    public async Task Two_agents_of_one_machine_find_each_other_too()
    {
        _lan.AddMachine(1);
        var (one, two) = (await _lan.StartAsync(1), await _lan.StartAsync(1, id: 9));
        two.Write("have 5\n");

        one.Write("want 5\n");

        await one.WaitForLineAsync("sees 9 10.90.0.1:7009 5");
        await one.WaitForLineAsync("sees 9 10.90.0.1:7009 -");
        await two.WaitForLineAsync("sees 1 10.90.0.1:7001 -");
    }

    [RootFact]
    public async Task An_agent_without_a_network_waits_for_one()
    {
        _lan.AddMachine(1, isPluggedIn: false);
        _lan.AddMachine(2);
        var (one, two) = (await _lan.StartAsync(1), await _lan.StartAsync(2));
        one.Write("want 5\n");
        two.Write("have 5\n");

        _lan.PlugIn(1);

        await one.WaitForLineAsync("sees 2 10.90.0.2:7002 5");
        await two.WaitForLineAsync("sees 1 10.90.0.1:7001 -");
    }

    [RootFact]
    public async Task An_interface_that_goes_and_comes_back_is_used_again()
    {
        _lan.AddMachine(1);
        _lan.AddMachine(2);
        var (one, two) = (await _lan.StartAsync(1), await _lan.StartAsync(2));
        await one.WaitForLineAsync("sees 2 10.90.0.2:7002 -");

        _lan.Unplug(1);
        one.Write("want 5\n");
        two.Write("have 5\n");
        _lan.PlugIn(1);

        await one.WaitForLineAsync("sees 2 10.90.0.2:7002 5");
    }

    [RootFact]
    public async Task An_address_that_changes_is_told()
    {
        _lan.AddMachine(1);
        _lan.AddMachine(2);
        var (one, _) = (await _lan.StartAsync(1), await _lan.StartAsync(2));
        await one.WaitForLineAsync("sees 2 10.90.0.2:7002 -");

        _lan.On(2, "ip", "addr", "del", "10.90.0.2/24", "dev", "eth0");
        _lan.On(2, "ip", "addr", "add", "10.90.0.77/24", "dev", "eth0");

        await one.WaitForLineAsync("sees 2 10.90.0.77:7002 -");
    }

    [RootFact]
    public async Task Where_groups_are_filtered_nobody_is_found_and_nobody_ends()
    {
        for (var number = 1; number <= 3; number++)
            _lan.AddMachine(number);
        // What is for groups reaches the third machine as little as it leaves it.
        _lan.Pass(3, groups: false);
        _lan.On(3, "ip", "link", "set", "eth0", "down");
        var (one, two, three) = (await _lan.StartAsync(1), await _lan.StartAsync(2), await _lan.StartAsync(3));
        foreach (var peer in new[] { one, two, three })
            peer.Write("want 5\n");
        await one.WaitForLineAsync("sees 2 10.90.0.2:7002 5");
        await two.WaitForLineAsync("sees 1 10.90.0.1:7001 5");
        Assert.Equal(["runs"], three.Output.Lines);

        _lan.Pass(3, groups: true);
        _lan.On(3, "ip", "link", "set", "eth0", "up");

        await three.WaitForLineAsync("sees 1 10.90.0.1:7001 5");
        await one.WaitForLineAsync("sees 3 10.90.0.3:7003 5");
    }

    public async ValueTask DisposeAsync()
    {
        if (_lan is not null)
            await _lan.DisposeAsync();
    }
}
