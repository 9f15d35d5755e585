using System.Runtime.CompilerServices;
using Haul.Engine;
using Haul.Engine.Peers;
using Haul.Engine.Store;
using Haul.Engine.Swarms;

namespace Haul.SimulationTests.Sites;

/// <summary>What engines show to nobody, and what must be right all the same: which pieces they offer, and the memory of pieces that come.</summary>
static class SiteInsides
{
    public static SwarmSeat? SeatOf(HaulEngine engine, SwarmId swarm) => SeatsOf(engine.Peers!.Hub).Find(swarm);

    public static PieceBuffers BuffersOf(PeerHub hub) => EntranceOf(hub).LinkTools.Buffers;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_seats")]
    static extern ref SwarmSeats SeatsOf(PeerHub hub);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entrance")]
    static extern ref PeerEntrance EntranceOf(PeerHub hub);
}
