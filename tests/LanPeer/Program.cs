using System.Globalization;
using Haul.Engine.Discovery;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;

namespace Haul.LanPeer;

/// <summary>One agent of a network, as far as finding others goes: a process, so that tests can give it a network of its own.</summary>
/// <remarks>
/// usage: Haul.LanPeer ID PORT [loopback]. On standard input: "want SWARM", "have SWARM", "forget SWARM", numbers all. On standard output:
/// "sees ID ADDRESS SWARM", with - for none; on standard error, the log. The end of the input ends it.
/// </remarks>
static class Program
{
    static async Task Main(string[] words)
    {
        var (id, port) = (Number(words[0]), (int)Number(words[1]));
        var net = new SystemMulticast(TimeProvider.System, onLoopback: words.Length > 2);
        var agent = new LanDiscovery(net, TimeProvider.System, new Random((int)id), new PeerId(id), port, Say) { Blind = Blind, Log = new ErrorLog() };
        using var end = new CancellationTokenSource();
        var running = agent.RunAsync(end.Token);
        Console.WriteLine("runs");
        while (await Console.In.ReadLineAsync() is { } line)
            Do(agent, line.Split(' '));
        await end.CancelAsync();
        await running;
        Console.WriteLine("ended");
    }

    static void Do(LanDiscovery agent, string[] words)
    {
        var swarm = new SwarmId(new PieceHash(0, Number(words[1])));
        if (words[0] == "forget")
            agent.Forget(swarm);
        else
            agent.Want(swarm, isComplete: words[0] == "have");
    }

    static void Say(LanSighting sighting) =>
        Console.WriteLine($"sees {sighting.Peer.Id!.Value.Value} {sighting.Peer.Address} {(sighting.Swarm is { } swarm ? swarm.Value.Low.ToString(CultureInfo.InvariantCulture) : "-")}");

    // Any function of both will do.
    static ulong Blind(SwarmId swarm, ulong epoch) => (ulong)swarm.Value.Low * 1_000_003 + epoch;

    static uint Number(string word) => uint.Parse(word, CultureInfo.InvariantCulture);
}
