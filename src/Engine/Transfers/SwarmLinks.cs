using System.Net;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>The connections to the members of one swarm: who there is, and what they all are told. Owned by the transfer's loop.</summary>
sealed class SwarmLinks(Swarm swarm, SwarmSeat seat, PeerHub hub)
{
    readonly Dictionary<PeerId, PeerLink> _links = [];
    readonly HashSet<PeerMessage.Attest> _told = new(ReferenceEqualityComparer.Instance); // words about many pieces

    /// <summary>The connection to a member, or null.</summary>
    public PeerLink? Find(PeerId peer) => _links.GetValueOrDefault(peer);

    /// <summary>The peer speaks as a member on this very connection.</summary>
    public bool Has(PeerLink link) => Find(link.Peer) == link;

    /// <summary>A peer came into the swarm, or came anew by another connection; one that it is said of too late has made place for that one.</summary>
    public void Join(PeerLink link, PeerMessage.Meta meta, TimeSpan now)
    {
        if (!hub.Links.Contains(link))
            return;
        if (Find(link.Peer) is { } earlier && earlier != link)
            Lose(earlier, now);
        Introduce(link);
        _links[link.Peer] = link;
        swarm.Join(link.Peer, new PeerFacts(PeerFacts.WeightOf(meta.CapacityKiB), meta.Flags.HasFlag(MetaFlags.MayFetch)));
    }

    /// <summary>Who comes is told where the others take connections, and they where it does: so whoever knows one soon knows all.</summary>
    void Introduce(PeerLink link)
    {
        if (Has(link))
            return;
        // In a large swarm each cell is told of its own.
        var others = _links.Values.Where(other => IsOfUse(other.ListensAt) && swarm.Cells.CellOf(other.Peer) == swarm.Cells.CellOf(link.Peer)).Take(PeerLimits.EndpointsMax).ToArray();
        if (others.Length > 0)
            link.Tell(seat, channel => new PeerMessage.Peers(channel, [.. others.Select(other => other.ListensAt!)]));
        if (!IsOfUse(link.ListensAt))
            return;
        foreach (var other in others)
            other.Tell(seat, channel => new PeerMessage.Peers(channel, [link.ListensAt!]));
    }

    /// <summary>A link-local address means something to one link only.</summary>
    static bool IsOfUse(IPEndPoint? at) => at is { Address.IsIPv6LinkLocal: false };

    public void Lose(PeerLink link, TimeSpan now)
    {
        if (!Has(link))
            return;
        _links.Remove(link.Peer);
        swarm.Leave(link.Peer, now);
    }

    /// <summary>A member did wrong: it is refused from now on.</summary>
    public void Offend(PeerLink link, PieceIndex piece, string what, TimeSpan now)
    {
        hub.Offend(link, new Failure(DO_E_BAD_PIECE_HASH, $"{what} {piece} of swarm {seat.Swarm}"));
        Lose(link, now);
    }

    /// <summary>Tells everyone anew what is here, where some of it is here no more.</summary>
    public void TellBitmap()
    {
        for (var first = 0; first < seat.Layout.Count; first += PeerLimits.BitmapPiecesMax)
        {
            var from = first;
            TellAll(channel => seat.Bitmap(channel, hub.Slots.Queue, from));
        }
    }

    /// <summary>Tells one member which pieces are here, with the words about them first.</summary>
    public void TellPieces(PeerLink link, IReadOnlyList<PieceIndex> pieces)
    {
        foreach (var attest in pieces.Select(piece => seat.Attestations.Find(piece)).OfType<PeerMessage.Attest>().Distinct(ReferenceEqualityComparer.Instance).Cast<PeerMessage.Attest>())
            TellWord(link, attest);
        foreach (var some in pieces.Chunk(PeerLimits.HavePiecesMax))
            link.Tell(seat, channel => new PeerMessage.Have(channel, hub.Slots.Queue, some));
    }

    /// <summary>Tells all words to everyone who wants them.</summary>
    public void TellWords()
    {
        var words = seat.Attestations.All.ToList();
        _told.UnionWith(words);
        foreach (var link in Sharers.ToList())
            words.ForEach(word => TellWord(link, word));
    }

    /// <summary>Tells everyone of pieces that are here now.</summary>
    public void TellPieces(IReadOnlyList<PieceIndex> pieces)
    {
        var sharers = Sharers.ToList();
        foreach (var word in pieces.Select(seat.Attestations.Find).OfType<PeerMessage.Attest>().Where(IsToBeTold))
            sharers.ForEach(link => TellWord(link, word));
        foreach (var some in pieces.Chunk(PeerLimits.HavePiecesMax))
            sharers.ForEach(link => link.Tell(seat, channel => new PeerMessage.Have(channel, hub.Slots.Queue, some)));
    }

    /// <summary>Who has a manifest has no use for words.</summary>
    void TellWord(PeerLink link, PeerMessage.Attest word)
    {
        if (link.WantsWords(seat))
            link.Tell(seat, channel => word with { Channel = channel });
    }

    // Those who have come, and those who were told of all pieces and are not known to have come yet.
    IEnumerable<PeerLink> Sharers => hub.Links.Where(link => link.Shares(seat));

    // A word about one piece goes with that piece. One about many goes to all with the first of them: with each it would be a flood. Who comes later is told all words.
    bool IsToBeTold(PeerMessage.Attest word) => word.Pieces.Length == 1 || _told.Add(word);

    public void TellAll(Func<uint, PeerMessage> message)
    {
        foreach (var link in _links.Values)
            link.Tell(seat, message);
    }

    /// <summary>Tells those who do not have it that a piece is here, with the word about it first; and who brought it, who may wait for someone else to have it.
    /// What the origin shows of pieces that only words prove, all are told: who has it may have something else.</summary>
    public void TellPiece(PieceIndex piece, PeerMessage.Attest? attest, PeerLink? bringer)
    {
        if (attest is { Pieces.Length: > 1 } word)
        {
            if (IsToBeTold(word))
                Sharers.ToList().ForEach(link => TellWord(link, word));
            attest = null;
        }
        foreach (var peer in swarm.Peers)
        {
            if (Find(peer.Id) is not { } link || (link != bringer && peer.Pieces.Contains(piece) && !(seat.WantsAttestations && bringer is null)))
                continue;
            if (attest is not null && link != bringer)
                TellWord(link, attest);
            link.Tell(seat, channel => new PeerMessage.Have(channel, hub.Slots.Queue, [piece]));
        }
        foreach (var link in Sharers.Where(link => !Has(link)))
        {
            if (attest is not null)
                TellWord(link, attest);
            link.Tell(seat, channel => new PeerMessage.Have(channel, hub.Slots.Queue, [piece]));
        }
    }
}
