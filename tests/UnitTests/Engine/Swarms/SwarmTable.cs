using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Swarms;

/// <summary>One swarm with members that do as the test says.</summary>
sealed class SwarmTable
{
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(100);

    public SwarmTable(int pieces, SwarmRules? rules = null, PeerId? self = null, int seed = 1)
    {
        Self = self ?? Id(1);
        Swarm = new Swarm(Self, new PieceLayout((long)pieces << 20), rules ?? new SwarmRules { Hold = TimeSpan.Zero, Stagger = TimeSpan.Zero }, new Random(seed), Start);
    }

    public PeerId Self { get; }

    public Swarm Swarm { get; }

    public TimeSpan Now { get; set; } = Start;

    public static PeerId Id(ulong number) => new(new UInt128(number * 0x9e3779b97f4a7c15, number));

    public void Join(PeerId peer, bool mayFetch = true) => Swarm.Join(peer, new PeerFacts(1, mayFetch));

    public List<SwarmStep> Decide(double secondsLater = 0)
    {
        Now += TimeSpan.FromSeconds(secondsLater);
        return [.. Swarm.Decide(Now)];
    }

    public List<SwarmStep.Fetch> Fetches(double secondsLater = 0) => [.. Decide(secondsLater).OfType<SwarmStep.Fetch>()];

    public List<SwarmStep.Request> Requests(double secondsLater = 0) => [.. Decide(secondsLater).OfType<SwarmStep.Request>()];

    /// <summary>Members, of whom the first scores highest for a slice, and so on.</summary>
    public static PeerId[] Ranked(int slice, int count) =>
        [.. Enumerable.Range(1, count).Select(i => Id((ulong)i)).OrderByDescending(id => Rendezvous.Score(id, slice, 1))];
}
