using System.Net;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;

namespace Haul.Engine.Peers;

/// <summary>All connections to other agents, and all swarms that this agent is in.</summary>
/// <remarks>
/// One loop owns the connections; links and seats work beside it and post to it. A connection is made to whoever is sighted while a
/// swarm here misses pieces, and taken from whoever the policy allows; of two to one peer, one stays.
/// </remarks>
sealed class PeerHub
{
    readonly PeerHubTools _tools;
    readonly Mailbox<Action> _mailbox = new();
    readonly SwarmSeats _seats = new();
    readonly PeerEntrance _entrance;
    readonly CancellationTokenSource _stop = new();

    // Owned by the loop.
    readonly PeerRoster _roster;
    readonly List<Task> _running = [];
    readonly PeerGreetings _greetings = new();
    readonly StandingLinks _links;
    readonly CallPace _calls;
    IPeerListener? _listener;
    volatile IReadOnlyList<PeerBan> _banned = [];

    public PeerHub(PeerHubTools tools)
    {
        _tools = tools;
        _roster = new PeerRoster(tools.Own.Id, tools.Policy().Peers.CellMax, tools.Time);
        _links = new StandingLinks(tools.Own.Id, () => tools.Policy().Peers.LinksMax, tools.Time);
        _calls = new CallPace(tools.Time, what => _mailbox.Post(what), CallMore);
        Slots = new UploadSlots(() => tools.Policy().Peers.UploadSlotsMax);
        var limit = tools.Policy().Peers.UploadBytesPerSecondMax is var rate and > 0 ? new Bandwidth.RateLimit(rate, tools.Time) : null;
        var linkTools = new PeerLinkTools(new OutboxTools(Slots, limit, tools.Time), new Store.PieceBuffers(), peer => Meet(peer, null));
        _entrance = new PeerEntrance(tools, linkTools, _links, () => Port, _stop.Token);
    }

    public UploadSlots Slots { get; }
    public GroupKey? Group => _tools.Group;
    public PeerIdentity Own => _tools.Own;

    /// <summary>Where connections are taken; 0 where none are.</summary>
    public ushort Port => (ushort)(_listener?.Local.Port ?? 0);

    /// <summary>The connections that stand. Any thread.</summary>
    public IReadOnlyList<PeerLink> Links => _links.All;

    /// <summary>Others are in sight, or are named by the policy. Any thread.</summary>
    public bool HasSighted => _roster.HasSome;

    /// <summary>What went over connections that ended. Any thread.</summary>
    public PeerSums Sums { get; } = new();

    /// <summary>Who is refused. Any thread.</summary>
    public IReadOnlyList<PeerBan> Banned => _banned;

    /// <summary>Told of each seat that is taken (and whether it misses pieces) or left, so that others can find this agent.</summary>
    public Action<SwarmSeat, bool> Seated { get; set; } = static (_, _) => { };

    /// <summary>What this agent can give to others in a second, KiB; 0 where it is not known.</summary>
    public uint CapacityKiB => _tools.CapacityKiB;

    /// <summary>Which addresses may be spoken with now.</summary>
    public PeerAddresses Addresses => _tools.AddressesFor(_listener?.Local.Address);

    /// <summary>The seat of a content that this agent keeps for others, or null. Any thread.</summary>
    public SwarmSeat? FindKept(SwarmId swarm) => _seats.FindKept(swarm);

    /// <summary>Takes part in a swarm. Any thread.</summary>
    /// <param name="seat">With which seat.</param>
    /// <param name="isSpare">It gives way to any other seat of that swarm.</param>
    public void Take(SwarmSeat seat, bool isSpare = false)
    {
        _seats.Take(seat, isSpare);
        _mailbox.Post(() => Settle(seat.Swarm));
    }

    /// <summary>A seat misses nothing any more: those who help others find this agent are told. Any thread.</summary>
    public void Complete(SwarmSeat seat) => _mailbox.Post(() =>
    {
        // One whose place another has says nothing of what that one misses.
        if (_seats.Settled.Contains(seat))
            Seated(seat, true);
    });

