using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>The swarms of one connection: which number stands for which, on either side. Any thread.</summary>
/// <remarks>
/// A swarm is shared once both sides have opened it, and cut it into the same pieces; the seat is told then, and when either side leaves: under the gate, so
/// that it hears of both in their order.
/// </remarks>
sealed class PeerChannels(PeerLink link, OutboxTools tools)
{
    /// <summary>Swarms that a peer may open on one connection.</summary>
    const int ChannelsMax = 4096;

    readonly Lock _gate = new();
    readonly Dictionary<SwarmId, (SwarmSeat Seat, uint Channel)> _ours = [];
    readonly Dictionary<uint, PeerMessage.Meta> _theirs = [];
    readonly Dictionary<SwarmId, uint> _theirNumbers = [];
    readonly ClaimWatch _claims = new(tools.Time); // the reader's
    uint _last;
    bool _isClosed;

    /// <summary>Some swarm is shared.</summary>
    public bool IsAnyShared
    {
        get
        {
            lock (_gate)
                return _ours.Values.Any(open => SharedBy_NeedsLock(open.Seat) is not null);
        }
    }

    /// <summary>How many swarms are shared.</summary>
    public int SharedCount
    {
        get
        {
            lock (_gate)
                return _ours.Values.Count(open => SharedBy_NeedsLock(open.Seat) is not null);
        }
    }

    /// <summary>Both are in a seat's swarm.</summary>
    public bool Shares(SwarmSeat seat)
    {
        lock (_gate)
            return _ours.TryGetValue(seat.Swarm, out var open) && open.Seat == seat && SharedBy_NeedsLock(seat) is not null;
    }

    /// <summary>Both are in a seat's swarm, and the peer knows the hashes of its pieces by the words of members alone.</summary>
    public bool WantsWords(SwarmSeat seat)
    {
        lock (_gate)
            return SharedBy_NeedsLock(seat)?.Flags.HasFlag(MetaFlags.WantsAttestations) == true;
    }

    /// <summary>Our number of a seat's swarm, or null where it is not open.</summary>
    public uint? Ours(SwarmSeat seat)
    {
        lock (_gate)
            return _ours.TryGetValue(seat.Swarm, out var open) && open.Seat == seat ? open.Channel : null;
    }

    /// <summary>Our seat in the shared swarm that the peer has a number for; null where there is none.</summary>
    public SwarmSeat? Theirs(uint channel)
    {
        lock (_gate)
            return _theirs.TryGetValue(channel, out var meta) && _ours.TryGetValue(meta.Swarm, out var open) && IsCutAlike(meta, open.Seat) ? open.Seat : null;
    }

    /// <summary>We are in a swarm; what is wrong with what the peer said of it before, or null. By the hub's loop alone, as <see cref="Leave"/>.</summary>
    public Failure? Open(SwarmSeat seat)
    {
        PeerMessage.Meta? theirs;
        uint channel;
        lock (_gate)
        {
            if (_isClosed || _ours.ContainsKey(seat.Swarm))
                return null;
            if (_theirNumbers.TryGetValue(seat.Swarm, out var number) && Fault(_theirs[number], seat) is { } fault)
                return fault;
            channel = ++_last;
            _ours[seat.Swarm] = (seat, channel);
            theirs = SharedBy_NeedsLock(seat);
            // Before anything else that is said on the channel, by whichever thread.
            link.Post(seat.Meta(channel));
            if (theirs is not null)
                seat.Post(new SwarmNews.Joined(link, theirs));
        }
        // Who is not in the swarm is told no more than its name: this agent may keep very many contents.
        if (theirs is not null)
            TellPieces(seat, channel);
        return null;
    }

