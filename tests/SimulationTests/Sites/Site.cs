using Haul.Engine.Peers;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Sites;

/// <summary>Machines with whole engines that want one content, behind one line to its origin.</summary>
sealed class Site
{
    readonly List<SiteMachine> _machines = [];
    readonly Stack<PeerIdentity> _identities;

    Site(int seed, SitePlan plan)
    {
        (Stage, Plan) = (new SimStage(seed), plan);
        Stage.Trace.Say($"{plan}");
        Directory = System.IO.Directory.CreateTempSubdirectory("haul-site-").FullName;
        Origins = new SimNet(Stage.Trace) { BytesPerSecond = (long)plan.OriginBytesPerSecond };
        var die = Stage.Die("content");
        Origin = Origins.Add("origin.test", new HostManners { BytesPerSecond = 1 << 30, Latency = TimeSpan.FromMilliseconds(die.Pick(10, 30, 200)) });
        Content = new SiteContent(plan, Origin, Origins.Add("publisher.test", new HostManners { BytesPerSecond = 1 << 30 }), die);
        Group = plan.HasGroup ? MakeGroup("office") : null;
        Watch = new SiteWatch(this);
        Net = new SiteNet(plan, Stage, Watch);
        Lan = new SiteLan(this);
        _identities = new Stack<PeerIdentity>(SiteIdentities.Draw(die, plan.Machines + 4));
        for (var i = 0; i < plan.Machines; i++)
            Add(Group);
    }

    public SimStage Stage { get; }

    public SimScheduler Turns => Stage.Turns;

    public TimeProvider Clock => Stage.Clock;

    public SitePlan Plan { get; }

    /// <summary>Where shelves of engines lie: for them the disk is the real one.</summary>
    public string Directory { get; }

    /// <summary>The origin, the publisher of its manifest, and the line to both.</summary>
    public SimNet Origins { get; }

    public SimHost Origin { get; }

    public SiteContent Content { get; }

    public GroupKey? Group { get; }

    public SiteNet Net { get; }

    public SiteLan Lan { get; }

    public SiteWatch Watch { get; }

    public IReadOnlyList<SiteMachine> Machines => _machines;

    /// <summary>Copies of the content that the origin has sent.</summary>
    public double OriginCopies => Content.Served.BytesSent / (double)Content.Bytes.Length;

    /// <summary>Tells a story in a new site; of one that fails, a small form is looked for.</summary>
    public static Site Run(int seed, SitePlan plan, Func<Site, Task> story)
    {
        var named = SiteShrink.Named(plan);
        try
        {
            return Tell(seed, named, story);
        }
        catch (SimFailureException e) when (!SeedsAttribute.IsChosen)
        {
            throw SiteShrink.Of(named, e, smaller => Tell(seed, smaller, story));
        }
    }

    static Site Tell(int seed, SitePlan plan, Func<Site, Task> story)
    {
        var site = new Site(seed, plan);
        site.Stage.Tell(() => site.TellAsync(story), site.Watch.Look, site.Clear);
        return site;
    }

    /// <summary>A group of the site's transport.</summary>
    public GroupKey MakeGroup(string name)
    {
        var key = new byte[GroupKey.Size];
        Stage.Die($"group {name}").NextBytes(key);
        return new GroupKey(name, key, Plan.Transport);
    }

    /// <summary>One more machine.</summary>
    public SiteMachine Add(GroupKey? group)
    {
        var machine = new SiteMachine(this, _machines.Count, _identities.Pop(), group);
        _machines.Add(machine);
        return machine;
    }

    /// <summary>All machines that are not running start now.</summary>
    public void StartAll()
    {
        foreach (var machine in _machines.Where(machine => machine.Life is null))
            machine.Start();
    }

    /// <summary>Engines that were told of others have called them by then.</summary>
    public Task SettleAsync() => Clock.WaitSeconds(PeerHubLimits.TickInterval.TotalSeconds + 1);

    /// <summary>The network falls apart into two, and heals after a while.</summary>
    public async Task PartAsync(Random die)
    {
        var half = _machines.Where(_ => die.Percent(50)).ToHashSet();
        Stage.Trace.Say($"parted: {string.Join(", ", half)}");
        Net.Part((one, other) => half.Contains(one) != half.Contains(other));
        await Clock.WaitSeconds(die.Between(1, 60));
        Stage.Trace.Say("healed");
        Net.Part(static (_, _) => false);
    }

    /// <summary>What a faulty origin does, so many times of a hundred. The same piece comes false to a machine once: three times are reason enough to give up.</summary>
    public static Func<SeenRequest, RequestFault?> FaultsOf(Random die, int percent, Func<Random, RequestFault> fault)
    {
        var spoilt = new HashSet<(SimLane, long)>();
        return seen =>
        {
            var drawn = die.Percent(percent) ? fault(die) : null;
            return drawn is { Body: BodyFault.Corrupt, After: { } after } && !spoilt.Add((seen.By, ((seen.First ?? 0) + after) >> 20)) ? null : drawn;
        };
    }

    async Task TellAsync(Func<Site, Task> story)
    {
        await story(this);
        // What is still under way comes, or is given up.
        await Clock.WaitSeconds(60);
        Watch.LookAtRest();
        foreach (var machine in _machines)
            await machine.StopAsync();
    }

    void Clear()
    {
        foreach (var machine in _machines)
        {
            machine.Life?.Crash();
            machine.State.Dispose();
        }
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
