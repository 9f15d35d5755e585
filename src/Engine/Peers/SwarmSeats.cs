using Haul.Engine.Swarms;

namespace Haul.Engine.Peers;

/// <summary>This agent's seats. Of several in one swarm the one that was taken last counts, and when it is left, the one before it.</summary>
/// <remarks>Seats are taken and left by any thread. What connections know of them follows in the hub's loop, one swarm at a time: see <see cref="Settle"/>.</remarks>
sealed class SwarmSeats
{
    readonly Lock _gate = new();
    readonly Dictionary<SwarmId, List<SwarmSeat>> _taken = [];
    readonly Dictionary<SwarmId, SwarmSeat> _settled = []; // the loop's

    /// <summary>The seats that connections know. The loop's.</summary>
    public IReadOnlyCollection<SwarmSeat> Settled => _settled.Values;

    /// <summary>The seat that counts in a swarm, or null. Any thread.</summary>
    public SwarmSeat? Find(SwarmId swarm)
    {
        lock (_gate)
            return _taken.TryGetValue(swarm, out var seats) ? seats[^1] : null;
    }

    /// <summary>The seat of a content that is kept, or null; it need not be the one that counts. Any thread.</summary>
    public SwarmSeat? FindKept(SwarmId swarm)
    {
        lock (_gate)
            return _taken.GetValueOrDefault(swarm)?.FindLast(seat => seat is { Kept: not null, IsComplete: true });
    }

    /// <summary>A seat is taken; one that was taken before counts again. Any thread.</summary>
    /// <param name="seat">Which.</param>
    /// <param name="isSpare">It counts where there is no other.</param>
    public void Take(SwarmSeat seat, bool isSpare)
    {
        lock (_gate)
        {
            if (!_taken.TryGetValue(seat.Swarm, out var seats))
                _taken.Add(seat.Swarm, seats = []);
            seats.Remove(seat);
            seats.Insert(isSpare ? 0 : seats.Count, seat);
        }
    }

    /// <summary>A seat is left for good. Any thread.</summary>
    public void Leave(SwarmSeat seat)
    {
        lock (_gate)
        {
            if (_taken.TryGetValue(seat.Swarm, out var seats) && seats.Remove(seat) && seats.Count == 0)
                _taken.Remove(seat.Swarm);
        }
    }

    /// <summary>Which seat connections knew in a swarm, and which one they are to know from now on. The loop's.</summary>
    public (SwarmSeat? Was, SwarmSeat? Is) Settle(SwarmId swarm)
    {
        var (was, now) = (_settled.GetValueOrDefault(swarm), Find(swarm));
        if (now is null)
            _settled.Remove(swarm);
        else
            _settled[swarm] = now;
        return (was, now);
    }
}
