using System.Net;
using System.Net.Http.Headers;
using Haul.Engine.Platform;

namespace Haul.UnitTests.World;

/// <summary>A request as an origin sees it.</summary>
/// <param name="Uri">What was asked for.</param>
/// <param name="Headers">All header lines.</param>
/// <param name="Range">The wanted bytes, or null.</param>
sealed record SeenRequest(Uri Uri, string Headers, RangeItemHeaderValue? Range);

/// <summary>Origins in memory, for every host at once: each URL has its file, and all others answer 404.</summary>
sealed class FakeOrigin : HttpMessageHandler
{
    readonly Dictionary<string, RemoteFile> _files = [];

    public List<SeenRequest> Requests { get; } = [];

    /// <summary>Answers whose body was not let go.</summary>
    public int OpenBodies { get; set; }

    /// <summary>Serves a file under a URL, in place of any other.</summary>
    public RemoteFile Serve(string url, byte[]? bytes = null)
    {
        var file = new RemoteFile(this, bytes ?? Content(1000));
        _files[url] = file;
        return file;
    }

    public byte[] BytesOf(string url) => _files[url].Bytes;

    /// <summary>Bytes that differ from place to place and from seed to seed.</summary>
    public static byte[] Content(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var range = request.Headers.Range?.Ranges.Single();
        Requests.Add(new SeenRequest(request.RequestUri!, request.Headers.ToString(), range));
        // User information is never sent, so it tells no two files apart.
        var url = request.RequestUri!.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        var response = _files.TryGetValue(url, out var file) ? file.Answer(request, range) : new HttpResponseMessage(HttpStatusCode.NotFound);
        response.RequestMessage = request;
        return Task.FromResult(response);
    }
}

/// <summary>A file on an origin, and how the origin misbehaves about it.</summary>
sealed class RemoteFile(FakeOrigin origin, byte[] bytes)
{
    // Its continuations must not go to the thread pool, which no test waits for.
    TaskCompletionSource _go = new();

    public byte[] Bytes { get; set; } = bytes;

    public string? ETag { get; set; } = "\"v1\"";

    public DateTimeOffset? LastModified { get; set; }

    /// <summary>The headers that it adds to a good answer.</summary>
    public Dictionary<string, string> Adds { get; } = [];

    /// <summary>Where its server is, as the way to it learns; null where that learns nothing.</summary>
    public IPAddress? Address { get; set; }

    /// <summary>The only status it answers with, or null for a good answer.</summary>
    public int? Status { get; set; }

    public TimeSpan? RetryAfter { get; set; }

    /// <summary>Thrown in place of an answer, or null.</summary>
    public Exception? Throws { get; set; }

    /// <summary>False for a server that answers 200 to everything.</summary>
    public bool DoesRanges { get; set; } = true;

    /// <summary>The byte before which every answer stalls until <see cref="Go"/>.</summary>
    public long StallsAt { get; set; } = long.MaxValue;

    /// <summary>A stalled answer does not even notice that nobody wants it any more.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>The byte before which every answer breaks.</summary>
    public long BreaksAt { get; set; } = long.MaxValue;

    /// <summary>The bytes that an answer from such a position is cut out of, in place of the right ones.</summary>
    public Func<long, byte[]>? Spoils { get; set; }

    /// <summary>Answers in its own way.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage>? Answers { get; set; }

    /// <summary>Completes with the next <see cref="Go"/>.</summary>
    public Task Waiting => _go.Task;

    public RemoteFile Stalling(long at = 0)
    {
        StallsAt = at;
        return this;
    }

    public RemoteFile Refusing(int status)
    {
        Status = status;
        return this;
    }

    /// <summary>Lets stalled answers go on.</summary>
    public void Go()
    {
        StallsAt = long.MaxValue;
        var go = _go;
        _go = new TaskCompletionSource();
        go.SetResult();
    }

    public HttpResponseMessage Answer(HttpRequestMessage request, RangeItemHeaderValue? range)
    {
        if (Throws is { } exception)
            throw exception;
        if (Address is not null)
            request.Options.Set(ServerAddresses.Key, Address);
        if (Answers is { } own)
            return own(request);
        if (Status is { } status)
        {
            var refusal = new HttpResponseMessage((HttpStatusCode)status);
            refusal.Headers.RetryAfter = RetryAfter is { } after ? new RetryConditionHeaderValue(after) : null;
            return refusal;
        }
        var isPart = range is not null && DoesRanges && (request.Headers.IfRange is not { } condition || IsCurrent(condition));
        return isPart ? Part(range!.From!.Value, Math.Min(range.To ?? long.MaxValue, Bytes.Length - 1)) : Whole();
    }

    bool IsCurrent(RangeConditionHeaderValue condition) => condition.EntityTag is { } tag ? tag.Tag == ETag : condition.Date == LastModified;

    HttpResponseMessage Part(long first, long last)
    {
        if (first >= Bytes.Length)
        {
            var refusal = new HttpResponseMessage(HttpStatusCode.RequestedRangeNotSatisfiable);
            refusal.Content.Headers.ContentRange = new ContentRangeHeaderValue(Bytes.Length);
            return refusal;
        }
        var response = Of(HttpStatusCode.PartialContent, first, last + 1);
        response.Content.Headers.ContentRange = new ContentRangeHeaderValue(first, last, Bytes.Length);
        return response;
    }

    HttpResponseMessage Whole() => Of(HttpStatusCode.OK, 0, Bytes.Length);

    HttpResponseMessage Of(HttpStatusCode status, long first, long end)
    {
        origin.OpenBodies++;
        var response = new HttpResponseMessage(status) { Content = new StreamContent(new FakeBody(this, first, end, () => origin.OpenBodies--)) };
        response.Content.Headers.ContentLength = end - first;
        response.Content.Headers.LastModified = LastModified;
        foreach (var (name, value) in Adds)
            response.Headers.TryAddWithoutValidation(name, value);
        response.Headers.ETag = ETag is null ? null : EntityTagHeaderValue.Parse(ETag);
        return response;
    }
}
