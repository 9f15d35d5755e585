using Haul.Protocol.Contract;

namespace Haul.Engine.Peers;

/// <summary>How many messages a peer may send: so many at once, and so many a second. Whoever sends more floods. One user at a time.</summary>
/// <remarks>
/// Every number is several times what an honest peer comes to: at 1 Gbit/s and in pieces of 16 KiB it says HAVE and asks for 7600 pieces a
/// second. Within them a flood costs this agent some percent of a processor and some MiB.
/// </remarks>
sealed class PeerBudget(TimeProvider time)
{
    /// <summary>META and LEAVE: a peer may open 4096 swarms in the first second, and seldom one after that.</summary>
    readonly TokenBucket _channels = new(perSecond: 50, most: 16_384, time);

    /// <summary>BITMAP, where every 4096 pieces count as one more: those of the longest content four times over.</summary>
    readonly TokenBucket _bitmaps = new(perSecond: 200, most: 16_384, time);

    /// <summary>HAVE (where every 16 pieces count as one more), REQUEST, CANCEL and BUSY.</summary>
    readonly TokenBucket _pieces = new(perSecond: 20_000, most: 100_000, time);

    /// <summary>CLAIM, RENEW and RELEASE: six slices at a time, each renewed every second or so.</summary>
    readonly TokenBucket _claims = new(perSecond: 200, most: 4_000, time);

    /// <summary>ATTEST, where every 16 pieces count as one more: each costs a check of a signature.</summary>
    readonly TokenBucket _attests = new(perSecond: 1_000, most: 16_384, time);

    /// <summary>PEERS: one for each member that comes.</summary>
    readonly TokenBucket _peers = new(perSecond: 10, most: 1_024, time);

    /// <summary>PING and PONG: one in twenty seconds.</summary>
    readonly TokenBucket _signs = new(perSecond: 10, most: 200, time);

    /// <summary>Counts a message; an offence where it is one too many.</summary>
    public Failure? Spend(PeerMessage message)
    {
        var (bucket, cost) = message switch
        {
            PeerMessage.Meta or PeerMessage.Leave => (_channels, 1),
            PeerMessage.Bitmap bitmap => (_bitmaps, 1 + bitmap.Count / 4096),
            PeerMessage.Have have => (_pieces, 1 + have.Pieces.Length / 16),
            PeerMessage.Request or PeerMessage.Cancel or PeerMessage.Busy => (_pieces, 1),
            PeerMessage.Claim or PeerMessage.Renew or PeerMessage.Release => (_claims, 1),
            PeerMessage.Attest attest => (_attests, 1 + attest.Pieces.Length / 16),
            PeerMessage.Peers => (_peers, 1),
            PeerMessage.Ping or PeerMessage.Pong => (_signs, 1),
            // DATA has rules of its own, and the others end the connection.
            _ => (null, 0),
        };
        return bucket?.TryTake(cost) == false
            ? new Failure(HResults.DO_E_INVALID_PEER_MSG, $"floods this agent with {message.GetType().Name.ToUpperInvariant()}")
            : null;
    }

    /// <summary>Fills up with time, up to a measure.</summary>
    sealed class TokenBucket(int perSecond, int most, TimeProvider time)
    {
        double _left = most;
        long _filledAt = time.GetTimestamp();

        public bool TryTake(int count)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(most, _left + time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond);
            _filledAt = now;
            _left -= count;
            return _left >= 0;
        }
    }
}
