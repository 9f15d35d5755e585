using Haul.SystemTests.Disk;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Discovery;

/// <summary>A network of its own: machines with one interface each, on one switch. Needs root.</summary>
/// <remarks>Machines are network namespaces, and so is the switch: nothing of it is seen on the machine that the tests run on.</remarks>
sealed class LanRig : IAsyncDisposable
{
    static readonly string _program = Path.Combine(
        Checkout.Root, "artifacts", "bin", "Haul.LanPeer", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Haul.LanPeer");

    readonly string _name = $"haul{Guid.NewGuid():N}"[..12];
    readonly List<string> _spaces = [];
    readonly List<RunningProgram> _peers = [];

    public LanRig()
    {
        Space("s");
        InSpace("s", "ip", "link", "add", "sw", "type", "bridge", "mcast_snooping", "0");
        InSpace("s", "ip", "link", "set", "sw", "up");
    }

    /// <summary>Adds a machine; it has addresses of both versions of IP, of which that of IPv6 is the one that its interface gives itself.</summary>
    /// <param name="number">Its number, and the last part of its IPv4 address.</param>
    /// <param name="isPluggedIn">False for a machine that has no network yet.</param>
    /// <param name="hasIPv4">False for a machine that speaks IPv6 only.</param>
    public void AddMachine(int number, bool isPluggedIn = true, bool hasIPv4 = true)
    {
        Space($"{number}");
        if (isPluggedIn)
            PlugIn(number, hasIPv4);
    }

    public void PlugIn(int number, bool hasIPv4 = true)
    {
        InSpace("s", "ip", "link", "add", $"p{number}", "type", "veth", "peer", "name", "eth0", "netns", $"{_name}{number}");
        InSpace("s", "ip", "link", "set", $"p{number}", "master", "sw", "up");
        // Without it an address is tried for two seconds before it may be used.
        Native.ExitCodeOf("ip", "netns", "exec", $"{_name}{number}", "sysctl", "-qw", "net.ipv6.conf.eth0.accept_dad=0");
        if (hasIPv4)
            InSpace($"{number}", "ip", "addr", "add", $"10.90.0.{number}/24", "dev", "eth0");
        InSpace($"{number}", "ip", "link", "set", "eth0", "up");
    }

    public void Unplug(int number) => InSpace("s", "ip", "link", "del", $"p{number}");

    /// <summary>Lets the switch pass on to a machine what is for groups, or not.</summary>
    public void Pass(int number, bool groups) => InSpace("s", "ip", "link", "set", $"p{number}", "type", "bridge_slave", "mcast_flood", groups ? "on" : "off");

    /// <summary>Changes something on a machine.</summary>
    public void On(int number, params string[] command) => InSpace($"{number}", command);

    /// <summary>An agent on a machine; its id is the machine's number, its port 7000 and that.</summary>
    public async Task<RunningProgram> StartAsync(int number, int id = 0)
    {
        id = id == 0 ? number : id;
        var peer = RunningProgram.Start("ip", "netns", "exec", $"{_name}{number}", _program, $"{id}", $"{7000 + id}");
        _peers.Add(peer);
        await peer.WaitForLineAsync("runs");
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        foreach (var space in _spaces)
            Native.ExitCodeOf("ip", "netns", "del", space);
    }

    void Space(string name)
    {
        Native.Run("ip", "netns", "add", _name + name);
        _spaces.Add(_name + name);
        InSpace(name, "ip", "link", "set", "lo", "up");
    }

    void InSpace(string space, params string[] command) => Native.Run("ip", ["netns", "exec", _name + space, .. command]);
}
