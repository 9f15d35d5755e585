using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Engine.Swarms;

namespace Haul.Engine.Transfers;

/// <summary>What a transfer does in a swarm: what peers say goes in, and what the swarm wants done is done. Owned by the transfer's loop.</summary>
/// <remarks>
/// The decisions are those of <see cref="Swarm"/>; here they meet connections, leases and memory. Pieces from peers are handed to the hasher
/// as those from the origin are, but written only when they are proved. A piece that comes false costs its bringer the connection.
/// </remarks>
sealed class SwarmPart(Swarm swarm, SwarmSeat seat, FetchGround ground, SwarmLinks links, SwarmWords words, Action<TransferEvent> post)
{
    readonly Dictionary<int, PeerLink> _bringers = []; // of pieces that came and are not proved yet
    readonly UnreadPieces _unread = new(swarm, seat, links, words);
    readonly TimeSpan _joinedAt = ground.Time.GetElapsedTime(0);
    long _keptBytes;
    int _front; // all pieces before it are here

    public SwarmSeat Seat => seat;

    public TimeSpan Now => ground.Time.GetElapsedTime(0);

    /// <summary>When to decide again although nothing happened, or null.</summary>
    public TimeSpan? WakeAt => swarm.WakeAt;

    /// <summary>Bytes of pieces that peers brought and that were kept. Any thread.</summary>
    public long KeptBytes => Volatile.Read(ref _keptBytes);

    /// <summary>What is brought from the own shelf; null where nothing is.</summary>
    public ShelfCopy? Copy { get; init; }

    /// <summary>As long as the own shelf has more to bring, nobody is asked for anything.</summary>
    public bool IsCopying => Copy is { IsOver: false };

    /// <summary>All of it came from the own shelf.</summary>
    public bool IsCopied => Copy?.Brought == ground.Layout.Count;

    /// <summary>What members said of the pieces.</summary>
    public SwarmWords Words => words;

    /// <summary>A reader gets the bytes while they come.</summary>
    public bool IsReadMeanwhile { get; init; }

    /// <summary>Some peer has something, or is after it; or there was no time to find one yet.</summary>
    public bool HasHelp => Now - _joinedAt < TransferLimits.HelpTime || (!swarm.IsLeftToOrigin && swarm.Peers.Any(peer => peer.Fetches || peer.Pieces.Count > 0));

    /// <summary>A piece is here, and may be given to others.</summary>
    void Have(PieceIndex piece)
    {
        swarm.Store(piece);
        seat.Add(piece);
    }

    /// <summary>A piece was here before the swarm was joined.</summary>
    /// <param name="piece">Which.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="isRead">This start of the system has seen its bytes; else it is given to nobody before it was read back.</param>
    public void Recall(PieceIndex piece, PieceHash hash, bool isRead)
    {
        swarm.Store(piece);
        words.Recall(piece, hash);
        Guard();
        if (isRead)
            seat.Add(piece);
        else
            _unread.Add(piece);
    }

    /// <summary>Pieces of an earlier run that stand before a piece were read back.</summary>
    public void Offer(int front) => _unread.Offer(front);

    /// <summary>What a peer did.</summary>
    /// <param name="news">What.</param>
    /// <param name="leases">Pieces that connections to the origin have now.</param>
    /// <returns>Pieces that were handed in and will be reported.</returns>
    public int Handle(SwarmNews news, TransferLeases leases)
    {
        switch (news)
        {
            case SwarmNews.Sighted(var peer, var isAnswer): swarm.Expect(peer, isAnswer); break;
            case SwarmNews.Joined(var link, var meta): Welcome(link, meta); break;
            case SwarmNews.Left(var link): links.Lose(link, Now); break;
            case SwarmNews.Brought(var link, var bytes) when links.Has(link): swarm.Brings(link.Peer, bytes, Now); break;
            case SwarmNews.Refused(var link, var piece, var pause) refused when links.Has(link): Refuse(link.Peer, piece, refused.IsMissing ? TimeSpan.Zero : pause, refused.IsMissing); break;
            case SwarmNews.Said(var link, var message) when links.Has(link): Hear(link.Peer, message); break;
            case SwarmNews.Came(var link, var piece, var buffer): return Take(link, piece, buffer, leases.MayWrite(piece));
            case SwarmNews.Kept(var by, var piece, var buffer): return Take(by, piece, buffer, leases.MayWrite(piece));
            case SwarmNews.KeptAll(var by) when by == Copy: Copy!.End(); break;
        }
        return 0;
    }

    void Welcome(PeerLink link, PeerMessage.Meta meta)
    {
        links.Join(link, meta, Now);
        if (meta.Flags.HasFlag(MetaFlags.WantsAttestations))
            words.Welcome();
    }

