using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Policies;
using Haul.Engine.Sources;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;

namespace Haul.Engine.Transfers;

/// <summary>Whether, when and how long a transfer takes part in the swarm of its content. Owned by the transfer's loop.</summary>
sealed class TransferSwarm
{
    readonly TransferRequest _request;
    readonly TransferTools _tools;
    readonly PeerHub _hub;
    readonly PeerPolicy _policy;
    readonly Func<TransferEvent, bool> _post;
    readonly Random _random; // its own: only the loop that makes transfers may draw from what they share
    ITimer? _wake;
    ContentId _content;
    LentFile? _file; // apart from the transfer's own, and for reading alone: nobody can run a program that is open for writing
    AttestedPieces? _said; // in a swarm that was left since the whole was not what was expected
    long _keptBytes;
    HashSet<int> _unrecordable = []; // pieces that were on their way when the swarm was left

    TransferSwarm(TransferRequest request, TransferTools tools, PeerHub hub, PeerPolicy policy, Func<TransferEvent, bool> post) =>
        (_request, _tools, _hub, _policy, _post, _random) = (request, tools, hub, policy, post, new Random(tools.Random.Next()));

    /// <summary>The part that a transfer may take in a swarm, or null where it may take none.</summary>
    public static TransferSwarm? For(TransferRequest request, TransferTools tools, PeerPolicy policy, Func<TransferEvent, bool> post) =>
        tools.Peers is { } hub && SwarmTerms.Suits(request, policy, hub.Group) ? new TransferSwarm(request, tools, hub, policy, post) : null;

    /// <summary>The request with the length of its content, where the caller did not say it and this agent keeps the content for peers: then no server has to be asked.</summary>
    public static TransferRequest WithKnownSize(TransferRequest request, TransferTools tools, PeerPolicy policy) =>
        request is { KnownSize: < 0, Held: null, Expected: { Algorithm: "sha256" } expected } && tools.Peers is { } hub && SwarmTerms.Suits(request, policy, hub.Group)
            && tools.KeptLength(PieceHash.Read(Convert.FromHexString(expected.Hex))) is { } length
            ? request with { KnownSize = length }
            : request;

    /// <summary>What it does in the swarm; null before it has joined and after it has left.</summary>
    public SwarmPart? Part { get; private set; }

    /// <summary>Nothing of peers is wanted any more: their bytes turned out wrong, or the origin cannot serve parts.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Bytes of pieces that peers brought and that were kept. Any thread.</summary>
    public long KeptBytes => Volatile.Read(ref _keptBytes) + (Part?.KeptBytes ?? 0);

    /// <summary>Nothing has to be asked of the origin before peers are: what the content is and how long is known already.</summary>
    public bool MayBegin(TransferHold hold) => !IsOver && SwarmTerms.ContentOf(_request, hold.Manifest.Proof?.Manifest, hold.RemoteLength) is not null;

    /// <summary>What is asked for first to learn what the content is: hardly anything where peers may bring it, and a small file as a whole
    /// where that is not known; null where they may not.</summary>
    public (long First, long? End)? FirstLook => IsOver ? null : (0, SwarmTerms.IsPinned(_request) || _request.Expected is not null ? 1 : TransferLimits.FirstLookBytes);

