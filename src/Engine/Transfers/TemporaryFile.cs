using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Store;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Transfers;

/// <summary>The file in which a transfer's content grows, and what earlier runs saw stand in it. Owned by the transfer's loop.</summary>
sealed class TemporaryFile(TransferRequest request, TransferTools tools) : IDisposable
{
    bool _wasThere;

    /// <summary>The file, once it is open.</summary>
    public PieceFile? File { get; private set; }

    /// <summary>Recorded pieces that need not be read again.</summary>
    public SeenPieces Seen { get; private set; } = SeenPieces.None;

    /// <summary>Opens what an earlier run left. A file that is not the recorded one by number will do: some volumes are numbered anew at each
    /// start of the system, and every piece that this start has not seen is held against its hash anyway.</summary>
    public bool TryReopen(FileIdentity recorded) => File is not null || Reopen(recorded) || Reopen(null);

    bool Reopen(FileIdentity? recorded)
    {
        if (tools.Disk.Open(request.Caller, request.TemporaryPath, recorded, out var file) is not null)
            return false;
        (File, _wasThere) = (new PieceFile(file!), true);
        return true;
    }

    /// <summary>Makes the file where there is none, and takes its space where it is fresh.</summary>
    /// <param name="length">Bytes, or -1 where only the end tells.</param>
    /// <param name="isFresh">Nothing of an earlier run is in it.</param>
    public Failure? Open(long length, bool isFresh)
    {
        var isNew = File is null;
        if (isNew && Create() is { } failure)
            return failure;
        // A small new file takes its space as it is written: to ask for it first costs more than it tells.
        var isSmall = isNew && length <= PieceLayout.StandardPieceSize;
        return isFresh && length >= 0 && !isSmall ? File!.Allocate(length) : null;
    }

    /// <summary>Makes the file; one that stands there is what a crash left before it was recorded.</summary>
    Failure? Create()
    {
        var failure = tools.Disk.Create(request.Caller, request.TemporaryPath, out var file);
        if (failure?.Code == ERROR_FILE_EXISTS)
            failure = tools.Disk.Delete(request.Caller, request.TemporaryPath, null) ?? tools.Disk.Create(request.Caller, request.TemporaryPath, out file);
        File = file is null ? null : new PieceFile(file);
        return failure;
    }

    /// <summary>Begins to keep what is seen, and finds what was; what an earlier run kept of the file is gone before it is written to.</summary>
    /// <param name="layout">The content's layout; null where nobody told the length.</param>
    /// <param name="recorded">Pieces that an earlier run left.</param>
    public Failure? Begin(PieceLayout? layout, IReadOnlyList<(PieceIndex, PieceHash)> recorded)
    {
        if (tools.Checkpoints is not { } checkpoints || (!_wasThere && File!.Checkpoint is null && (layout is null || layout.Count < checkpoints.PiecesMin)))
            return null;
        var failure = checkpoints.Begin(File!, layout, recorded, out var seen);
        Seen = seen;
        return failure;
    }

    /// <summary>Nothing that was seen counts any more, nor what a hasher of now still finds out. Where that cannot be written down, nothing can be
    /// written to the file either.</summary>
    public void Void()
    {
        Seen = SeenPieces.None;
        _ = File?.Checkpoint?.Void();
    }

    /// <summary>Lets go of the file. What was seen stays known until its job ends: before that, a kill may come between the end and the record of it.</summary>
    public void Dispose() => File?.Dispose();
}