    /// <summary>Leaves a swarm; nothing is told to the seat after that but what is under way. Any thread.</summary>
    public void Leave(SwarmSeat seat)
    {
        _seats.Leave(seat);
        _mailbox.Post(() => Settle(seat.Swarm));
    }

    /// <summary>Connections, and those who help others find this agent, learn which seat it has in a swarm.</summary>
    void Settle(SwarmId swarm)
    {
        var (was, now) = _seats.Settle(swarm);
        if (was == now)
            return;
        foreach (var link in _links.All)
            link.Change(was, now);
        if (now is null)
            _roster.Members.Forget(swarm);
        else if (!now.IsComplete)
            _roster.Begin();
        Seated((now ?? was)!, now is not null);
        _calls.Now();
    }

    /// <summary>A peer was sighted. Any thread.</summary>
    /// <param name="address">Where it takes connections.</param>
    /// <param name="id">Who it is said to be, or null.</param>
    /// <param name="swarm">Where it is said to be a member, or null.</param>
    /// <param name="asks">It asks for that swarm itself (true), or answers for it (false); null where it did neither.</param>
    /// <param name="isLan">It was heard on the local network, and can be asked there.</param>
    public void Meet(IPEndPoint address, PeerId? id, SwarmId? swarm = null, bool? asks = null, bool isLan = false) => _mailbox.Post(() =>
    {
        if (swarm is { } where && id is { } member && member != Own.Id && _seats.Find(where) is { } seat)
        {
            _roster.Members.Note(where, member, address.Address);
            seat.Post(new SwarmNews.Sighted(member, IsAnswer: asks == false));
        }
        if (Sight(address, id, asks, isLan))
            _calls.Soon();
    });

    bool Sight(IPEndPoint address, PeerId? id, bool? asks = null, bool isLan = false)
    {
        var isFirst = !_roster.HasSome;
        var isSighted = _roster.Note(address, id, asks, isLan);
        if (isFirst && isSighted && Group?.Transport != GroupTransport.Plain)
            _tools.Network.Prepare(Own.Certificate);
        return isSighted;
    }

    /// <summary>A peer did wrong: it is hung up on and refused for a while. Any thread.</summary>
    public void Offend(PeerLink link, Failure why) => _mailbox.Post(() => Ban(link, why));

    /// <summary>Starts to take connections.</summary>
    public Failure? Listen(IPEndPoint at) => _tools.Network.Listen(at, stream => _mailbox.Post(() => Accept(stream)), out _listener);

