using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Haul.SimulationTests.World;

/// <summary>How one life of an engine reaches the origins: requests go over it, and answers come back, in virtual time.</summary>
sealed class SimWire(SimNet net, SimLane lane) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        if (net.Find(uri.Host) is not { } host)
            throw new HttpRequestException(HttpRequestError.NameResolutionError, "No such host is known", new SocketException((int)SocketError.HostNotFound));
        // What a life still does in the turn in which it ended.
        if (lane.IsDead)
            throw new HttpRequestException(HttpRequestError.ConnectionError, "This life of the engine is over");
        var range = request.Headers.Range?.Ranges.Single();
        var seen = new SeenRequest(lane.Scheduler.Elapsed, uri.AbsolutePath[1..], range?.From, range?.To) { By = lane };
        host.Requests.Add(seen);
        var connection = new SimConnection(net, host, seen, lane);
        try
        {
            var fault = host.Faults(seen);
            await lane.Clock.Wait(host.Manners.Latency, cancellationToken);
            if (fault is { IsSilent: true })
                await lane.Clock.Wait(Timeout.InfiniteTimeSpan, cancellationToken);
            if ((host.IsDown ? SocketError.ConnectionRefused : fault?.Connecting) is { } error)
                throw new HttpRequestException(HttpRequestError.ConnectionError, $"Simulated {error}", new SocketException((int)error));
            var response = Answer(host, seen, request, fault, connection);
            response.RequestMessage = request;
            seen.Status = (int)response.StatusCode;
            net.Trace.Say($"{host.Name}/{seen.Path} {seen.First}-{seen.Last}: {seen.Status} {response.Content.Headers.ContentRange} {fault}");
            return response;
        }
        catch (Exception e)
        {
            net.Trace.Say($"{host.Name}/{seen.Path} {seen.First}-{seen.Last}: {e.GetType().Name}");
            connection.Dispose();
            throw;
        }
    }

    HttpResponseMessage Answer(SimHost host, SeenRequest seen, HttpRequestMessage request, RequestFault? fault, SimConnection connection)
    {
        if (fault is { Status: > 0 })
            return Refusal(connection, fault.Status, fault.RetryAfter);
        if (host.Connections > host.Manners.ConnectionsMax)
            return Refusal(connection, 503, null);
        if (host.Find(seen.Path) is not { } content)
            return Refusal(connection, 404, null);
        var version = content.Now;
        var manners = host.Manners;
        var asked = request.Headers.Range is null || manners.Ranges == RangeManner.Ignored || IsOutdated(request, version, manners) ? null : seen.First;
        if (asked is not null && (manners.Ranges == RangeManner.Refused || asked >= version.Bytes.Length))
        {
            var refusal = Refusal(connection, 416, null);
            refusal.Content.Headers.ContentRange = new ContentRangeHeaderValue(version.Bytes.Length);
            return refusal;
        }
        var first = asked ?? 0;
        var last = asked is null ? version.Bytes.Length - 1 : Math.Min(seen.Last ?? long.MaxValue, version.Bytes.Length - 1);
        var bytes = version.Bytes.AsMemory((int)first, (int)(last - first + 1));
        // In chunks an early end shows, and is reported as a broken connection is.
        var inChunks = !manners.TellsLength && asked is null;
        if (inChunks && fault is { Body: BodyFault.Short })
            fault = fault with { Body = BodyFault.Reset };
        var response = Response(connection, asked is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent, new SimBody(connection, content, bytes, fault));
        Describe(response, version, manners);
        var shift = manners.Ranges == RangeManner.Misnumbered ? 1 : 0;
        if (asked is not null)
            response.Content.Headers.ContentRange = new ContentRangeHeaderValue(first + shift, last + shift, version.Bytes.Length + shift);
        if (inChunks)
            response.Headers.TransferEncodingChunked = true;
        else
            response.Content.Headers.ContentLength = bytes.Length;
        return response;
    }

    static bool IsOutdated(HttpRequestMessage request, ContentVersion version, HostManners manners)
    {
        if (request.Headers.IfRange is not { } condition || !manners.KnowsIfRange)
            return false;
        return condition.EntityTag is { } tag
            ? manners.Validators is not (ValidatorManner.ETag or ValidatorManner.Both) || tag.Tag != version.ETag
            : manners.Validators is not (ValidatorManner.LastModified or ValidatorManner.Both) || condition.Date != version.Modified;
    }

    static void Describe(HttpResponseMessage response, ContentVersion version, HostManners manners)
    {
        if (manners.Validators is ValidatorManner.ETag or ValidatorManner.Both)
            response.Headers.ETag = new EntityTagHeaderValue(version.ETag);
        if (manners.Validators == ValidatorManner.Weak)
            response.Headers.ETag = new EntityTagHeaderValue(version.ETag, isWeak: true);
        if (manners.Validators is ValidatorManner.LastModified or ValidatorManner.Both)
            response.Content.Headers.LastModified = version.Modified;
    }

    HttpResponseMessage Refusal(SimConnection connection, int status, TimeSpan? retryAfter)
    {
        var response = Response(connection, (HttpStatusCode)status, new SimBody(connection, null, default, null));
        if (retryAfter is { } after)
            response.Headers.RetryAfter = new RetryConditionHeaderValue(after);
        return response;
    }

    HttpResponseMessage Response(SimConnection connection, HttpStatusCode status, SimBody body)
    {
        connection.BeginBody();
        var response = new HttpResponseMessage(status) { Content = new StreamContent(body) };
        response.Headers.Date = lane.Clock.GetUtcNow();
        return response;
    }
}

/// <summary>One request from its sending to the end of its answer.</summary>
sealed class SimConnection : IDisposable
{
    bool _isOver;

    public SimConnection(SimNet net, SimHost host, SeenRequest seen, SimLane lane)
    {
        (Net, Host, Seen, Lane) = (net, host, seen, lane);
        host.ConnectionsPeak = Math.Max(host.ConnectionsPeak, ++host.Connections);
        net.Begin(this);
    }

    public SimNet Net { get; }

    public SimHost Host { get; }

    public SeenRequest Seen { get; }

    public SimLane Lane { get; }

    /// <summary>Its answer is being sent.</summary>
    public bool HasBody { get; private set; }

    public void BeginBody() => HasBody = true;

    public void Dispose()
    {
        // What a dead life left is dropped at once, and not by whoever cleans up behind it.
        if (!Lane.IsDead)
            End();
    }

    public void End()
    {
        if (_isOver)
            return;
        _isOver = true;
        Host.Connections--;
        Net.End(this);
    }
}