    /// <summary>The peer is in a swarm; what is wrong with what it says, or null. Where we are in it and have not opened it yet, the hub's loop will.</summary>
    public Failure? Opened(PeerMessage.Meta meta)
    {
        (SwarmSeat Seat, uint Channel) open;
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_theirs.TryGetValue(meta.Channel, out var earlier);
            if (isFirst ? _theirNumbers.ContainsKey(meta.Swarm) || _theirs.Count >= ChannelsMax : earlier!.Swarm != meta.Swarm)
                return new Failure(DO_E_INVALID_PEER_MSG, $"opens channel {meta.Channel} twice, a swarm twice, or more than {ChannelsMax}");
            if (!isFirst && (earlier!.LengthBytes, earlier.PieceSize, earlier.SlicePieces) != (meta.LengthBytes, meta.PieceSize, meta.SlicePieces))
                return new Failure(DO_E_INVALID_PEER_MSG, $"cuts swarm {meta.Swarm} anew");
            var isOurs = _ours.TryGetValue(meta.Swarm, out open);
            if (isOurs && Fault(meta, open.Seat) is { } fault)
                return fault;
            (_theirs[meta.Channel], _theirNumbers[meta.Swarm]) = (meta, meta.Channel);
            if (!isOurs || !IsCutAlike(meta, open.Seat))
                return null;
            open.Seat.Post(new SwarmNews.Joined(link, meta));
        }
        // What we said of our pieces before may have come before the peer had a seat, to nobody.
        if (isFirst)
            TellPieces(open.Seat, open.Channel);
        return null;
    }

    /// <summary>What the peer said of a seat's swarm, where both share it.</summary>
    PeerMessage.Meta? SharedBy_NeedsLock(SwarmSeat seat) =>
        _theirNumbers.TryGetValue(seat.Swarm, out var number) && _theirs[number] is var meta && IsCutAlike(meta, seat) ? meta : null;

    /// <summary>One content may be cut by two manifests: whoever knows it by the other has other pieces, and nothing to share.</summary>
    static bool IsCutAlike(PeerMessage.Meta meta, SwarmSeat seat) => (meta.PieceSize, meta.SlicePieces) == (seat.Layout.PieceSize, seat.SlicePieces);

    /// <summary>The length is in the swarm's name.</summary>
    static Failure? Fault(PeerMessage.Meta meta, SwarmSeat seat) => meta.LengthBytes == seat.Layout.Length ? null
        : new Failure(DO_E_INVALID_PEER_MSG, $"says that swarm {meta.Swarm} has {meta.LengthBytes} bytes, and it has {seat.Layout.Length}");

    void TellPieces(SwarmSeat seat, uint channel)
    {
        if (WantsWords(seat))
        {
            foreach (var attest in seat.Attestations.All)
                link.Post(attest with { Channel = channel });
        }
        for (var first = 0; first < seat.Layout.Count; first += PeerLimits.BitmapPiecesMax)
        {
            var from = first;
            link.Post(() => seat.Bitmap(channel, tools.Slots.Queue, from));
        }
    }

    /// <summary>Gives a message to the seat that it is for.</summary>
    public Failure? Pass(PeerMessage message)
    {
        var (channel, last) = message switch
        {
            PeerMessage.Bitmap bitmap => (bitmap.Channel, bitmap.First.Value + bitmap.Count - 1),
            PeerMessage.Have have => (have.Channel, have.Pieces.Length == 0 ? 0 : have.Pieces.Max(piece => piece.Value)),
            PeerMessage.Claim claim => (claim.Channel, claim.Slice),
            PeerMessage.Renew renew => (renew.Channel, renew.Slice),
            PeerMessage.Release release => (release.Channel, release.Slice),
            PeerMessage.Attest attest => (attest.Channel, attest.Pieces[^1].Piece.Value),
            _ => (0u, 0),
        };
        if (message is PeerMessage.Hello or PeerMessage.Proof)
            return new Failure(DO_E_INVALID_PEER_MSG, "says hello a second time");
        // What is said of a swarm that we have just left, or do not know, is not for us.
        if (Theirs(channel) is not { } seat)
            return null;
        if (last >= Math.Max(1, seat.Layout.Count))
            return new Failure(DO_E_INVALID_PEER_MSG, $"speaks of {new PieceIndex(last)}, and there are {seat.Layout.Count}");
        if (message is PeerMessage.Attest said && (!seat.HearsWords || seat.Attestations.Knows(said)))
            return null;
        if (message is PeerMessage.Attest word && (seat.Group is null || !Attestation.Holds(word, seat.Swarm, seat.Group)))
            return new Failure(DO_E_INVALID_PEER_MSG, "passes on an attestation that no member of the group has signed");
        if (IsNews(message, seat))
            seat.Post(new SwarmNews.Said(link, message));
        return null;
    }

    /// <summary>Claims that do not get on are not passed on: then they run out, and another fetches the slice.</summary>
    bool IsNews(PeerMessage message, SwarmSeat seat)
    {
        if (message is PeerMessage.Have have)
        {
            foreach (var piece in have.Pieces)
                _claims.Brought(have.Channel, piece.Value / seat.SlicePieces);
        }
        return message switch
        {
            PeerMessage.Claim(var channel, var slice, _, var done) => _claims.Believes(channel, slice, done),
            PeerMessage.Renew(var channel, var slice, _, var done) => _claims.Believes(channel, slice, done),
            _ => true,
        };
    }

    /// <summary>The peer leaves a swarm.</summary>
    public void Left(uint channel)
    {
        lock (_gate)
        {
            Theirs(channel)?.Post(new SwarmNews.Left(link));
            if (_theirs.Remove(channel, out var meta))
                _theirNumbers.Remove(meta.Swarm);
        }
    }

    /// <summary>We leave a swarm with this seat.</summary>
    public void Leave(SwarmSeat seat)
    {
        lock (_gate)
        {
            if (Ours(seat) is not { } channel)
                return;
            if (SharedBy_NeedsLock(seat) is not null)
                seat.Post(new SwarmNews.Left(link));
            _ours.Remove(seat.Swarm);
            link.Post(new PeerMessage.Leave(channel));
        }
    }

    /// <summary>The connection is gone.</summary>
    public void LeaveAll()
    {
        lock (_gate)
        {
            foreach (var (seat, _) in _ours.Values)
            {
                if (SharedBy_NeedsLock(seat) is not null)
                    seat.Post(new SwarmNews.Left(link));
            }
            _ours.Clear();
            _isClosed = true;
        }
    }
}
