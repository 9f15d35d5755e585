using System.Buffers;
using System.Text.Json;
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
    Utf8JsonWriter? _json;

    public Announce Announce { get; } = new();

    public AnnounceAnswer Answer { get; } = new();

    /// <summary>The answer's JSON; good until the call is reset.</summary>
    public ReadOnlyMemory<byte> Write(int intervalSeconds)
    {
        _json ??= new Utf8JsonWriter(_body, AnswerWriter.Options);
        AnswerWriter.Write(_json, Announce, Answer, intervalSeconds);
        return _body.WrittenMemory;
    }

    public bool TryReset()
    {
        Announce.Clear();
        Answer.Clear();
        if (_body.Capacity > KeptBytesMax)
            _body = new ArrayBufferWriter<byte>(1 << 10);
        _body.ResetWrittenCount();
        _json?.Reset(_body);
        return true;
    }
}