    /// <summary>Takes part in the swarm of the content; false where it has none, or where the origin serves no parts.</summary>
    public bool TryJoin(FetchGround ground, TransferHold hold, HttpAnswer? answer)
    {
        var manifest = hold.Manifest.Proof?.Manifest;
        if (IsOver || answer is { IsPartial: false } || hold.Length < _policy.LengthMin || (_hub.Group is null && (manifest is null || !SwarmTerms.IsPinned(_request))))
            return false;
        var named = answer is null ? null : SwarmTerms.NamedBy(_request.Origin, answer, hold.Length, _policy);
        if ((SwarmTerms.ContentOf(_request, manifest, hold.Length) ?? named) is not { } content)
            return false;
        if (ground.File.OpenAgain() is not { } again)
            return false;
        var file = new LentFile(again);
        (_content, _file) = (content, file);
        var key = _hub.Group ?? GroupKey.OpenFor(content);
        var id = key.SwarmOf(content);
        var seat = new SwarmSeat(id, ground.Layout, file.Lend)
        {
            MayFetch = true,
            CapacityKiB = _hub.CapacityKiB,
            WantsAttestations = manifest is null,
            Group = _hub.Group,
            Blinded = epoch => key.BlindedOf(id, epoch),
            Post = Note,
        };
        var all = new SwarmRules { CellMax = _policy.CellMax, DelayOrigin = _request.IsForeground ? _policy.DelayForeground : _policy.DelayBackground };
        var rules = _request.IsForeground ? all with { Hold = _hub.HasSighted ? all.HoldForeground : TimeSpan.Zero } : all;
        var swarm = new Swarm(_hub.Own.Id, ground.Layout, rules, _random, _tools.Time.GetElapsedTime(0), PeerFacts.WeightOf(seat.CapacityKiB));
        // Of an answer without a range, every slice would read all that comes before it.
        ground.IsWhole = false;
        ground.Tally = seat.Tally;
        var links = new SwarmLinks(swarm, seat, _hub);
        var own = _hub.Group is { } group ? new OwnWords(seat, _hub.Own, group, manifest is not null && SwarmTerms.IsPinned(_request) ? piece => hold.Table!.HashOf(piece) : null) : null;
        var kept = _hub.FindKept(id);
        var copy = kept?.Layout == ground.Layout && (ground.Proof is not null || kept.Kept!.Hashes is not null) ? new ShelfCopy(kept, ground, _post) : null;
        var words = new SwarmWords(swarm, seat, links, own, _tools.Time, piece => Revoke(hold, piece)) { Random = _random, IsUnproved = content.Kind == ContentIdKind.Version };
        Part = new SwarmPart(swarm, seat, ground, links, words, e => _post(e)) { IsReadMeanwhile = _request.IsReadMeanwhile, Copy = copy };
        for (var i = 0; i < ground.Layout.Count; i++)
        {
            if (hold.Table!.Has(new PieceIndex(i)))
                Part.Recall(new PieceIndex(i), hold.Table.HashOf(new PieceIndex(i)), isRead: hold.HasSeen(new PieceIndex(i)));
        }
        if (!hold.IsFresh)
            ground.Hasher?.ReadAhead();
        if (words.IsUnproved)
            words.Sample(VersionSamples.Of(ground.Layout, _random));
        copy?.Start([.. Enumerable.Range(0, ground.Layout.Count).Select(i => new PieceIndex(i)).Where(piece => !hold.Table!.Has(piece))]);
        _wake = _tools.Time.CreateTimer(_ => _post(TransferEvent.Woken.Now), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _hub.Take(seat);
        return true;
    }

    void Revoke(TransferHold hold, PieceIndex piece)
    {
        hold.Revoke(piece);
        Part!.Lost(piece);
    }

    /// <summary>The whole is not what was expected: what only words of members prove is held against the origin; false where nothing is left of that.</summary>
    public bool TryDoubt() => Part?.Words.Doubt() == true;

    void Note(SwarmNews news)
    {
        if (!_post(new TransferEvent.OfSwarm(news)))
            Drop(news);
    }

    /// <summary>Lets go of what nobody will look at.</summary>
    public static void Drop(SwarmNews? news) => ((news as SwarmNews.Came)?.Buffer ?? (news as SwarmNews.Kept)?.Buffer)?.Release();

    /// <summary>What a peer did; returns how many pieces were handed in and will be reported.</summary>
    public int Handle(SwarmNews news, TransferLeases leases)
    {
        if (Part is not null)
            return Part.Handle(news, leases);
        Drop(news);
        return 0;
    }

    /// <summary>Does what the swarm wants done now, and wakes the loop when there will be more; false where it takes no part in one.</summary>
    public bool TryStep(TransferLeases leases, PieceTable table)
    {
        if (Part is null)
            return false;
        if (Part.IsCopying)
            return true;
        if (_request.IsReadMeanwhile)
            Part.Lead();
        Part.Step(leases, table);
        if (Part.WakeAt is { } wake && wake - Part.Now is var wait && wait > TimeSpan.Zero)
            _wake!.Change(wait, Timeout.InfiniteTimeSpan);
        return true;
    }

    /// <summary>Takes part no longer.</summary>
    /// <param name="isForGood">Not again in this transfer, either.</param>
    public void Leave(bool isForGood)
    {
        IsOver |= isForGood;
        if (isForGood)
            _said = Part?.Words.Attested;
        if (Let() is not { } seat)
            return;
        _hub.Leave(seat);
        _file!.Dispose();
    }

    /// <summary>All is here and proved: whoever keeps contents for peers is given it.</summary>
    public void Finish(TransferHold hold)
    {
        Blame(piece => hold.Table!.HashOf(piece));
        var isCopied = Part is { IsCopied: true } part && _hub.FindKept(part.Seat.Swarm) is not null;
        Part?.Offer(hold.Table!.Layout.Count);
        if (Let() is not { } seat)
            return;
        // What peers still say is no matter to one who has everything.
        seat.Post = Drop;
        // What was kept before goes on being given, for as long as it was to be.
        if (isCopied || _tools.Keep is not { } keep)
        {
            _hub.Leave(seat);
            _file!.Dispose();
            return;
        }
        _hub.Complete(seat);
        keep(new KeptContent(_content, seat, _file!, [.. Enumerable.Range(0, seat.Layout.Count).Select(i => hold.Table!.HashOf(new PieceIndex(i)))])
        {
            IsProvedByManifest = !seat.WantsAttestations,
            HasCredentials = SwarmTerms.IsOfFew(_request),
        });
    }

    /// <summary>What is true is known now: who said otherwise is refused.</summary>
    void Blame(Func<PieceIndex, PieceHash> truth)
    {
        foreach (var (signer, piece) in _said?.Lies(truth) ?? [])
        {
            if (_hub.Links.FirstOrDefault(link => link.Peer == signer) is { } liar)
                _hub.Offend(liar, new Failure(HResults.DO_E_BAD_PIECE_HASH, $"attested a false hash of {piece} of {_content.Kind} {_content.Digest}"));
        }
    }

    /// <summary>A piece may be gone on with after a restart, also where the swarm was left since it came.</summary>
    public bool MayRecord(PieceIndex piece) => Part?.MayRecord(piece) ?? !_unrecordable.Remove(piece.Value);

    SwarmSeat? Let()
    {
        if (Part is not { } part)
            return null;
        part.Copy?.Stop();
        _unrecordable = part.Unrecordable;
        _wake!.Dispose();
        Part = null;
        Interlocked.Add(ref _keptBytes, part.KeptBytes);
        return part.Seat;
    }
}
