using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>What a transfer does in a swarm: what peers say goes in, and what the swarm wants done is done. Owned by the transfer's loop.</summary>
/// <remarks>
/// The decisions are those of <see cref="Swarm"/>; here they meet connections, leases and memory. Pieces from peers are handed to the hasher
/// as those from the origin are, but written only when they are proved. A piece that comes false costs its bringer the connection.
/// </remarks>
sealed class SwarmPart(Swarm swarm, SwarmSeat seat, FetchGround ground, PeerHub hub, Action<TransferEvent> post, VersionSamples? samples = null)
{
    readonly SwarmLinks _links = new(swarm, seat, hub);
    readonly Dictionary<int, PeerLink> _bringers = []; // of pieces that came and are not proved yet
    readonly AttestedPieces? _attested = seat.WantsAttestations ? new AttestedPieces() : null;
    readonly OwnWords? _words = hub.Group is { } group ? new OwnWords(seat, hub.Own, group) : null;
    readonly TimeSpan _joinedAt = ground.Time.GetElapsedTime(0);
    long _keptBytes;
    int _front; // all pieces before it are here

    public SwarmSeat Seat => seat;

    public TimeSpan Now => ground.Time.GetElapsedTime(0);

    /// <summary>When to decide again although nothing happened, or null.</summary>
    public TimeSpan? WakeAt => swarm.WakeAt;

    /// <summary>Bytes of pieces that peers brought and that were kept. Any thread.</summary>
    public long KeptBytes => Volatile.Read(ref _keptBytes);

    /// <summary>What members said of the pieces, where nothing else proves them; or null.</summary>
    public AttestedPieces? Attested => _attested;

    /// <summary>Some peer has something, or is after it; or there was no time to find one yet.</summary>
    public bool HasHelp => Now - _joinedAt < TransferLimits.HelpTime || swarm.Peers.Any(peer => peer.Fetches || peer.Pieces.Count > 0);

    /// <summary>What a member said turned out false, and more that is here may stand on its word; or null.</summary>
    public Failure? Deceit { get; private set; }

    /// <summary>A piece is here, and may be given to others.</summary>
    public void Have(PieceIndex piece)
    {
        swarm.Store(piece);
        seat.Add(piece);
    }

    /// <summary>What a peer did.</summary>
    /// <returns>Pieces that were handed in and will be reported.</returns>
    public int Handle(SwarmNews news)
    {
        switch (news)
        {
            case SwarmNews.Joined(var link, var meta): _links.Join(link, meta, Now); break;
            case SwarmNews.Left(var link): _links.Lose(link, Now); break;
            case SwarmNews.Brought(var link, var bytes): swarm.Brings(link.Peer, bytes, Now); break;
            case SwarmNews.Refused(var link, var piece, var pause): swarm.Refuses(link.Peer, piece, pause, Now); break;
            case SwarmNews.Said(var link, var message) when _links.Has(link): Hear(link.Peer, message); break;
            case SwarmNews.Came(var link, var piece, var buffer): return Take(link, piece, buffer);
        }
        return 0;
    }

    void Hear(PeerId peer, PeerMessage message)
    {
        switch (message)
        {
            case PeerMessage.Have(_, var queue, var pieces):
                swarm.Queues(peer, queue);
                foreach (var piece in pieces)
                    Has(peer, piece);
                break;
            case PeerMessage.Bitmap bitmap:
                swarm.Queues(peer, bitmap.Queue);
                for (var i = 0; i < bitmap.Count; i++)
                {
                    if (bitmap.Has(i))
                        Has(peer, new PieceIndex(bitmap.First.Value + i));
                }
                break;
            case PeerMessage.Claim(_, var slice, var lease, var done): swarm.Claims(peer, slice, TimeSpan.FromMilliseconds(lease), done, Now); break;
            case PeerMessage.Renew(_, var slice, var lease, var done): swarm.Claims(peer, slice, TimeSpan.FromMilliseconds(lease), done, Now); break;
            case PeerMessage.Release(_, var slice): swarm.Releases(peer, slice, Now); break;
            case PeerMessage.Attest attest: Hear(attest); break;
        }
    }

    /// <summary>A peer has a piece: of use where the piece can be proved.</summary>
    void Has(PeerId peer, PieceIndex piece)
    {
        if (samples?.Has(piece) == true)
            return;
        if (_attested is null || _attested.Knows(piece))
            swarm.Has(peer, piece);
        else
            _attested.Await(piece, peer);
    }

    void Hear(PeerMessage.Attest attest)
    {
        PieceIndex? lie = null;
        foreach (var (piece, peer) in _attested?.Add(attest, out lie) ?? [])
            swarm.Has(peer, piece);
        if (lie is not { } about)
            seat.Attestations.Add(attest);
        else
            Mislead(about, PeerId.Of(attest.SignerKey));
    }

