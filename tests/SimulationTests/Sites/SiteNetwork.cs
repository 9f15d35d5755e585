using System.Net;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>The connections between agents as one life of an engine makes and takes them.</summary>
sealed class SiteNetwork(Site site, SiteMachine machine, SimLane lane) : IPeerNetwork
{
    /// <summary>How often who cannot get through tries again.</summary>
    static readonly TimeSpan _again = TimeSpan.FromMilliseconds(250);

    public async ValueTask<(IPeerStream? Stream, Failure? Failure)> ConnectAsync(IPEndPoint to, CancellationToken cancel)
    {
        var there = site.Machines.FirstOrDefault(each => each.IsAt(to.Address));
        await lane.Clock.Wait(there is null ? Timeout.InfiniteTimeSpan : site.Net.WayOf(machine, there), cancel);
        while (site.Net.Parted(machine, there!))
            await lane.Clock.Wait(_again, cancel);
        if (site.Net.Listener(new IPEndPoint(there!.Address, to.Port)) is not { } listener)
        {
            await lane.Clock.Wait(site.Net.WayOf(there, machine), cancel);
            return (null, new Failure(HResults.BG_E_CONNECT_FAILURE, $"Nobody listens at {to}"));
        }
        var (ours, theirs) = site.Net.Join(new SiteEnd(machine, lane, new IPEndPoint(machine.Address, 0)), listener);
        site.Turns.At(listener.End.Lane, TimeSpan.Zero, () => listener.Accept(theirs));
        return (ours, null);
    }

    public Failure? Listen(IPEndPoint at, Action<IPeerStream> accepted, out IPeerListener? listener)
    {
        var mine = new SiteListener(site.Net, new SiteEnd(machine, lane, new IPEndPoint(machine.Address, at.Port)), accepted);
        site.Net.Open(mine);
        listener = mine;
        return null;
    }
}
