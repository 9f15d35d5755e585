using Haul.Engine.Sources;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Watches;

/// <summary>No limit of the policy is exceeded at any moment, and what was taken is given back in the end.</summary>
sealed class LimitWatch(SimWorld world)
{
    public void Look(EngineLife life)
    {
        var total = 0;
        foreach (var host in world.Net.Hosts)
        {
            total += host.Connections;
            if (host.Connections > world.Policy.OriginConnectionsMax)
                world.Break($"{host.Connections} connections to {host.Name}, and {world.Policy.OriginConnectionsMax} are allowed");
        }
        if (total > SourceLimits.ConnectionsMax)
            world.Break($"{total} connections, and {SourceLimits.ConnectionsMax} are allowed");
        if (life.Disk.OpenFiles - life.Disk.OpenCheckpoints > world.Policy.TransfersMax)
            world.Break($"{life.Disk.OpenFiles - life.Disk.OpenCheckpoints} files are being written, and {world.Policy.TransfersMax} are allowed at a time");
    }

    public static void AfterStop(SimWorld world, EngineLife life)
    {
        var tools = life.Engine.Tools;
        Is(0, life.Unanswered, "calls without an answer");
        Is(0, world.Net.Connections, "connections");
        Is(0, life.Disk.OpenFiles, "open files");
        Is(0, life.Lane.Clock.Pending, "timers");
        Is(0, tools.Buffers.InUse, "buffers");
        Is(0, tools.Slots.InUse, "slots of origins");

        void Is(int wanted, int left, string what)
        {
            if (left != wanted)
                throw new InvalidOperationException($"{left} {what} are left after the engine has stopped");
        }
    }
}
