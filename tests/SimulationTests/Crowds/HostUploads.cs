namespace Haul.SimulationTests.Crowds;

/// <summary>What a host sends to others: so much at a time, the rest in line.</summary>
sealed class HostUploads(FluidNet net, int max)
{
    readonly List<Upload> _all = [];

    public int Count => _all.Count;

    public void Begin(CrowdHost to, int piece, double bytes, int[] links, Action done)
    {
        _all.Add(new Upload(to, piece, bytes, links, done));
        StartMore();
    }

    public void Stop(CrowdHost to, int piece) => Remove(upload => upload.To == to && upload.Piece == piece);

    public void StopFor(CrowdHost to) => Remove(upload => upload.To == to);

    public void StopAll() => Remove(_ => true);

    void Remove(Predicate<Upload> which)
    {
        foreach (var upload in _all.FindAll(which))
        {
            if (upload.Flow is { } flow)
                net.Stop(flow);
            _all.Remove(upload);
        }
        StartMore();
    }

    void StartMore()
    {
        foreach (var upload in _all.Take(max).Where(upload => upload.Flow is null))
        {
            upload.Flow = net.Send(upload.Bytes, upload.Links, () =>
            {
                _all.Remove(upload);
                StartMore();
                upload.Done();
            });
        }
    }

    sealed record Upload(CrowdHost To, int Piece, double Bytes, int[] Links, Action Done)
    {
        public FluidNet.Flow? Flow { get; set; }
    }
}
