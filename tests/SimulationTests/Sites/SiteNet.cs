using System.Net;
using Haul.Engine.Platform;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>All that lies between the machines of a site: lines, ways, who listens where, and the connections that stand.</summary>
sealed class SiteNet(SitePlan plan, SimStage stage, SiteWatch watch)
{
    readonly Dictionary<IPAddress, SiteListener> _listeners = [];
    readonly List<SiteStream> _streams = [];
    readonly Random _die = stage.Die("ways");
    int _lastPort = 40_000;

    public SimScheduler Turns => stage.Turns;

    public SiteWatch Watch => watch;

    /// <summary>Which machines do not reach each other now.</summary>
    public Func<SiteMachine, SiteMachine, bool> Parted { get; private set; } = static (_, _) => false;

    public bool IsCut(SiteEnd one, SiteEnd other) => Parted(one.Machine, other.Machine);

    /// <summary>The network falls apart, or comes together again.</summary>
    public void Part(Func<SiteMachine, SiteMachine, bool> parted)
    {
        Parted = parted;
        foreach (var stream in _streams.ToArray())
            stream.Heal();
    }

    /// <summary>How long a word takes from one machine to another.</summary>
    public TimeSpan WayOf(SiteMachine from, SiteMachine to)
    {
        var seconds = from.Network == to.Network ? plan.NearSeconds : plan.FarSeconds;
        return TimeSpan.FromSeconds(seconds * (1 + plan.Jitter * _die.NextDouble()));
    }

    /// <summary>When bytes that are sent now have come.</summary>
    public TimeSpan ArrivalOf(SiteEnd from, SiteEnd to, int bytes)
    {
        var way = WayOf(from.Machine, to.Machine);
        return bytes == 0 ? Turns.Elapsed + way : to.Machine.Line.Receive(from.Machine.Line.Send(Turns.Elapsed, bytes) + way, bytes);
    }

    public void Open(SiteListener listener) => _listeners.Add(listener.Local.Address, listener);

    public void Close(SiteListener listener)
    {
        if (Listener(listener.Local) == listener)
            _listeners.Remove(listener.Local.Address);
    }

    public SiteListener? Listener(IPEndPoint at) => _listeners.TryGetValue(at.Address, out var listener) && listener.Local.Equals(at) ? listener : null;

    /// <summary>A connection from one end to a listener: this end of it, and the other.</summary>
    public (SiteStream Ours, SiteStream Theirs) Join(SiteEnd end, SiteListener to)
    {
        var caller = end with { At = new IPEndPoint(end.At.Address, ++_lastPort) };
        var (there, back) = (new SitePipe(this, caller, to.End), new SitePipe(this, to.End, caller));
        var (ours, theirs) = (new SiteStream(this, there, back), new SiteStream(this, back, there));
        _streams.AddRange([ours, theirs]);
        return (ours, theirs);
    }

    public void Close(SiteStream stream) => _streams.Remove(stream);

    /// <summary>Ends of connections that a life holds.</summary>
    public int StreamsOf(SimLane life) => _streams.Count(stream => stream.End.Lane == life);

    /// <summary>A life is over: nobody listens any more, and the others see their connections break, or hear nothing where the machine itself is gone.</summary>
    public void Drop(SimLane life, bool isSilent)
    {
        foreach (var listener in _listeners.Values.Where(listener => listener.End.Lane == life).ToArray())
            Close(listener);
        foreach (var stream in _streams.Where(stream => stream.End.Lane == life).ToArray())
        {
            Close(stream);
            if (!isSilent)
                Turns.At(stream.Other.Lane, WayOf(stream.End.Machine, stream.Other.Machine), stream.Break);
        }
    }
}

/// <summary>One end of connections: a life of an engine, and its address.</summary>
sealed record SiteEnd(SiteMachine Machine, SimLane Lane, IPEndPoint At);

/// <summary>Where a life takes connections.</summary>
sealed class SiteListener(SiteNet net, SiteEnd end, Action<IPeerStream> accepted) : IPeerListener
{
    public SiteEnd End => end;

    public IPEndPoint Local => end.At;

    public void Accept(SiteStream stream) => accepted(stream);

    public ValueTask DisposeAsync()
    {
        net.Close(this);
        return default;
    }
}
