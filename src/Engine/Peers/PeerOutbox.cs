using Haul.Engine.Bandwidth;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.Engine.Peers;

/// <summary>What goes out on one connection: messages first, then the pieces that were asked for, one after another.</summary>
/// <remarks>
/// One loop writes. Between two frames of a piece all waiting messages go out, so none waits longer than a frame takes. A piece is read
/// from the file when its turn comes: what waits costs no memory, however slow the reader is.
/// </remarks>
sealed class PeerOutbox(PeerConnection connection, OutboxTools tools)
{
    /// <summary>Messages that may wait: whoever lets more come together does not read.</summary>
    public const int MessagesMax = 4096;

    /// <summary>Requests that may wait on one connection; further ones are refused.</summary>
    public const int RequestsMax = 128;

    /// <summary>How long a peer is sent away whose piece is not here any more.</summary>
    const int GoneMilliseconds = 10_000;

    readonly Mailbox<Item> _mailbox = new();
    readonly LinkedList<Upload> _uploads = [];
    ITimer? _rest;
    readonly UnsentLimit _unsent = new(connection.Stream, tools.Time);
    readonly FrameLength _length = new();
    int _messages;
    int _requests;
    int _slot; // 1 where there is one; whoever takes it away gives it back
    bool _waitsForSlot;
    bool _rests; // for as long as the limit wants: messages go out meanwhile

    /// <summary>A frame that takes longer than this goes to someone who does not read: at 64 KiB, less than 2 KB/s.</summary>
    static readonly TimeSpan _frameTimeMax = TimeSpan.FromSeconds(30);

    long _payloadBytes;
    long _sendingSince;

    /// <summary>Bytes of pieces that were written. Any thread.</summary>
    public long PayloadBytes => Volatile.Read(ref _payloadBytes);

    /// <summary>The peer does not read. Any thread.</summary>
    public bool IsStuck => Volatile.Read(ref _sendingSince) is var since and > 0 && tools.Time.GetElapsedTime(since) > _frameTimeMax;

    /// <summary>Puts a message in line; false where too many wait, or the connection is closed.</summary>
    public bool Post(PeerMessage message) => Post(new Item { Message = message });

    /// <summary>Puts a message in line that is made when its turn comes: what waits costs no memory. False as above.</summary>
    public bool Post(Func<PeerMessage> make) => Post(new Item { Make = make });

    bool Post(Item item) => Interlocked.Increment(ref _messages) <= MessagesMax && _mailbox.Post(item);

    /// <summary>Puts a piece in line; false where too many wait.</summary>
    public bool Post(Upload upload)
    {
        if (Interlocked.Increment(ref _requests) > RequestsMax)
        {
            Interlocked.Decrement(ref _requests);
            return false;
        }
        tools.Slots.Count(+1);
        if (_mailbox.Post(new Item { Upload = upload }))
            return true;
        tools.Slots.Count(-1);
        return false;
    }

    /// <summary>A piece is not wanted any more; false where too much waits, or the connection is closed.</summary>
    public bool Cancel(uint channel, uint id) => Post(new Item { Cancelled = (channel, id) });

    /// <summary>Whose frame does not go out gives its slot to another connection: a short frame sooner. Any thread.</summary>
    public void YieldSlot()
    {
        var patience = PeerHubLimits.SlotTimeMax * Math.Max(FrameLength.Least, _length.Last) / PeerLimits.PayloadBytesMax;
        if (Volatile.Read(ref _sendingSince) is var since and > 0 && tools.Time.GetElapsedTime(since) > patience)
            ReleaseSlot();
    }

    public void Close() => _mailbox.Close();