    void Hear(PeerId peer, PeerMessage message)
    {
        switch (message)
        {
            case PeerMessage.Have(_, var queue, var pieces):
                swarm.Queues(peer, queue);
                foreach (var piece in pieces)
                    words.Has(peer, piece);
                break;
            case PeerMessage.Bitmap bitmap:
                swarm.Queues(peer, bitmap.Queue);
                Hear(peer, bitmap);
                break;
            case PeerMessage.Claim(_, var slice, var lease, var done): swarm.Claims(peer, slice, TimeSpan.FromMilliseconds(lease), done, Now); break;
            case PeerMessage.Renew(_, var slice, var lease, var done): swarm.Claims(peer, slice, TimeSpan.FromMilliseconds(lease), done, Now); break;
            case PeerMessage.Release(_, var slice): swarm.Releases(peer, slice, Now); break;
            case PeerMessage.Attest attest when words.Hear(attest) is { } lie: Mislead(lie, [PeerId.Of(attest.SignerKey)]); break;
        }
    }

    /// <summary>It says anew of many pieces which of them it has: what it had before, and has no more, turned out to be false there.</summary>
    void Hear(PeerId peer, PeerMessage.Bitmap bitmap)
    {
        var gone = new List<PieceIndex>();
        for (var i = 0; i < bitmap.Count; i++)
        {
            var piece = new PieceIndex(bitmap.First.Value + i);
            if (bitmap.Has(i))
                words.Has(peer, piece);
            else if (words.Lacks(peer, piece) && seat.Has(piece))
                gone.Add(piece);
        }
        // It was not told of these, since it had them.
        if (gone.Count > 0 && links.Find(peer) is { } link)
            links.TellPieces(link, gone);
    }

    void Refuse(PeerId peer, PieceIndex piece, TimeSpan pause, bool isMissing)
    {
        if (isMissing)
            words.Lacks(peer, piece);
        swarm.Refuses(peer, piece, pause, Now);
    }

    /// <summary>A piece came from a peer: off to be proved. Not while a connection to the origin may still write a part of it, which nobody has proved:
    /// one that is asked no more ends in its own time.</summary>
    int Take(PeerLink link, PieceIndex piece, PieceBuffer buffer, bool isBeingWritten)
    {
        var expected = words.HashOf(piece);
        var isProvable = expected is not null || ground.Proof is not null;
        // Another peer may have been faster, or the origin is asked since this one went; and what nothing proves is not even looked at.
        var isMember = links.Has(link);
        if (isMember && isProvable && !isBeingWritten)
            swarm.Came(link.Peer, piece, Now);
        else if (isMember)
            swarm.Refuses(link.Peer, piece, TimeSpan.Zero, Now);
        if (!isMember || !isProvable || isBeingWritten || swarm.Have.Contains(piece) || _bringers.ContainsKey(piece.Value) || Copy?.Has(piece) == true)
        {
            link.Tally.CountWaste(buffer.Length);
            buffer.Release();
            return 0;
        }
        _bringers[piece.Value] = link;
        // Before the hasher has it: who reads the file meanwhile looks at any time.
        if (seat.WantsAttestations)
            ground.UnprovedFrom = Math.Min(ground.UnprovedFrom, piece.Value);
        ground.Count(buffer.Length);
        buffer.Arrival = new PieceArrival(ground.File, ground.Layout.OffsetOf(piece), expected, failure => post(new TransferEvent.DiskFailed(failure)));
        ground.Prove(piece, buffer);
        return 1;
    }

    /// <summary>A piece of the own shelf: off to be proved, as one of a peer is.</summary>
    int Take(object by, PieceIndex piece, PieceBuffer buffer, bool isBeingWritten)
    {
        if (Copy is null || by != Copy || isBeingWritten || swarm.Have.Contains(piece) || _bringers.ContainsKey(piece.Value) || Copy.Has(piece))
        {
            buffer.Release();
            return 0;
        }
        Copy.HandIn(piece, buffer, failure => post(new TransferEvent.DiskFailed(failure)));
        return 1;
    }

    /// <summary>A piece that came may be gone on with after a restart. Where no digest of the whole tells in the end, or someone reads meanwhile, that is one from the origin: of
    /// others it would not be known any more on whose word they stand.</summary>
    public bool MayRecord(PieceIndex piece) => !_bringers.ContainsKey(piece.Value) || !(words.IsUnproved || (IsReadMeanwhile && seat.WantsAttestations));

    /// <summary>Pieces on their way to be proved that may not be gone on with after a restart.</summary>
    public HashSet<int> Unrecordable => [.. _bringers.Keys.Where(piece => !MayRecord(new PieceIndex(piece)))];

