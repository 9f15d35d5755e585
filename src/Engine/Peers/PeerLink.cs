using System.Net;
using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>One connection to one agent, after the handshake: all swarms that both are in go over it.</summary>
/// <remarks>
/// Two loops: one reads, gives bytes to the pieces that they belong to (<see cref="PeerArrivals"/>) and everything else to the seats; one
/// writes (<see cref="PeerOutbox"/>). What the peer says is checked here against what a seat is about, so that seats get only what makes sense.
/// </remarks>
sealed class PeerLink
{
    readonly PeerConnection _connection;
    readonly PeerLinkTools _tools;
    readonly PeerOutbox _outbox;
    readonly PeerChannels _channels;
    readonly PeerArrivals _arrivals;
    readonly PeerBudget _budget;
    readonly CancellationTokenSource _stop = new();
    readonly long _startedAt;
    long _lastReadAt;
    Failure? _fault;

    public PeerLink(PeerConnection connection, bool isInitiator, PeerLinkTools tools)
    {
        (_connection, IsInitiator, _tools) = (connection, isInitiator, tools);
        _outbox = new PeerOutbox(connection, tools.Outbox);
        _arrivals = new PeerArrivals(this, connection, tools.Buffers, tools.Outbox.Time);
        _budget = new PeerBudget(tools.Outbox.Time);
        _channels = new PeerChannels(this, tools.Outbox);
        _startedAt = _lastReadAt = tools.Outbox.Time.GetTimestamp();
    }

    public PeerSession Session => _connection.Session;

    public PeerId Peer => Session.Peer;

    /// <summary>This agent made the connection.</summary>
    public bool IsInitiator { get; }

    public IPEndPoint Remote => _connection.Stream.Remote;

    /// <summary>Where the peer takes connections, or null.</summary>
    public IPEndPoint? ListensAt => Session.ListenPort == 0 ? null : new IPEndPoint(Remote.Address, Session.ListenPort);

    /// <summary>What went over it.</summary>
    public PeerTally Tally { get; } = new();

    /// <summary>Nothing came for so long.</summary>
    public TimeSpan Silence => _tools.Outbox.Time.GetElapsedTime(Volatile.Read(ref _lastReadAt));

    /// <summary>The peer does not read what it is sent.</summary>
    public bool IsStuck => _outbox.IsStuck;

    /// <summary>Some swarm is shared with it.</summary>
    public bool IsOfUse => _channels.IsAnyShared;

    /// <summary>Both are in a seat's swarm. Any thread.</summary>
    public bool Shares(SwarmSeat seat) => _channels.Shares(seat);

    /// <summary>The peer is in that swarm, too, and wants the words of members about its pieces. Any thread.</summary>
    public bool WantsWords(SwarmSeat seat) => _channels.WantsWords(seat);

    /// <summary>It waits for memory. Any thread.</summary>
    public bool IsWaiting => _arrivals.IsWaiting;

    /// <summary>How long the piece that is here in part holds memory. Any thread.</summary>
    public TimeSpan Held => _arrivals.Held;

    /// <summary>Frames that came. Any thread.</summary>
    public long Frames => _connection.Frames;

    /// <summary>A part of a frame is here, and the rest is the peer's to send. Any thread.</summary>
    public bool IsWithinFrame => _connection.IsWithinFrame && !IsWaiting;

    /// <summary>How long it stands.</summary>
    public TimeSpan Age => _tools.Outbox.Time.GetElapsedTime(_startedAt);

    /// <summary>Swarms that are shared with it.</summary>
    public int SharedCount => _channels.SharedCount;

    /// <summary>Bytes of pieces that it was sent.</summary>
    public long SentBytes => _outbox.PayloadBytes;

    /// <summary>A frame that does not go out gives its place among the uploads away.</summary>
    public void YieldSlot() => _outbox.YieldSlot();

    /// <summary>Says something; a peer that does not listen is hung up on.</summary>
    public void Post(PeerMessage message)
    {
        if (!_outbox.Post(message))
            Close();
    }

    /// <summary>Says something that is long, and is made when its turn comes.</summary>
    public void Post(Func<PeerMessage> make)
    {
        if (!_outbox.Post(make))
            Close();
    }

    /// <summary>Asks for a piece; what comes of it is told to the seat.</summary>
    public void Request(SwarmSeat seat, PieceIndex piece)
    {
        if (_channels.Ours(seat) is { } channel)
            Post(new PeerMessage.Request(channel, _arrivals.Expect(seat, piece), piece, 0, seat.Layout.LengthOf(piece)));
    }

    /// <summary>The piece is not wanted any more; bytes of it that still come are dropped.</summary>
    public void Cancel(SwarmSeat seat, PieceIndex piece)
    {
        foreach (var id in _arrivals.Cancel(seat, piece))
        {
            if (_channels.Ours(seat) is { } channel)
                Post(new PeerMessage.Cancel(channel, id));
        }
    }

    /// <summary>This agent has another seat in a swarm, or none any more: the peer is told, and so are the seats where it is in that swarm, too.</summary>
    public void Change(SwarmSeat? was, SwarmSeat? now)
    {
        if (was is not null)
            Leave(was);
        if (now is null)
            return;
        if (_channels.Open(now) is not { } fault)
            return;
        _fault = fault;
        Close();
    }

