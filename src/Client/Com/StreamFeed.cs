using System.Security.Cryptography;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Client.Com;

/// <summary>Brings the bytes of a download or file to the client's stream, in order, as they become proved, on a thread of its own.</summary>
/// <remarks>
/// What the stream took cannot be taken back. After a break the agent sends from the front again: what the stream has is passed over, if it
/// is the same; else the content changed, and that is a failure as one of the stream itself is.
/// </remarks>
sealed class StreamFeed(IFed fed, ClientStream stream)
{
    const int ReadBytes = 256 << 10;

    /// <summary>Between tries to reach an agent that is gone, or whose answer broke off.</summary>
    static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    readonly object _gate = new();
    Part? _part;

    /// <summary>The client's stream.</summary>
    public ClientStream Stream => stream;

    /// <summary>It was started: feeds on, or from the front of another part.</summary>
    public void Begin(bool isOther)
    {
        Part? before = null;
        lock (_gate)
        {
            if (_part is null || isOther)
            {
                before = _part;
                _part = new Part();
            }
            _part.Failure = S_OK;
            if (_part.IsFeeding || _part.IsWhole)
                return;
            _part.IsFeeding = true;
            var part = _part;
            new Thread(() => Run(part)) { IsBackground = true, Name = "haul stream" }.Start();
        }
        before?.Stop();
    }

    /// <summary>It has ended: nothing more is written, and the stream is let go of.</summary>
    public void End()
    {
        Part? last;
        lock (_gate)
            last = _part;
        last?.Stop();
        stream.Stop();
        stream.Release();
    }

    /// <summary>Returns when nothing is written any more.</summary>
    public void Wait()
    {
        lock (_gate)
        {
            while (_part is { IsFeeding: true })
                Monitor.Wait(_gate);
        }
    }

    /// <summary>How far it is; null while nothing was started.</summary>
    public StreamFront? Front
    {
        get
        {
            lock (_gate)
                return _part is null ? null : new StreamFront(_part.IsWhole, _part.Given, _part.Failure);
        }
    }

    void Run(Part part)
    {
        var failure = S_OK;
        while (!part.IsStopped && !part.IsWhole && failure.Succeeded)
        {
            failure = FeedOnce(part);
            if (!part.IsStopped && !part.IsWhole && failure.Succeeded)
                Rest();
        }
        lock (_gate)
        {
            part.Failure = failure;
            part.IsFeeding = false;
            Monitor.PulseAll(_gate);
        }
        while (!part.IsStopped && !fed.Tell(failure))
            Rest();
    }

    static void Rest() => Task.Delay(RetryDelay, TimeProvider.System).GetAwaiter().GetResult();

    /// <summary>Feeds until the end or a break; a failure is for good.</summary>
    HResult FeedOnce(Part part)
    {
        try
        {
            var opened = fed.OpenContent(part.Stopped);
            if (!opened.Succeeded)
                return opened.Code == DO_E_NO_SERVICE || opened.Code == DO_E_NO_MORE_CONNECTIONS ? S_OK : opened.Code;
            using var body = opened.Value;
            var buffer = new byte[ReadBytes];
            if (!part.Passes(body, buffer))
                return BG_E_REMOTE_FILE_CHANGED;
            while (part.Read(body, buffer) is > 0 and var count)
            {
                var code = stream.Write(buffer.AsSpan(0, count), out var taken);
                part.Give(buffer.AsSpan(0, taken));
                if (code.Failed)
                    return code;
            }
            part.IsWhole = true;
            return S_OK;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // Broken off. What has ended is no more; anything else is read anew.
            return S_OK;
        }
    }

    /// <summary>What one start asked for, and what of it the stream has.</summary>
    sealed class Part
    {
        readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long _given;
        readonly CancellationTokenSource _stop = new();
        volatile bool _isWhole;

        public bool IsFeeding { get; set; }

        public HResult Failure { get; set; }

        public bool IsStopped => _stop.IsCancellationRequested;

        public CancellationToken Stopped => _stop.Token;

        /// <summary>The stream has all.</summary>
        public bool IsWhole
        {
            get => _isWhole;
            set => _isWhole = value;
        }

        /// <summary>Bytes that the stream has.</summary>
        public long Given => Volatile.Read(ref _given);

        public void Give(ReadOnlySpan<byte> bytes)
        {
            _digest.AppendData(bytes);
            Volatile.Write(ref _given, _given + bytes.Length);
        }

        /// <summary>Ends a read that waits.</summary>
        public void Stop() => _stop.Cancel();

        /// <summary>Waits for bytes; 0 at the end.</summary>
        public int Read(Stream body, Memory<byte> into) => body.ReadAsync(into, _stop.Token).AsTask().GetAwaiter().GetResult();

        /// <summary>Passes over what the stream has; false if it is not what the stream has.</summary>
        public bool Passes(Stream body, byte[] buffer)
        {
            if (_given == 0)
                return true;
            using var other = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var left = _given; left > 0;)
            {
                var count = Read(body, buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
                if (count == 0)
                    return false;
                other.AppendData(buffer.AsSpan(0, count));
                left -= count;
            }
            return other.GetCurrentHash().AsSpan().SequenceEqual(_digest.GetCurrentHash());
        }
    }
}

/// <summary>How far a stream is.</summary>
/// <param name="IsWhole">It has all.</param>
/// <param name="GivenBytes">What it has.</param>
/// <param name="Failure">Why it takes no more; S_OK where it does.</param>
readonly record struct StreamFront(bool IsWhole, long GivenBytes, HResult Failure);