    /// <summary>Writes until it is closed or the connection breaks.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var rest = _rest = tools.Time.CreateTimer(_ => _mailbox.Post(new Item { IsRested = true }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (await SendMessagesAsync(cancel) && await SendNextAsync(cancel) && (IsSending || await _mailbox.WaitAsync()))
            {
                // One frame of a piece after the other, with messages between them.
            }
        }
        finally
        {
            _mailbox.Close();
            DropAll();
        }
    }

    bool IsSending => _uploads.Count > 0 && !_waitsForSlot && !_rests;

    async ValueTask<bool> SendMessagesAsync(CancellationToken cancel)
    {
        while (_mailbox.TryTake(out var item))
        {
            if (item.IsCounted)
                Interlocked.Decrement(ref _messages);
            if ((item.Message ?? item.Make?.Invoke()) is not { } message)
            {
                Book(item);
                continue;
            }
            Volatile.Write(ref _sendingSince, tools.Time.GetTimestamp());
            if (!await connection.SendAsync(message, cancel))
                return false;
            Volatile.Write(ref _sendingSince, 0);
        }
        return true;
    }

    void Book(Item item)
    {
        if (item.IsRested)
            _rests = false;
        else if (item.Upload is { } upload)
            _uploads.AddLast(upload);
        else if (item.Cancelled is { } cancelled)
            Remove(cancelled.Channel, cancelled.Id);
        else
            (_slot, _waitsForSlot) = (1, false);
        if (_uploads.Count == 0)
            ReleaseSlot();
    }

    void Remove(uint channel, uint id)
    {
        for (var node = _uploads.First; node is not null; node = node.Next)
        {
            if (node.Value.Request.Channel != channel || node.Value.Request.Id != id)
                continue;
            Finish(node);
            return;
        }
    }

    void Finish(LinkedListNode<Upload> node)
    {
        _uploads.Remove(node);
        Interlocked.Decrement(ref _requests);
        tools.Slots.Count(-1);
    }

    void ReleaseSlot()
    {
        if (Interlocked.Exchange(ref _slot, 0) == 1)
            tools.Slots.Release();
    }

    /// <summary>Sends the next frame of the first piece in line, if there is a slot for it.</summary>
    async ValueTask<bool> SendNextAsync(CancellationToken cancel)
    {
        if (_uploads.First is not { } first || _rests)
            return true;
        if (!HasSlot())
            return true;
        var upload = first.Value;
        // Between the request and its turn the piece may have turned out to be false.
        var isMissing = upload.Sent == 0 && !upload.Seat.Has(upload.Request.Piece);
        using var file = isMissing ? null : upload.Seat.Lend();
        if (file is null)
        {
            Finish(first);
            ReleaseSlot();
            var code = isMissing ? HResults.DO_E_MISSING_PIECE : HResults.DO_E_SWARM_NOT_RUNNING;
            return await connection.SendAsync(new PeerMessage.Busy(upload.Channel, upload.Request.Id, code, GoneMilliseconds, tools.Slots.Queue), cancel);
        }
        var count = _length.Next(upload.Request.Length - upload.Sent);
        if (!await SendAsync(upload, file, count, cancel))
            return false;
        upload.Sent += count;
        Interlocked.Add(ref _payloadBytes, count);
        if (upload.Sent == upload.Request.Length)
        {
            Finish(first);
            ReleaseSlot();
        }
        return true;
    }

    /// <summary>There is a slot; without one it stands in line for one.</summary>
    bool HasSlot()
    {
        if (Volatile.Read(ref _slot) == 1)
            return true;
        if (_waitsForSlot)
            return false;
        // The connection may have ended while it stood in line.
        _slot = tools.Slots.TryTake(() => _mailbox.Post(default)) ? 1 : 0;
        _waitsForSlot = _slot == 0;
        return !_waitsForSlot;
    }

    async ValueTask<bool> SendAsync(Upload upload, LentFile file, int count, CancellationToken cancel)
    {
        var request = upload.Request;
        var head = new PeerMessage.Bytes(upload.Channel, request.Id, request.Offset + upload.Sent);
        Volatile.Write(ref _sendingSince, tools.Time.GetTimestamp());
        if (!await upload.Seat.SendAsync(connection, head, file, (request.Piece, count), cancel))
            return false;
        var took = tools.Time.GetElapsedTime(Volatile.Read(ref _sendingSince));
        _unsent.Sent(count, took);
        _length.Sent(count, took);
        Volatile.Write(ref _sendingSince, 0);
        if (tools.Limit?.Book(count) is { } pause && pause > TimeSpan.Zero)
            _rests = _rest!.Change(pause, Timeout.InfiniteTimeSpan);
        return true;
    }

    void DropAll()
    {
        while (_mailbox.TryTake(out var item))
        {
            if (item.Upload is not null)
                tools.Slots.Count(-1);
            else if (item is { IsCounted: false, IsRested: false })
                _slot = 1;
        }
        tools.Slots.Count(-_uploads.Count);
        ReleaseSlot();
    }

    /// <summary>A message, a piece, a cancelled piece, the end of a rest, or with none of them word of a slot.</summary>
    readonly record struct Item
    {
        public PeerMessage? Message { get; init; }
        public Func<PeerMessage>? Make { get; init; }
        public Upload? Upload { get; init; }
        public (uint Channel, uint Id)? Cancelled { get; init; }
        public bool IsRested { get; init; }

        /// <summary>One of those of which only so many may wait.</summary>
        public bool IsCounted => Message is not null || Make is not null || Cancelled is not null;
    }
}

/// <summary>A piece that a peer asked for.</summary>
/// <param name="Seat">Where it is read.</param>
/// <param name="Channel">Our number of the swarm.</param>
/// <param name="Request">What was asked.</param>
sealed record Upload(SwarmSeat Seat, uint Channel, PeerMessage.Request Request)
{
    /// <summary>Bytes that were sent.</summary>
    public int Sent { get; set; }
}

/// <summary>What all connections share on the way out.</summary>
/// <param name="Slots">Pieces at a time.</param>
/// <param name="Limit">How fast, or null.</param>
/// <param name="Time">The clock.</param>
sealed record OutboxTools(UploadSlots Slots, RateLimit? Limit, TimeProvider Time);