    /// <summary>Runs until cancelled; returns when all connections are closed.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = _tools.Time.CreateTimer(_ => _mailbox.Post(Tick), null, TimeSpan.Zero, PeerHubLimits.TickInterval);
        using var calls = _calls;
        using var registration = cancel.UnsafeRegister(static box => ((Mailbox<Action>)box!).Close(), _mailbox);
        while (await _mailbox.WaitAsync())
        {
            while (_mailbox.TryTake(out var what))
                what();
        }
        _stop.Cancel();
        if (_listener is not null)
            await _listener.DisposeAsync();
        await Task.WhenAll(_running);
    }

    /// <summary>Calls those who were sighted, while a swarm here misses pieces.</summary>
    void CallMore()
    {
        if (!_seats.Settled.Any(seat => !seat.IsComplete))
            return;
        var addresses = Addresses;
        var linked = _links.All.Select(link => link.Peer).ToHashSet();
        var far = _roster.Members.LeaveToOthers(_seats.Settled, _links.All);
        bool MayCall(IPAddress address, PeerId? id) => addresses.Allows(address) && !_roster.Bans.IsBanned(address) && !(id is { } who && far.Contains(who));
        foreach (var at in _roster.Next(_tools.Policy().Peers.LinksMax - _links.All.Count, linked, MayCall))
            Run(CallAsync(at));
        if (_roster.NextDue(linked) is { } due)
            _calls.In(due);
    }

    async Task CallAsync(IPEndPoint at)
    {
        PeerLink? link = null;
        PeerId? known = null; // who is there, and connected already
        try
        {
            link = await _entrance.CallAsync(at, peer => (known = _links.Has(peer) ? peer : null) is null);
        }
        finally
        {
            _mailbox.Post(() => Called(at, link, link?.Peer ?? known));
        }
        await StandAsync(link);
    }

    void Called(IPEndPoint at, PeerLink? link, PeerId? answered)
    {
        _roster.Called(at, answered);
        // It may be at another address. Where a connection came of it, others get their turn once that one is known.
        if (link is null)
            _calls.Now();
    }

    void Accept(IPeerStream stream)
    {
        var address = stream.Remote.Address;
        if (!Addresses.Allows(address) || _roster.Bans.IsBanned(address) || !_links.HasRoom)
            Run(stream.DisposeAsync().AsTask());
        else
            Run(AnswerAsync(stream, _greetings.Begin(address)));
    }

    // Who has not proved anything yet costs a place of few, and gets few seconds.
    async Task AnswerAsync(IPeerStream stream, PeerGreetings.Greeting greeting)
    {
        PeerLink? link = null;
        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(greeting.Stop.Token, _stop.Token);
            link = await _entrance.GreetAsync(stream, isInitiator: false, static _ => true, () => greeting.HasSpoken = true, both.Token);
        }
        finally
        {
            _mailbox.Post(() => _greetings.End(greeting));
        }
        await StandAsync(link);
    }

    async Task RunAsync(PeerLink link)
    {
        Failure? offence = null;
        try
        {
            offence = await link.RunAsync(_stop.Token);
        }
        finally
        {
            _mailbox.Post(() => Down(link, offence));
        }
    }

    /// <summary>Gives a connection to the loop; at the end of all, there is none.</summary>
    Task StandAsync(PeerLink? link)
    {
        if (link is null || _mailbox.Post(() => Up(link)))
            return Task.CompletedTask;
        link.Close();
        return link.RunAsync(_stop.Token);
    }

    /// <summary>A connection is there. It says and hears nothing before it is known to be the one that stays: seats hear of the last one last.</summary>
    void Up(PeerLink link)
    {
        var stays = !_roster.Bans.IsBanned(link.Peer) && _links.TryAdd(link);
        if (stays)
            PeerLog.Connects(_tools.Log, $"{link.Peer}", $"{link.Remote}");
        else
            link.Close();
        foreach (var seat in stays ? _seats.Settled : [])
            link.Change(null, seat);
        Run(RunAsync(link));
        _calls.Soon();
    }

    void Down(PeerLink link, Failure? offence)
    {
        _links.Remove(link);
        PeerLog.Leaves(_tools.Log, $"{link.Peer}", $"{link.Remote}");
        Sums.Add(link, Addresses.KindOf(link.Remote.Address));
        if (offence is not null)
            Ban(link, offence);
    }

    void Ban(PeerLink link, Failure why)
    {
        _roster.Bans.Add(link.Peer, link.Remote.Address, why);
        _banned = _roster.Bans.Now;
        PeerLog.Bans(_tools.Log, $"{link.Peer}", $"{link.Remote}", (int)_banned.First(ban => ban.Peer == link.Peer).Length.TotalMinutes, why.ToString());
        link.Close();
    }

    void Tick()
    {
        _running.RemoveAll(task => task.IsCompleted);
        _banned = _roster.Bans.Now;
        _links.Look();
        // One list may be for all machines.
        foreach (var peer in _tools.Policy().Peers.Fixed.Where(peer => !IsSelf(peer)))
            Sight(peer, null);
        _calls.Now();
    }

    bool IsSelf(IPEndPoint at) =>
        at.Port == Port && (at.Address.Equals(_listener?.Local.Address) || _tools.OwnAddresses().Any(own => own.Address.Equals(at.Address)));

    void Run(Task task) => _running.Add(task);
}
