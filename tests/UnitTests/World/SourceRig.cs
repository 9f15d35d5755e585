using Haul.Engine.Sources;
using Haul.Protocol.Api;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.World;

/// <summary>A source over fake origins.</summary>
sealed class SourceRig : IDisposable
{
    readonly Loop _loop = new();
    readonly HttpMessageInvoker _invoker;
    readonly HttpSource _source;

    public SourceRig(string url, HttpOptions? options = null, HttpMessageHandler? handler = null)
    {
        _invoker = new HttpMessageInvoker(handler ?? Origin);
        _source = new HttpSource(new OriginRequest(new Uri(url), options ?? new HttpOptions()), _invoker, Time);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeOrigin Origin { get; } = new();

    /// <summary>Asks and takes the answer, or takes the failure.</summary>
    public (HttpAnswer? Answer, SourceFailure? Failure) Ask(long? first = null, long? end = null, Validator? known = null) =>
        _loop.Get(() => _source.AskAsync(first, end, known, CancellationToken.None));

    /// <summary>Asks, and runs as far as everything gets.</summary>
    public Task<(HttpAnswer? Answer, SourceFailure? Failure)> Begin() => _loop.Start(() => _source.AskAsync(null, null, null, CancellationToken.None).AsTask());

    public HttpAnswer Get(long? first = null, long? end = null, Validator? known = null)
    {
        var (answer, failure) = Ask(first, end, known);
        Assert.Null(failure);
        return answer!;
    }

    public SourceFailure Fail(long? first = null, long? end = null, Validator? known = null)
    {
        var (answer, failure) = Ask(first, end, known);
        answer?.Dispose();
        Assert.Null(answer);
        return failure!;
    }

    /// <summary>Asks and lets time pass until there is an answer or a failure.</summary>
    public (HttpAnswer? Answer, SourceFailure? Failure) AskFor(TimeSpan time)
    {
        var asking = _loop.Start(() => _source.AskAsync(0, null, null, CancellationToken.None).AsTask());
        Assert.False(asking.IsCompleted);
        Time.Advance(time);
        _loop.RunUntilIdle();
        Assert.True(asking.IsCompleted);
        return asking.GetAwaiter().GetResult();
    }

    /// <summary>Reads an answer to its end, a few bytes at a time.</summary>
    public (byte[] Bytes, SourceFailure? Failure) ReadAll(HttpAnswer answer)
    {
        var bytes = new List<byte>();
        while (true)
        {
            var buffer = new byte[300];
            var (count, failure) = _loop.Get(() => answer.ReadAsync(buffer, CancellationToken.None));
            bytes.AddRange(buffer.AsSpan(0, count));
            if (failure is not null || count == 0 || answer.Position == answer.End)
                return ([.. bytes], failure);
        }
    }

    public void Dispose()
    {
        _invoker.Dispose();
        Origin.Dispose();
    }
}
