using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;

namespace Haul.Tracker;

/// <summary>What a tracker has done since it started. Any thread.</summary>
sealed class TrackerCounts
{
    readonly long[] _announces = new long[Enum.GetValues<AnnounceOutcome>().Length];
    readonly ModeBytes[] _bytes = new ModeBytes[Enum.GetValues<PeerMode>().Length];
    long _swarmAnnounces;
    long _introductions;
    long _turnedAway;

    public long SwarmAnnounces => Interlocked.Read(ref _swarmAnnounces);

    /// <summary>Peers told to other peers.</summary>
    public long Introductions => Interlocked.Read(ref _introductions);

    /// <summary>Newcomers that were not recorded, the register being full.</summary>
    public long TurnedAway => Interlocked.Read(ref _turnedAway);

    public long Announces(AnnounceOutcome outcome) => Interlocked.Read(ref _announces[(int)outcome]);

    public ModeBytes Bytes(PeerMode mode) => _bytes[(int)mode];

    public void Count(AnnounceOutcome outcome) => Interlocked.Increment(ref _announces[(int)outcome]);

    /// <summary>Counts an answered announce with all its swarms.</summary>
    public void Count(Announce announce, AnnounceAnswer answer)
    {
        Count(AnnounceOutcome.Answered);
        Interlocked.Add(ref _swarmAnnounces, answer.Swarms.Length);
        var (peers, turnedAway) = (0, 0);
        for (var i = 0; i < answer.Swarms.Length; i++)
        {
            ref readonly var swarm = ref answer.Swarms[i];
            (peers, turnedAway) = (peers + swarm.PeersCount, turnedAway + (swarm.TurnedAway ? 1 : 0));
            _bytes[(int)announce.Swarms[i].Mode].Add(swarm);
        }
        Interlocked.Add(ref _introductions, peers);
        if (turnedAway > 0)
            Interlocked.Add(ref _turnedAway, turnedAway);
    }
}

/// <summary>What became of an announce.</summary>
enum AnnounceOutcome
{
    Answered,
    Malformed,
    Unauthorized,
    Forbidden,
    Limited,
}

/// <summary>Bytes moved by the agents of one mode.</summary>
struct ModeBytes
{
    long _downloaded;
    long _uploaded;
    long _fromOrigin;
    long _content;

    public readonly long Downloaded => _downloaded;

    public readonly long Uploaded => _uploaded;

    public readonly long FromOrigin => _fromOrigin;

    /// <summary>Bytes of the contents that were fetched, each content once.</summary>
    public readonly long Content => _content;

    /// <summary>How many times the origin has given each content: 1 is the least that is possible, the number of agents what they would
    /// take without each other.</summary>
    public readonly double Copies => _content == 0 ? 0 : (double)_fromOrigin / _content;

    public void Add(in SwarmAnswer swarm)
    {
        AddTo(ref _downloaded, swarm.Gained.Downloaded);
        AddTo(ref _uploaded, swarm.Gained.Uploaded);
        AddTo(ref _fromOrigin, swarm.Gained.FromOrigin);
        AddTo(ref _content, swarm.ContentGrew);
    }

    // Most announces bring nothing new, and a shared counter is what cores wait for.
    static void AddTo(ref long sum, long bytes)
    {
        if (bytes > 0)
            Interlocked.Add(ref sum, bytes);
    }
}
