using Haul.Engine.Pieces;

namespace Haul.Engine.Swarms;

/// <summary>What one agent knows of a swarm: what it has itself, what is on its way, and the other members.</summary>
/// <remarks>
/// A piece is in one state: wanted, on its way (from the origin, or from one or more peers), or here. <see cref="Choice"/> has exactly the
/// wanted ones that some peer has.
/// </remarks>
sealed class SwarmState(PeerId self, PieceLayout layout, double weight = 1)
{
    readonly Dictionary<PeerId, SwarmPeer> _byId = [];

    public PeerId Self { get; } = self;

    /// <summary>This agent's uplink, as the others are told it: see <see cref="PeerFacts"/>.</summary>
    public double Weight { get; } = weight;

    public PieceLayout Layout { get; } = layout;

    public Slices Slices { get; } = new(layout);

    public PieceSet Have { get; } = new(layout.Count);

    public PieceSet OnTheWay { get; } = new(layout.Count);

    /// <summary>Wanted pieces that nobody but the origin is asked for, whoever has or claims them.</summary>
    public PieceSet OfOrigin { get; } = new(layout.Count);

    public PieceChoice Choice { get; } = new(layout.Count);

    public List<SwarmPeer> Peers { get; } = [];

    /// <summary>Where someone reads the content meanwhile, or null: these pieces come first.</summary>
    public int? Playhead { get; set; }

    public bool IsComplete => Have.IsFull;

    /// <summary>Other members that fetch from the origin.</summary>
    public int FetcherCount
    {
        get
        {
            var count = 0;
            foreach (var peer in Peers)
                count += peer.Fetches ? 1 : 0;
            return count;
        }
    }

    public SwarmPeer? Find(PeerId id) => _byId.GetValueOrDefault(id);

    public void Add(SwarmPeer peer)
    {
        _byId.Add(peer.Id, peer);
        Peers.Add(peer);
    }

    public void Remove(SwarmPeer peer)
    {
        _byId.Remove(peer.Id);
        Peers.Remove(peer);
        Mute(peer);
    }

    /// <summary>What a peer has counts no more: others, or the origin, are asked for it.</summary>
    public void Mute(SwarmPeer peer)
    {
        if (peer.IsMute)
            return;
        peer.IsMute = true;
        for (var piece = peer.Pieces.NextIn(0); piece is { } has; piece = peer.Pieces.NextIn(has.Value + 1))
            Choice.CountHolder(has, -1);
    }

    /// <summary>What a peer has counts again.</summary>
    public void Unmute(SwarmPeer peer)
    {
        if (!peer.IsMute)
            return;
        peer.IsMute = false;
        for (var piece = peer.Pieces.NextIn(0); piece is { } has; piece = peer.Pieces.NextIn(has.Value + 1))
            Count(has);
    }

    public bool IsWanted(int piece) => !Have.Contains(new PieceIndex(piece)) && !OnTheWay.Contains(new PieceIndex(piece));

    /// <summary>A peer has a piece now; false where that was known, or is of no use.</summary>
    public bool CountHas(SwarmPeer peer, PieceIndex piece)
    {
        if (OfOrigin.Contains(piece) || !peer.Pieces.Add(piece))
            return false;
        if (!peer.IsMute)
            Count(piece);
        return true;
    }

    /// <summary>A peer has a piece no more, or it is of no use; false where that was known.</summary>
    public bool CountLacks(SwarmPeer peer, PieceIndex piece)
    {
        if (!peer.Pieces.Remove(piece))
            return false;
        if (!peer.IsMute)
            Choice.CountHolder(piece, -1);
        return true;
    }

    void Count(PieceIndex piece)
    {
        Choice.CountHolder(piece, +1);
        if (IsWanted(piece.Value))
            Choice.Add(piece);
    }

    /// <summary>Wanted to on its way.</summary>
    public void Take(PieceIndex piece)
    {
        OnTheWay.Add(piece);
        Choice.Remove(piece);
    }

    /// <summary>On its way, or here, to wanted.</summary>
    public void GiveBack(PieceIndex piece)
    {
        OnTheWay.Remove(piece);
        if (IsWanted(piece.Value) && Choice.HoldersOf(piece) > 0)
            Choice.Add(piece);
    }

    /// <summary>Wanted or on its way to here.</summary>
    public void Store(PieceIndex piece)
    {
        OnTheWay.Remove(piece);
        Choice.Remove(piece);
        OfOrigin.Remove(piece);
        Have.Add(piece);
    }
}
