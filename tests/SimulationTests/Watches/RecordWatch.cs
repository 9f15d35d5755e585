using Haul.Engine.Jobs;
using Haul.Engine.Pieces;
using Haul.SimulationTests.World;

namespace Haul.SimulationTests.Watches;

/// <summary>What is recorded of a file's bytes is on the disk, unless the power went.</summary>
sealed class RecordWatch(SimWorld world, PlacedWatch placed)
{
    public void Look(JobStore store, IReadOnlyList<Job> jobs)
    {
        foreach (var job in jobs)
        {
            foreach (var file in job.Files)
                Look(store, job, file);
        }
    }

    void Look(JobStore store, Job job, JobFile file)
    {
        if (world.PowerWasLost || file.Temporary is not { } identity || file.IsCompleted)
            return;
        if (world.Volume.Find(file.TemporaryPath) is not { } inode || inode.Identity != identity)
            return;
        if (file.IsTransferred && placed.Refusal(file.Asked.LocalName, inode) is { } wrong)
            world.Break($"{job.DisplayName}, file {file.Index}, is recorded as transferred: {wrong}");
        foreach (var (piece, hash) in store.LoadPieces(job.Id, file.Index))
        {
            var layout = new PieceLayout(file.Length);
            var offset = (int)layout.OffsetOf(piece);
            var length = layout.LengthOf(piece);
            if (offset + length > inode.Length || PieceHash.Of(inode.Bytes.Slice(offset, length)) != hash)
                world.Break($"{job.DisplayName}, file {file.Index}: {piece} is recorded, and other bytes are on the disk");
        }
    }
}
