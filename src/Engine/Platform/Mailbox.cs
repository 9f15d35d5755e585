using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Haul.Engine.Platform;

/// <summary>What others have to say to one loop: many writers, one reader, in order.</summary>
/// <remarks>
/// Not bounded: each writer either awaits an answer to what it posted or owns one of a bounded number of connections, so the number of
/// messages is bounded by the number of those. Stays on a simulation's context, which <c>ReadAllAsync</c> does not.
/// </remarks>
sealed class Mailbox<T>
{
    readonly Channel<T> _channel = Channel.CreateUnbounded<T>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Never waits; a message to a closed mailbox is dropped and false comes back.</summary>
    public bool Post(T message) => _channel.Writer.TryWrite(message);

    /// <summary>Returns when there is something to take; false once closed and empty.</summary>
    public ValueTask<bool> WaitAsync() => _channel.Reader.WaitToReadAsync();

    public bool TryTake([MaybeNullWhen(false)] out T message) => _channel.Reader.TryRead(out message);

    /// <summary>Nothing more can be posted.</summary>
    public void Close() => _channel.Writer.TryComplete();
}
