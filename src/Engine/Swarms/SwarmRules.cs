namespace Haul.Engine.Swarms;

/// <summary>The numbers of a swarm. Times and counts come from simulation (tests/SimulationTests) unless another source is named.</summary>
sealed record SwarmRules
{
    /// <summary>May this agent ask the origin at all?</summary>
    public bool MayFetch { get; init; } = true;

    /// <summary>How long nothing is asked of the origin after joining, so that peers can be found first.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>The same for foreground jobs where other agents are in sight, and nothing where none are: the time that it takes to be connected with them. Whoever
    /// waits at a screen does not see it, and who has all of it is asked for all of it.</summary>
    public TimeSpan HoldForeground { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Members begin one after the other, so long apart: of 50 on one line of 1 Gbit/s, the first has a piece after 200 ms, not 450. The last
    /// of them ends no sooner for it.</summary>
    public TimeSpan Stagger { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>How long after joining the slices of one member that was heard of and is not connected yet are left to it; see <see cref="ExpectedMembers"/>.</summary>
    public TimeSpan Expect { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>So much longer for each: twenty agents that begin at once on two cores are connected after two seconds (bench/flashcrowd).</summary>
    public TimeSpan ExpectEach { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan ExpectMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long after joining nothing is asked of the origin while one that has answered for the content is not connected yet.</summary>
    public TimeSpan HoldForAnswers { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the origin is left alone for what some peer has or fetches (DODelayBackgroundDownloadFromHttp).</summary>
    public TimeSpan DelayOrigin { get; init; }

    /// <summary>So much time's worth of slices is on its way from the origin at once: one at least.</summary>
    public TimeSpan OriginAhead { get; init; } = TimeSpan.FromMilliseconds(150);

    public int OriginSlotsMax { get; init; } = 6;

    /// <summary>Who has known nobody else that fetches for a while asks for longer runs: so many slices for each second of it.</summary>
    public double AloneSlicesPerSecond { get; init; } = 2;

    /// <summary>Pieces of such a run at most.</summary>
    public int AlonePiecesMax { get; init; } = 16;

    /// <summary>Where so few members fetch, one slice more, so that the line is not idle between two.</summary>
    public int FewFetchers { get; init; } = 4;

    /// <summary>Pieces asked of peers at a time. Most wait in line there, which costs nothing: with 16, a crowd of 50 leaves uplinks idle.</summary>
    public int RequestsMax { get; init; } = 64;

    /// <summary>Of those, from one peer: enough for a few peers to be busy without a pause, and of many only one each.</summary>
    public int RequestsPerPeerMax { get; init; } = 8;

    /// <summary>So many requests are spread over all peers, one each at least.</summary>
    public int RequestsSpread { get; init; } = 24;

    /// <summary>Whoever has so little to do is asked for the rarest piece it has, whether another would be quicker with a less rare one or not.</summary>
    public int QueueShort { get; init; } = 1;

    /// <summary>Whoever has so many pieces from the origin that nobody else has yet leaves the origin to others, and gives. In simulation, 4 to 8 do best.</summary>
    public int UnspreadMax { get; init; } = 6;

    /// <summary>For so long: a crowd that takes nothing is not waited for.</summary>
    public TimeSpan UnspreadTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long nothing may happen before a swarm looks at its clocks: claims and requests that run out are seen so late at most.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A claim is good for so long unless it is renewed.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A claim is believed for so long at least: with shorter ones a slice goes back and forth between two as fast as words travel.</summary>
    public TimeSpan LeaseMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A claim under which bytes come is renewed so often.</summary>
    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>A slice that nobody takes passes from each idle member to the next after so long.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Whoever has this share of a slice is under way: it does not stop for one who has only begun.</summary>
    public double KeepShare { get; init; } = 0.25;

    /// <summary>What peers have as well is fetched from the origin for so long, when nothing else is missing: to begin anew with them costs less than that.</summary>
    public TimeSpan Spare { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A request that brings nothing for so long is given to another peer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a peer that brought nothing, or had no time, is left alone; doubled each time, up to 64 times.</summary>
    public TimeSpan Snub { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>With less than this from peers over <see cref="SlowAfter"/>, the origin is asked for what peers have, too (DOMinBackgroundQos: 500 KB/s).</summary>
    public long SlowBytesPerSecond { get; init; } = 500_000;

    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Members of a cell at most: larger swarms fall into several.</summary>
    public int CellMax { get; init; } = 50;

    /// <summary>How much longer a slice of another cell is left to it.</summary>
    public TimeSpan CellGrace { get; init; } = TimeSpan.FromSeconds(3);
}
