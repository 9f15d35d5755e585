using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Haul.Agent.Routes;
using Haul.Protocol.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Agent.Streams;

/// <summary>One answer that does not end: server-sent events (HTML standard, section 9.2), as slow as its reader.</summary>
/// <remarks>Nothing is queued here: what comes next is asked for when what came before has been taken by the connection.</remarks>
sealed class EventStream : IDisposable
{
    readonly HttpContext _http;
    readonly StreamPlace _place;
    readonly CancellationTokenSource _closed;

    EventStream(HttpContext http, StreamPlace place)
    {
        (_http, _place) = (http, place);
        _closed = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, place.Ended);
    }

    /// <summary>Fires when the reader is gone or the agent stops.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Begins the answer; null when the caller has too many of them, which is then the answer.</summary>
    public static async Task<EventStream?> OpenAsync(HttpContext http, StreamPlace place)
    {
        var uid = http.Caller().Uid;
        if (place.Counts.Add(uid) > place.Limits.StreamsPerUserMax)
        {
            place.Counts.Remove(uid);
            await http.FailAsync(new Failure(DO_E_NO_MORE_CONNECTIONS, $"{http.Caller().Name} has {place.Limits.StreamsPerUserMax} streams already; close some"));
            return null;
        }
        // A reader may stop reading for as long as it likes: it holds up nobody and costs next to nothing.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        return new EventStream(http, place);
    }

    /// <summary>Waits for what comes next, saying now and then that the stream is alive.</summary>
    public async Task<T> NextAsync<T>(Task<T> next)
    {
        while (!next.IsCompleted)
        {
            try
            {
                await next.WaitAsync(_place.Limits.Heartbeat, _place.Time, CancellationToken.None);
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                Write(": alive\n\n");
                await FlushAsync();
            }
        }
        return await next;
    }

    /// <summary>Adds an event.</summary>
    public void Write<T>(string kind, string? id, T data, JsonTypeInfo<T> type)
    {
        Write(id is null ? $"event: {kind}\ndata: " : $"id: {id}\nevent: {kind}\ndata: ");
        using (var json = new Utf8JsonWriter(_http.Response.BodyWriter))
            JsonSerializer.Serialize(json, data, type);
        Write("\n\n");
    }

    /// <summary>Adds the place to go on from, without an event.</summary>
    public void WriteId(string id) => Write($"id: {id}\n\n");

    void Write(string text) => Encoding.UTF8.GetBytes(text, _http.Response.BodyWriter);

    /// <summary>Returns when the connection has taken what was added.</summary>
    public async Task FlushAsync() => await _http.Response.BodyWriter.FlushAsync(_http.RequestAborted);

    public void Dispose()
    {
        _place.Counts.Remove(_http.Caller().Uid);
        _closed.Cancel();
        _closed.Dispose();
    }
}
