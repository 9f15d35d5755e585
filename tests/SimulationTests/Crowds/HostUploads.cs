using Haul.Engine.Pieces;

namespace Haul.SimulationTests.Crowds;

/// <summary>What a host sends to others: so much at a time, the rest in line.</summary>
sealed class HostUploads(Crowd crowd, CrowdHost host, FluidLink up)
{
    readonly List<Upload> _all = [];

    public int Count => _all.Count;

    /// <summary>False where too many wait.</summary>
    public bool Begin(CrowdHost to, PieceIndex piece, Action done)
    {
        if (_all.Count >= crowd.Plan.UploadQueue)
            return false;
        _all.Add(new Upload(to, piece, done));
        StartMore();
        return true;
    }

    public void Stop(CrowdHost to, PieceIndex piece) => Remove(upload => upload.To == to && upload.Piece == piece);

    public void StopFor(CrowdHost to) => Remove(upload => upload.To == to);

    public void StopAll() => Remove(_ => true);

    void Remove(Predicate<Upload> which)
    {
        foreach (var upload in _all.FindAll(which))
        {
            if (upload.Flow is { } flow)
            {
                crowd.Net.Stop(flow);
                upload.To.Counts.Waste(flow.Bytes - flow.LeftAt(crowd.Net.Now));
            }
            _all.Remove(upload);
        }
        StartMore();
    }

    void StartMore()
    {
        if (host.Fault == HostFault.Stalls)
            return;
        var free = crowd.Plan.UploadSlots - _all.Count(upload => upload.Flow is not null);
        for (var i = 0; i < _all.Count && free > 0; i++)
        {
            if (_all[i] is not { Flow: null } upload)
                continue;
            Send(upload);
            free--;
        }
    }

    /// <summary>The head of the first frame tells that the piece is coming.</summary>
    void Send(Upload upload)
    {
        upload.Flow = crowd.Net.Send(crowd.Layout.LengthOf(upload.Piece), up, upload.To.Down, () => End(upload));
        crowd.Net.After(crowd.About(crowd.Plan.Latency), () => upload.To.Brings(host, 0));
    }

    void End(Upload upload)
    {
        _all.Remove(upload);
        StartMore();
        upload.Done();
    }

    sealed record Upload(CrowdHost To, PieceIndex Piece, Action Done)
    {
        public FluidFlow? Flow { get; set; }
    }
}