    void Leave(SwarmSeat seat)
    {
        _channels.Leave(seat);
        _arrivals.Leave(seat);
    }

    /// <summary>Says something to the peer's side of a swarm.</summary>
    public void Tell(SwarmSeat seat, Func<uint, PeerMessage> message)
    {
        if (_channels.Ours(seat) is { } channel)
            Post(message(channel));
    }

    public void Close() => _stop.Cancel();

    /// <summary>Runs until either side ends it; what the peer did wrong, or null.</summary>
    public async Task<Failure?> RunAsync(CancellationToken cancel)
    {
        using var registration = cancel.UnsafeRegister(static link => ((PeerLink)link!).Close(), this);
        var writing = WriteAsync();
        try
        {
            return await ReadAllAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Closed from this side.
            return _fault;
        }
        finally
        {
            Close();
            _outbox.Close();
            await EndAsync(writing);
        }
    }

    /// <summary>Lets go of everything, whatever became of the two loops.</summary>
    async Task EndAsync(Task writing)
    {
        try
        {
            await writing;
        }
        finally
        {
            await _connection.DisposeAsync();
            _arrivals.Close();
            _channels.LeaveAll();
        }
    }

    async Task WriteAsync()
    {
        try
        {
            await _outbox.RunAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Closed from this side.
        }
        Close();
    }

    /// <summary>Reads until the end of the connection; what was wrong with what came, or null.</summary>
    async Task<Failure?> ReadAllAsync(CancellationToken cancel)
    {
        while (true)
        {
            var read = await _connection.ReadAsync(cancel);
            Volatile.Write(ref _lastReadAt, _tools.Outbox.Time.GetTimestamp());
            var failure = !read.Succeeded ? read.Failure
                : read.Value is PeerMessage.Bytes head ? await _arrivals.TakeAsync(head, _connection.PayloadBytes, cancel)
                : _budget.Spend(read.Value) ?? Handle(read.Value);
            if (failure is not null)
                return failure.Code == DO_E_LOST_CONNECTION ? null : failure;
        }
    }

    Failure? Handle(PeerMessage message)
    {
        switch (message)
        {
            case PeerMessage.Ping(var token): Post(new PeerMessage.Pong(token)); return null;
            case PeerMessage.Pong: return null;
            case PeerMessage.Bye: Close(); return null;
            case PeerMessage.Meta meta: return _channels.Opened(meta);
            case PeerMessage.Leave(var channel): _channels.Left(channel); return null;
            case PeerMessage.Request request: return Serve(request);
            case PeerMessage.Cancel(var channel, var request): CancelUpload(channel, request); return null;
            case PeerMessage.Busy(_, var id, var code, var retry, _): _arrivals.Refused(id, code, TimeSpan.FromMilliseconds(retry)); return null;
            case PeerMessage.Peers(var channel, var endpoints): Introduce(channel, endpoints); return null;
            default: return _channels.Pass(message);
        }
    }

    void Introduce(uint theirs, IPEndPoint[] endpoints)
    {
        foreach (var endpoint in _channels.Theirs(theirs) is null ? [] : endpoints)
            _tools.Introduce(endpoint);
    }

    void CancelUpload(uint theirs, uint id)
    {
        if (_channels.Theirs(theirs) is { } seat && _channels.Ours(seat) is { } ours && !_outbox.Cancel(ours, id))
            Close();
    }

    Failure? Serve(PeerMessage.Request request)
    {
        if (_channels.Theirs(request.Channel) is not { } seat || _channels.Ours(seat) is not { } ours)
        {
            Post(new PeerMessage.Busy(request.Channel, request.Id, DO_E_SWARM_NOT_RUNNING, 10_000, _tools.Outbox.Slots.Queue));
            return null;
        }
        if (request.Piece.Value >= seat.Layout.Count || request.Offset + request.Length > seat.Layout.LengthOf(request.Piece))
            return new Failure(DO_E_INVALID_PEER_MSG, $"asks for bytes {request.Offset} to {request.Offset + request.Length - 1} of {request.Piece}, which there are not");
        if (!seat.Has(request.Piece))
            Post(new PeerMessage.Busy(ours, request.Id, DO_E_MISSING_PIECE, 1000, _tools.Outbox.Slots.Queue));
        else if (!_outbox.Post(new Upload(seat, ours, request with { Channel = ours })))
            Post(new PeerMessage.Busy(ours, request.Id, DO_E_NO_MORE_CONNECTIONS, 1000, _tools.Outbox.Slots.Queue));
        return null;
    }

    public override string ToString() => $"{Remote} ({Peer.ToString()[..8]})";
}

/// <summary>What connections need from around them.</summary>
/// <param name="Outbox">What they share on the way out.</param>
/// <param name="Buffers">Memory for pieces that come.</param>
/// <param name="Introduce">Told where others in a swarm take connections.</param>
sealed record PeerLinkTools(OutboxTools Outbox, PieceBuffers Buffers, Action<IPEndPoint> Introduce);
