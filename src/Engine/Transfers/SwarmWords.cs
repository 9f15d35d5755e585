using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;

namespace Haul.Engine.Transfers;

/// <summary>What members say of the pieces of a content that no manifest proves: whose bytes are taken for what, and what becomes of it when someone lied.</summary>
/// <remarks>
/// What stands on the word of members is believed, and so spreads as fast as the lines allow. It is held against the origin when there is a reason to:
/// one piece at a time where members differ, and more and more of them where the whole turned out false. Whoever the origin contradicts is out, and what
/// stands on its words alone is fetched again; nothing else is. Where no digest of the whole tells in the end, a few pieces are had from the origin in any
/// case, and after the first lie nothing is believed any more. Owned by the transfer's loop.
/// </remarks>
/// <param name="swarm">Whom to ask for what.</param>
/// <param name="seat">What is given to others.</param>
/// <param name="links">The members.</param>
/// <param name="own">This agent's own words; null where it has no group.</param>
/// <param name="time">The clock.</param>
/// <param name="revoke">Told of pieces that are here and are fetched again.</param>
sealed class SwarmWords(Swarm swarm, SwarmSeat seat, SwarmLinks links, OwnWords? own, TimeProvider time, Action<PieceIndex> revoke)
{
    readonly Dictionary<int, List<PeerId>> _waiting = []; // who has pieces that nothing proves
    readonly Dictionary<int, (PieceHash Hash, PeerLink? From)> _believed = []; // pieces that are here and did not come from the origin
    readonly SortedSet<int> _taken = []; // those of them that members brought since
    readonly Dictionary<int, PeerLink> _suspects = []; // whose bytes of a piece were not what a member had attested
    readonly Dictionary<PeerId, int> _misled = []; // false pieces that a peer brought since another had lied to it
    readonly HashSet<int> _contested = [];
    int _doubted = 1;
    int _revokedFrom = int.MaxValue;
    bool _hasRevoked;
    bool _believesNobody;

    TimeSpan Now => time.GetElapsedTime(0);

    /// <summary>For the choice of what is held against the origin.</summary>
    public required Random Random { get; init; }

    /// <summary>No digest of the whole will find liars out.</summary>
    public bool IsUnproved { get; init; }

    /// <summary>All that was said.</summary>
    public AttestedPieces Attested { get; } = new();

    /// <summary>The first piece that only words prove, or that turned out to be false once; beyond all pieces where there is none.</summary>
    /// <remarks>Of what was here before the swarm was joined, a reader's file holds nothing that stands on words: see <see cref="SwarmPart.MayRecord"/>.</remarks>
    public int UnprovedFrom => Math.Min(_revokedFrom, _taken.Count > 0 ? _taken.Min : int.MaxValue);

    /// <summary>The hash that a piece from a peer has to have; null where nothing says, or where a manifest does.</summary>
    public PieceHash? HashOf(PieceIndex piece) => seat.WantsAttestations && !_believesNobody ? Attested.HashOf(piece) : null;

    /// <summary>Pieces here before the swarm was joined: what proved them is not known any more.</summary>
    public void Recall(PieceIndex piece, PieceHash hash)
    {
        if (seat.WantsAttestations)
            _believed[piece.Value] = (hash, null);
    }

    /// <summary>A piece is not here any more.</summary>
    public void Forget(PieceIndex piece)
    {
        _believed.Remove(piece.Value);
        _taken.Remove(piece.Value);
    }

    /// <summary>Pieces that are had from the origin, whoever has them.</summary>
    public void Sample(IEnumerable<PieceIndex> pieces)
    {
        foreach (var piece in pieces.Where(piece => !swarm.Have.Contains(piece)))
            swarm.LeaveToOrigin(piece);
    }

    /// <summary>A peer has a piece: of use where the piece can be proved.</summary>
    public void Has(PeerId peer, PieceIndex piece)
    {
        if (!seat.WantsAttestations || Attested.HashOf(piece) is not null)
            swarm.Has(peer, piece, Now);
        else
            Await(peer, piece);
    }

