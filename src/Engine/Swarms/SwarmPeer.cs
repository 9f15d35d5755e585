using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>What is known of one other member of a swarm.</summary>
sealed class SwarmPeer
{
    readonly double[] _scores;

    /// <param name="id">Which agent.</param>
    /// <param name="facts">What it says of itself.</param>
    /// <param name="slices">The slices of the content.</param>
    public SwarmPeer(PeerId id, PeerFacts facts, Slices slices)
    {
        (Id, Facts, Pieces) = (id, facts, new PieceSet(slices.PieceCount));
        _scores = Rendezvous.Scores(id, slices.Count, facts.Weight);
    }

    public PeerId Id { get; }

    public PeerFacts Facts { get; set; }

    /// <summary>What it has.</summary>
    public PieceSet Pieces { get; }

    /// <summary>Requests of all agents that wait at it, as it said last.</summary>
    public int Queue { get; set; }

    /// <summary>Pieces asked of it and not here yet.</summary>
    public Dictionary<int, TimeSpan> Asked { get; } = [];

    /// <summary>Pieces that came from it, and of which it is not known yet whether they are true.</summary>
    public int InProof { get; set; }

    /// <summary>A piece that it brought was true. Until then it is asked for one piece at a time: a false one is all the waste there is.</summary>
    public bool IsTried { get; set; }

    /// <summary>It may be asked for one piece more, where so many are asked of everyone.</summary>
    public bool HasRoom(int most) => IsTried ? Asked.Count < most : Asked.Count + InProof == 0;

    /// <summary>When it last brought something.</summary>
    public TimeSpan BroughtAt { get; set; }

    /// <summary>Nothing is asked of it before this.</summary>
    public TimeSpan SnubbedUntil { get; set; }

    /// <summary>Times in a row that it brought nothing.</summary>
    public int Snubs { get; set; }

    /// <summary>It let requests run out of time: until it is tried again, what it has counts as had by nobody.</summary>
    public bool IsMute { get; set; }

    /// <summary>Slices it says it fetches, and until when that is believed.</summary>
    public Dictionary<int, PeerClaim> Claims { get; } = [];

    /// <summary>It needs bytes and may ask the origin for them.</summary>
    public bool Fetches => Facts.MayFetch && !Pieces.IsFull;

    public double Score(int slice) => _scores[slice];

    /// <summary>Whether it is busy with the origin: then slices pass it by.</summary>
    public bool HasClaim(TimeSpan now)
    {
        foreach (var claim in Claims.Values)
        {
            if (claim.Until > now)
                return true;
        }
        return false;
    }
}

/// <summary>A claim of another member.</summary>
/// <param name="Until">It is believed so long.</param>
/// <param name="DoneBytes">What it has of the slice, as it says.</param>
/// <param name="Since">When it was first heard.</param>
readonly record struct PeerClaim(TimeSpan Until, long DoneBytes, TimeSpan Since);

/// <summary>What a member says of itself when it joins.</summary>
/// <param name="Weight">Its uplink, relative to others: above 0.</param>
/// <param name="MayFetch">It may ask the origin.</param>
readonly record struct PeerFacts(double Weight, bool MayFetch)
{
    /// <summary>What weighs 1: 100 Mbit/s, and whoever does not say.</summary>
    const double StandardKiB = 100e6 / 8 / 1024;

    /// <summary>The weight of an uplink.</summary>
    /// <param name="capacityKiB">KiB a second, or 0 where it is not known.</param>
    public static double WeightOf(uint capacityKiB) => capacityKiB == 0 ? 1 : Math.Clamp(capacityKiB / StandardKiB, 0.01, 100);
}