    /// <summary>A piece is here and proved, wherever it came from: the others are told.</summary>
    public void Stored(PieceIndex piece, PieceHash hash, int lengthBytes)
    {
        Have(piece);
        if (Copy?.Settle(piece, isTrue: true) != true)
            seat.Tally.CountKept(lengthBytes);
        if (_bringers.Remove(piece.Value, out var bringer))
        {
            Interlocked.Add(ref _keptBytes, lengthBytes);
            words.Took(piece, hash, bringer);
        }
        var liars = bringer is null ? words.Fetched(piece, hash) : [];
        if (swarm.Have.Contains(piece))
            links.TellPiece(piece, seat.Attestations.Find(piece), bringer);
        if (liars.Count > 0)
            Mislead(piece, liars);
    }

    /// <summary>Members attested what is not so.</summary>
    void Mislead(PieceIndex piece, IReadOnlyList<PeerId> liars)
    {
        foreach (var link in liars.Select(links.Find).OfType<PeerLink>())
            links.Offend(link, piece, "attested a false hash of", Now);
        words.Distrust(liars);
    }

    /// <summary>A piece came false. True where a peer brought it: then it pays, and the piece is wanted again.</summary>
    public bool TakeBlame(PieceIndex piece, PieceHash hash, int lengthBytes)
    {
        swarm.Lose(piece);
        if (Copy?.Settle(piece, isTrue: false) == true)
            return true;
        if (!_bringers.Remove(piece.Value, out var link))
            return false;
        link.Tally.CountWaste(lengthBytes);
        words.Blame(piece, hash, link);
        return true;
    }

    /// <summary>What stands in the file is not what was recorded.</summary>
    public void Lost(PieceIndex piece)
    {
        swarm.Lose(piece);
        seat.Remove(piece);
        words.Forget(piece);
        _front = Math.Min(_front, piece.Value);
    }

    /// <summary>A lease ended, after so many pieces.</summary>
    public void LeaseEnded(Lease lease, int brought) =>
        swarm.FetchEnded(swarm.Slices.Of(new PieceIndex(lease.First)), isDone: lease.First + brought == lease.FirstEnd, Now, lease.First + brought);

    /// <summary>The origin does not serve now.</summary>
    public void OriginBlocked(TimeSpan? pause) => swarm.OriginBlocked(Now, pause);

    /// <summary>The first piece that is missing comes first: someone waits for it.</summary>
    public void Lead()
    {
        while (_front < ground.Layout.Count && swarm.Have.Contains(new PieceIndex(_front)))
            _front++;
        swarm.Playhead = _front < ground.Layout.Count ? _front : null;
    }

    /// <summary>What is read meanwhile ends before what only words prove, on its way to be proved or here.</summary>
    void Guard()
    {
        if (seat.WantsAttestations)
            ground.UnprovedFrom = Math.Min(words.UnprovedFrom, _bringers.Count > 0 ? _bringers.Keys.Min() : int.MaxValue);
    }

    /// <summary>Does what is to be done now.</summary>
    public void Step(TransferLeases leases, PieceTable table)
    {
        swarm.Members(Math.Max(seat.MemberCount, swarm.Peers.Count) + 1);
        foreach (var (first, bytes) in leases.TakeProgress())
            swarm.Fetched(swarm.Slices.Of(new PieceIndex(first)), bytes);
        words.Settle();
        Guard();
        _unread.OfferRead(ground.Hasher);
        foreach (var step in swarm.Decide(Now))
            Do(step, leases, table);
        leases.ReleaseSpare();
    }

    void Do(SwarmStep step, TransferLeases leases, PieceTable table)
    {
        switch (step)
        {
            case SwarmStep.Request(var peer, var piece): links.Find(peer)?.Request(seat, piece); break;
            case SwarmStep.Cancel(var peer, var piece): links.Find(peer)?.Cancel(seat, piece); break;
            case SwarmStep.Claim claim: links.TellAll(channel => MessageOf(claim, channel)); break;
            case SwarmStep.Release(var slice): links.TellAll(channel => new PeerMessage.Release(channel, slice)); break;
            case SwarmStep.Abandon(var slice): leases.Abandon(swarm.Slices.FirstPiece(slice), swarm.Slices.EndPiece(slice)); break;
            case SwarmStep.Fetch(var slice, var first, var count) when !leases.TryFetch(ground, table, first, count):
                swarm.OriginBlocked(Now, TransferLimits.OriginPause);
                swarm.FetchEnded(slice, isDone: false, Now, first);
                break;
        }
    }

    static PeerMessage MessageOf(SwarmStep.Claim claim, uint channel)
    {
        var (lease, done) = ((int)claim.Lease.TotalMilliseconds, (uint)Math.Min(uint.MaxValue, claim.DoneBytes));
        return claim.IsRenewal ? new PeerMessage.Renew(channel, claim.Slice, lease, done) : new PeerMessage.Claim(channel, claim.Slice, lease, done);
    }
}