    void Await(PeerId peer, PieceIndex piece)
    {
        if (!_waiting.TryGetValue(piece.Value, out var peers))
            _waiting.Add(piece.Value, peers = []);
        if (!peers.Contains(peer))
            peers.Add(peer);
    }

    /// <summary>A peer does not have a piece, as it says; true where it was thought to.</summary>
    public bool Lacks(PeerId peer, PieceIndex piece) => _waiting.GetValueOrDefault(piece.Value)?.Remove(peer) == true | swarm.Lacks(peer, piece);

    /// <summary>A member came that wants words: where a manifest says what is true, there were few so far.</summary>
    public void Welcome()
    {
        if (own?.Begin() == true)
            links.TellWords();
    }

    /// <summary>Pieces of an earlier run were read back.</summary>
    public void Vouch(IReadOnlyCollection<PieceIndex> pieces) => own?.Vouch(pieces);

    /// <summary>A member said something of pieces; returns a piece of which it lied for sure, or null.</summary>
    public PieceIndex? Hear(PeerMessage.Attest attest)
    {
        var changed = Attested.Add(attest, out var lie);
        if (lie is null && !Attested.IsLiar(PeerId.Of(attest.SignerKey)))
            seat.Attestations.Add(attest);
        LookAt(changed);
        return lie;
    }

    void LookAt(IEnumerable<PieceIndex> changed)
    {
        foreach (var piece in changed)
            Look(piece);
        Settle();
    }

    /// <summary>Does what is to be done after a change: once for all that changed together.</summary>
    public void Settle()
    {
        Check();
        if (!_hasRevoked)
            return;
        _hasRevoked = false;
        links.TellBitmap();
    }

    /// <summary>What is said of a piece has changed.</summary>
    void Look(PieceIndex piece)
    {
        _contested.Remove(piece.Value);
        var hash = Attested.HashOf(piece);
        if (swarm.Have.Contains(piece))
            LookAtBelieved(piece, hash);
        else if (hash is not null)
            Release(piece);
        else
            Withhold(piece);
    }

    void LookAtBelieved(PieceIndex piece, PieceHash? hash)
    {
        if (!_believed.TryGetValue(piece.Value, out var here) || hash == here.Hash)
            return;
        if (Attested.IsContested(piece) || (hash is not null && !Attested.IsSaid(piece, here.Hash)))
            _contested.Add(piece.Value);
        else if ((hash is not null || Attested.IsSaid(piece, here.Hash)) && TryRevoke(piece))
            Look(piece);
    }

    /// <summary>Whoever has it can be asked for it.</summary>
    void Release(PieceIndex piece)
    {
        _waiting.Remove(piece.Value, out var peers);
        foreach (var peer in peers ?? [])
            swarm.Has(peer, piece, Now);
    }

    /// <summary>Nobody's bytes for it are of use for now.</summary>
    void Withhold(PieceIndex piece)
    {
        if (Attested.IsContested(piece))
            _contested.Add(piece.Value);
        foreach (var peer in swarm.Peers)
        {
            if (peer.Pieces.Contains(piece))
                Await(peer.Id, piece);
        }
        swarm.Hide(piece);
    }

    /// <summary>What is here of a piece counts no more; false where it came from the origin, or where nothing is here.</summary>
    bool TryRevoke(PieceIndex piece)
    {
        if (!_believed.Remove(piece.Value, out var here))
            return false;
        _taken.Remove(piece.Value);
        here.From?.Tally.CountWaste(seat.Layout.LengthOf(piece));
        _hasRevoked = true;
        _revokedFrom = Math.Min(_revokedFrom, piece.Value);
        revoke(piece);
        return true;
    }

