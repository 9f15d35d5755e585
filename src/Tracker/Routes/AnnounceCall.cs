using System.Buffers;
using Haul.Tracker.Announces;
using Haul.Tracker.Swarms;
using Microsoft.Extensions.ObjectPool;

namespace Haul.Tracker.Routes;

/// <summary>What one announce needs from its first to its last byte; lent to one call after another.</summary>
sealed class AnnounceCall : IResettable
{
    // An answer with all the peers there may be takes six times as much; such a buffer is not kept.
    const int KeptBytesMax = 64 << 10;

    ArrayBufferWriter<byte> _body = new(1 << 10);

    public Announce Announce { get; } = new();

    public AnnounceAnswer Answer { get; } = new();

    /// <summary>The answer's JSON; good until the call is reset.</summary>
    public ReadOnlyMemory<byte> Write(int intervalSeconds)
    {
        new AnswerWriter(_body).Write(Announce, Answer, intervalSeconds);
        return _body.WrittenMemory;
    }

    public bool TryReset()
    {
        Announce.Clear();
        Answer.Clear();
        if (_body.Capacity > KeptBytesMax)
            _body = new ArrayBufferWriter<byte>(1 << 10);
        _body.ResetWrittenCount();
        return true;
    }
}
