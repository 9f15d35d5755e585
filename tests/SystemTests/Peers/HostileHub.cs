using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Policies;
using Haul.Engine.Swarms;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Peers;

/// <summary>A real hub on loopback with two swarms, of one of which it has everything and of the other nothing.</summary>
sealed class HostileHub : IAsyncDisposable
{
    public const int PieceCount = 4;

    /// <summary>What the first of two hubs has and the other wants, and the other way round.</summary>
    public static readonly (TestContent One, TestContent Other) Contents = (new TestContent(81, 3_500_000), new TestContent(82, 3_700_000));

    readonly Channel<SwarmNews> _pieces = Channel.CreateUnbounded<SwarmNews>();
    readonly Channel<SwarmNews> _news = Channel.CreateUnbounded<SwarmNews>();
    readonly PeerIdentity _identity = PeerIdentity.Of(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    readonly CancellationTokenSource _stop = new();
    readonly Task _running;

    /// <param name="group">Whose member it is.</param>
    /// <param name="has">What it has.</param>
    /// <param name="wants">What it has nothing of.</param>
    /// <param name="policy">What it may do.</param>
    /// <param name="time">Its clock.</param>
    public HostileHub(GroupKey group, TestContent has, TestContent wants, PeerPolicy? policy = null, TimeProvider? time = null)
    {
        var all = new Policy { Peers = (policy ?? new PeerPolicy()) with { Mode = DownloadMode.Lan, ListenAt = new IPEndPoint(IPAddress.Loopback, 0) } };
        Hub = new PeerHub(new PeerHubTools(new SocketNetwork(TimeProvider.System), _identity, group, () => all, time ?? TimeProvider.System));
        Assert.Null(Hub.Listen(new IPEndPoint(IPAddress.Loopback, 0)));
        (Given, Wanted) = (SeatOf(has, group), SeatOf(wants, group));
        Given.AddAll();
        Wanted.Post = Note;
        _running = Hub.RunAsync(_stop.Token);
        Hub.Take(Given);
        Hub.Take(Wanted);
    }

    public PeerHub Hub { get; }

    public IPEndPoint At => new(IPAddress.Loopback, Hub.Port);

    public PeerId Id => _identity.Id;

    public SwarmSeat Given { get; }

    public SwarmSeat Wanted { get; }

    /// <summary>What the seat that wants was told, whole pieces apart, which are given back.</summary>
    public ChannelReader<SwarmNews> News => _news.Reader;

    /// <summary>The name of a content by the hash of the whole.</summary>
    public static ContentId WholeOf(TestContent content) => new(ContentIdKind.Whole, PieceHash.Read(Convert.FromHexString(content.Sha256())), content.Length);

    /// <summary>The place of a content in a group.</summary>
    public static SwarmSeat SeatOf(TestContent content, GroupKey group) => SeatOf(WholeOf(content), content, group);

    /// <summary>The same, with bytes that may be others.</summary>
    public static SwarmSeat SeatOf(ContentId id, TestContent bytes, GroupKey group)
    {
        var file = new LentFile(new ContentFile(bytes));
        return new SwarmSeat(group.SwarmOf(id), new PieceLayout(bytes.Length), file.Lend) { Group = group, WantsAttestations = true, MayFetch = true };
    }

    /// <summary>Gets every piece of what it wants from a peer, and holds it against what it should be.</summary>
    public async Task FetchAsync(PeerId from, TestContent content)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        for (var i = 0; i < Wanted.Layout.Count; i++)
        {
            var piece = new PieceIndex(i);
            while (await TryFetchAsync(from, piece, patience.Token) is var bytes)
            {
                if (bytes is null)
                    continue;
                Assert.Equal(content.Bytes(Wanted.Layout.OffsetOf(piece), Wanted.Layout.LengthOf(piece)), bytes);
                break;
            }
        }
    }

    /// <summary>Waits for the connection with a peer with which a swarm is shared.</summary>
    public async Task<PeerLink> LinkAsync(PeerId peer)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (true)
        {
            if (Hub.Links.FirstOrDefault(link => link.Peer == peer && link.IsOfUse) is { } link)
                return link;
            await PauseAsync(patience.Token);
        }
    }

    /// <summary>Waits until a peer is refused, and tells why.</summary>
    public async Task<PeerBan> BannedAsync(PeerId peer)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (true)
        {
            if (Hub.Banned.FirstOrDefault(ban => ban.Peer == peer) is { } ban)
                return ban;
            await PauseAsync(patience.Token);
        }
    }

    /// <summary>Waits until there is no connection with a peer.</summary>
    public async Task GoneAsync(PeerId peer)
    {
        using var patience = new CancellationTokenSource(RunningProgram.Patience, TimeProvider.System);
        while (Hub.Links.Any(link => link.Peer == peer))
            await PauseAsync(patience.Token);
    }

    public static Task PauseAsync(CancellationToken cancel) => Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancel);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(RunningProgram.Patience, TimeProvider.System);
        _identity.Dispose();
        _stop.Dispose();
    }

    async Task<byte[]?> TryFetchAsync(PeerId from, PieceIndex piece, CancellationToken cancel)
    {
        if (Hub.Links.FirstOrDefault(link => link.Peer == from && link.IsOfUse) is not { } link)
        {
            await PauseAsync(cancel);
            return null;
        }
        link.Request(Wanted, piece);
        while (true)
        {
            switch (await _pieces.Reader.ReadAsync(cancel))
            {
                case SwarmNews.Came(var bringer, var which, var buffer) when bringer == link && which == piece:
                    var bytes = buffer.Span.ToArray();
                    buffer.Release();
                    return bytes;
                case SwarmNews.Came came:
                    came.Buffer.Release();
                    break;
                case SwarmNews.Left(var gone) when gone == link:
                    return null;
                case SwarmNews.Refused(var refuser, _, _) when refuser == link:
                    await PauseAsync(cancel);
                    return null;
            }
        }
    }

    // Both see it all but the memory of pieces, which has one owner.
    void Note(SwarmNews news)
    {
        _pieces.Writer.TryWrite(news);
        if (news is not SwarmNews.Came)
            _news.Writer.TryWrite(news);
    }

    /// <summary>A file that is made up as it is read.</summary>
    sealed class ContentFile(TestContent content) : IDiskFile
    {
        public FileIdentity Identity => default;

        public long Length => content.Length;

        public Haul.Protocol.Contract.Failure? Read(long offset, Span<byte> bytes)
        {
            content.Read(offset, bytes);
            return null;
        }

        public Haul.Protocol.Contract.Failure? Allocate(long length) => throw new NotSupportedException();

        public Haul.Protocol.Contract.Failure? Write(long offset, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

        public Haul.Protocol.Contract.Failure? Give(Caller owner) => throw new NotSupportedException();

        public Haul.Protocol.Contract.Failure? Flush() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