    /// <summary>Where members differ, the origin is asked for one such piece at a time: it mostly settles all of them. Any one, so that others who do the same
    /// have other pieces to give; and only while nothing else is on its way from there, since that may settle it for nothing.</summary>
    void Check()
    {
        if (_contested.Count > 0 && swarm.State.OfOrigin.Count == 0 && !swarm.Fetches)
            AskOrigin(new PieceIndex(_contested.ElementAt(Random.Next(_contested.Count))));
    }

    void AskOrigin(PieceIndex piece)
    {
        _contested.Remove(piece.Value);
        TryRevoke(piece);
        swarm.LeaveToOrigin(piece);
    }

    /// <summary>The whole is not what it should be, so that some of what is believed is false: more of it is held against the origin, twice as much each
    /// time; false where all of it has been.</summary>
    public bool Doubt()
    {
        if (_believed.Count == 0)
            return false;
        var pieces = _believed.Keys.Order().ToArray();
        Random.Shuffle(pieces);
        foreach (var piece in pieces.Take(_doubted))
            AskOrigin(new PieceIndex(piece));
        _doubted *= 2;
        Settle();
        return true;
    }

    /// <summary>A piece came from a peer, and has the hash that members say.</summary>
    public void Took(PieceIndex piece, PieceHash hash, PeerLink from)
    {
        if (!seat.WantsAttestations)
        {
            own?.Vouch([piece]);
            return;
        }
        _contested.Remove(piece.Value);
        _believed[piece.Value] = (hash, from);
        _taken.Add(piece.Value);
        if (_believesNobody)
            AskOrigin(piece);
        LookAt([piece]);
    }

    /// <summary>A piece came from the origin; returns the members that had said otherwise.</summary>
    public IReadOnlyList<PeerId> Fetched(PieceIndex piece, PieceHash hash)
    {
        own?.Speak(piece, hash);
        if (!seat.WantsAttestations)
            return [];
        _contested.Remove(piece.Value);
        Forget(piece);
        _waiting.Remove(piece.Value);
        if (_suspects.Remove(piece.Value, out var suspect) && Attested.IsSaid(piece, hash))
            links.Offend(suspect, piece, "sent false bytes for", Now);
        return Attested.Show(piece, hash);
    }

    /// <summary>Members lied: nothing that they said counts.</summary>
    public void Distrust(IReadOnlyList<PeerId> liars)
    {
        var spoken = new HashSet<PieceIndex>();
        foreach (var liar in liars)
        {
            seat.Attestations.Remove(liar);
            spoken.UnionWith(Attested.Distrust(liar));
        }
        _believesNobody |= IsUnproved;
        for (var piece = 0; _believesNobody && piece < seat.Layout.Count; piece++)
        {
            if (!swarm.Have.Contains(new PieceIndex(piece)) || _believed.ContainsKey(piece))
                AskOrigin(new PieceIndex(piece));
        }
        LookAt(spoken);
    }

    /// <summary>A peer brought bytes that are not what members say of the piece.</summary>
    public void Blame(PieceIndex piece, PieceHash hash, PeerLink bringer)
    {
        // Misled by someone else, it learns of it so, and is not asked again before.
        if (Attested.IsSaid(piece, hash) && !Attested.IsLiar(bringer.Peer) && (_misled[bringer.Peer] = _misled.GetValueOrDefault(bringer.Peer) + 1) <= TransferLimits.MisledMax)
        {
            swarm.Lacks(bringer.Peer, piece);
            if (seat.Attestations.Find(piece) is { } word)
                bringer.Tell(seat, channel => word with { Channel = channel });
            return;
        }
        if (!seat.WantsAttestations || Attested.OnlySignerOf(piece) is not { } signer || signer == bringer.Peer)
        {
            links.Offend(bringer, piece, "sent false bytes for", Now);
            return;
        }
        // Either its bytes are false or the word of another: the origin will tell.
        _suspects[piece.Value] = bringer;
        AskOrigin(piece);
    }
}