    /// <summary>A piece came from a peer: off to be proved.</summary>
    int Take(PeerLink link, PieceIndex piece, PieceBuffer buffer)
    {
        var expected = _attested?.HashOf(piece);
        var isProvable = expected is not null || ground.Proof is not null;
        // Another peer may have been faster; and what nothing proves is not even looked at.
        if (swarm.Have.Contains(piece) || _bringers.ContainsKey(piece.Value) || !isProvable)
        {
            link.Tally.CountWaste(buffer.Length);
            buffer.Release();
            if (!isProvable)
                swarm.Refuses(link.Peer, piece, TimeSpan.Zero, Now);
            return 0;
        }
        swarm.Came(link.Peer, piece, Now);
        _bringers[piece.Value] = link;
        ground.Count(buffer.Length);
        buffer.Arrival = new PieceArrival(ground.File, ground.Layout.OffsetOf(piece), expected, failure => post(new TransferEvent.DiskFailed(failure)));
        ground.Prove(piece, buffer);
        return 1;
    }

    /// <summary>A piece is here and proved, wherever it came from: the others are told.</summary>
    public void Stored(PieceIndex piece, PieceHash hash, int lengthBytes)
    {
        if (_bringers.Remove(piece.Value, out var bringer))
            Interlocked.Add(ref _keptBytes, lengthBytes);
        else
            Attest(piece, hash);
        Have(piece);
        _links.TellPiece(piece, seat.Attestations.Find(piece), bringer);
    }

    /// <summary>Gives the group this agent's word about a piece that came from the origin: what others said of it does not count any more.</summary>
    void Attest(PieceIndex piece, PieceHash hash)
    {
        _words?.Speak(piece, hash);
        if (_attested?.Correct(piece, hash) is not { } suspicion)
            return;
        if (suspicion.Attested != hash && suspicion.Signer is { } signer)
            Mislead(piece, signer);
        else if (suspicion.Attested == hash && suspicion.Bringer is { } bringer)
            _links.Offend(bringer, piece, "sent false bytes for", Now);
    }

    /// <summary>A member attested what is not so.</summary>
    void Mislead(PieceIndex piece, PeerId signer)
    {
        // With no digest of the whole to find them, whatever else has come on such a word is void, too.
        if (samples is not null)
            Deceit = new Failure(DO_E_BAD_PIECE_HASH, $"a member attested a false hash of {piece} of swarm {seat.Swarm}: the content is fetched anew, from the origin alone");
        if (_links.Find(signer) is { } liar)
            _links.Offend(liar, piece, "attested a false hash of", Now);
    }

    /// <summary>A piece came false. True where a peer brought it: then it pays, and the piece is wanted again.</summary>
    public bool TakeBlame(PieceIndex piece, int lengthBytes)
    {
        swarm.Lose(piece);
        if (!_bringers.Remove(piece.Value, out var link))
            return false;
        link.Tally.CountWaste(lengthBytes);
        if (_attested?.SignerOf(piece) is not { } signer || signer == link.Peer)
        {
            _links.Offend(link, piece, "sent false bytes for", Now);
            return true;
        }
        // Either its bytes are false or the word of another: the origin will tell, and until then nobody's bytes are taken.
        _attested.Suspect(piece, link);
        swarm.Hide(piece);
        return true;
    }

    /// <summary>What stands in the file is not what was recorded.</summary>
    public void Lost(PieceIndex piece)
    {
        swarm.Lose(piece);
        seat.Remove(piece);
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

    /// <summary>Does what is to be done now.</summary>
    public void Step(TransferLeases leases, PieceTable table)
    {
        swarm.Members(Math.Max(seat.MemberCount, swarm.Peers.Count) + 1);
        foreach (var (first, bytes) in leases.TakeProgress())
            swarm.Fetched(swarm.Slices.Of(new PieceIndex(first)), bytes);
        foreach (var step in swarm.Decide(Now))
            Do(step, leases, table);
        leases.ReleaseSpare();
    }

    void Do(SwarmStep step, TransferLeases leases, PieceTable table)
    {
        switch (step)
        {
            case SwarmStep.Request(var peer, var piece): _links.Find(peer)?.Request(seat, piece); break;
            case SwarmStep.Cancel(var peer, var piece): _links.Find(peer)?.Cancel(seat, piece); break;
            case SwarmStep.Claim claim: _links.TellAll(channel => MessageOf(claim, channel)); break;
            case SwarmStep.Release(var slice): _links.TellAll(channel => new PeerMessage.Release(channel, slice)); break;
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
