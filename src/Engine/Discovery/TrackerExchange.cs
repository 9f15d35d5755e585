using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Discovery;

/// <summary>One announce there and back. What a tracker says is checked member by member: what is of no use is left out, and more than was asked for is not looked at.</summary>
/// <param name="http">The way there; it must not follow redirects.</param>
/// <param name="target">The tracker, and who this agent is.</param>
/// <param name="time">The clock.</param>
sealed class TrackerExchange(HttpMessageInvoker http, TrackerTarget target, TimeProvider time)
{
    const string Path = "v1/announce";

    readonly Uri _call = new(new Uri(target.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), Path);

    /// <summary>Announces, and gives the peers that it was told of and when to come again.</summary>
    public async Task<TrackerReply> RunAsync(IReadOnlyList<TrackerDue> dues, TimeSpan timeout, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var request = RequestOf(dues);
            using var response = await http.SendAsync(request, both.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return new TrackerReply(new Failure(HResult.FromHttpStatus((int)response.StatusCode), $"The tracker {target.Address.Authority} answers {(int)response.StatusCode}{Advice(response.StatusCode)}"), WaitOf(response));
            return await ReadAsync(response.Content, both.Token) is { } body ? Parse(body, dues) : TooLarge();
        }
        catch (OperationCanceledException)
        {
            return new TrackerReply(new Failure(WININET_E_TIMEOUT, $"The tracker {target.Address.Authority} did not answer within {timeout.TotalSeconds:0} s"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new TrackerReply(new Failure(BG_E_CONNECT_FAILURE, $"The tracker {target.Address.Authority} cannot be reached: {e.GetBaseException().Message}"));
        }
        catch (JsonException)
        {
            return new TrackerReply(new Failure(BG_E_INVALID_SERVER_RESPONSE, $"What {target.Address.Authority} answers is not the JSON of a tracker; check the address in the policy"));
        }
    }

    static string Advice(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => ": it does not list this agent's group with its token, as haul group show --tracker writes them, or is not open to agents without a group",
        HttpStatusCode.Forbidden => ": mode group needs a group",
        HttpStatusCode.TooManyRequests => ": it is asked too often from here",
        _ => "",
    };

    TrackerReply TooLarge() =>
        new(new Failure(BG_E_INVALID_SERVER_RESPONSE, $"The tracker {target.Address.Authority} answers with more than {TrackerLimits.AnswerBytesMax} bytes; that is none"));

    HttpRequestMessage RequestOf(IReadOnlyList<TrackerDue> dues)
    {
        var said = new TrackerAnnounce(
            target.Self.ToString(), target.Port,
            [.. target.Addresses().Take(TrackerLimits.AddressesMax).Select(address => new IPAddress(address.GetAddressBytes()).ToString())],
            target.Site, target.IsRestrictedToSubnet ? "subnet" : null,
            [.. dues.Select(SwarmOf)]);
        var request = new HttpRequestMessage(HttpMethod.Post, _call) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(said, TrackerJson.Default.TrackerAnnounce)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (target.Group is { } group)
            request.Headers.TryAddWithoutValidation("Authorization", $"Haul {group.Id}:{group.Token}");
        return request;
    }

    static TrackerSwarm SwarmOf(TrackerDue due)
    {
        var totals = due.Part.Totals();
        // Who has all says so itself, once all is proved.
        var left = due.Part.LeftBytes == 0 ? 0 : Math.Max(1, due.Part.LeftBytes - totals.HaveBytes);
        // Both together are how long the tracker takes the content for, and sums that go back begin anew for it: what was fetched twice counts once.
        var downloaded = Math.Clamp(totals.DownloadedBytes, 0, Math.Max(0, totals.ContentBytes - left));
        return new TrackerSwarm(
            due.Swarm.ToString(), left, downloaded, totals.UploadedBytes, totals.FromOriginBytes,
            due.Part.Mode switch { TrackerMode.Lan => "lan", TrackerMode.Group => "group", _ => "internet" },
            Math.Clamp(due.Part.Wanted, 0, TrackerLimits.WantedMax), due.Event);
    }

    // Null where there is more than may be.
    static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        await using var stream = await content.ReadAsStreamAsync(cancel);
        var body = new byte[16 << 10];
        var count = 0;
        while (await stream.ReadAsync(body.AsMemory(count), cancel) is > 0 and var read)
        {
            count += read;
            if (count > TrackerLimits.AnswerBytesMax)
                return null;
            if (count == body.Length)
                Array.Resize(ref body, body.Length * 2);
        }
        return body.AsMemory(0, count);
    }

    TrackerReply Parse(ReadOnlyMemory<byte> body, IReadOnlyList<TrackerDue> dues)
    {
        var answer = JsonSerializer.Deserialize(body.Span, TrackerJson.Default.TrackerAnswer);
        var asked = dues.ToDictionary(due => due.Swarm.ToString(), due => due);
        var found = new List<TrackerFound>();
        foreach (var swarm in answer?.Swarms?.Take(TrackerLimits.SwarmsMax) ?? [])
        {
            if (swarm is not { Id: { } id, Peers: { } peers } || !asked.Remove(id, out var due))
                continue;
            var sightings = peers.Take(due.Part.Wanted).SelectMany(SightingsOf).ToList();
            if (sightings.Count > 0)
                found.Add(new TrackerFound(due.Swarm, sightings));
        }
        var seconds = answer is { Interval: > 0 } ? Math.Min(answer.Interval, TrackerLimits.IntervalMax.TotalSeconds) : TrackerLimits.IntervalMax.TotalSeconds;
        var interval = TimeSpan.FromSeconds(seconds);
        return new TrackerReply(interval < TrackerLimits.IntervalMin ? TrackerLimits.IntervalMin : interval, found);
    }

    IEnumerable<PeerSighting> SightingsOf(TrackerPeer? peer)
    {
        if (peer is not { Port: > 0 and <= IPEndPoint.MaxPort, Addresses: { } addresses } || IdOf(peer.Peer) is not { } id || id == target.Self)
            yield break;
        foreach (var text in addresses.Take(TrackerLimits.AddressesOfPeerMax))
        {
            if (IPAddress.TryParse(text, out var address) && CanBeCalled(address))
                yield return new PeerSighting(id, new IPEndPoint(address, peer.Port), SightingOrigin.Tracker);
        }
    }

    static PeerId? IdOf(string? text) =>
        text is { Length: PeerId.Size * 2 } && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? new PeerId(value) : null;

    // A tracker elsewhere has no say over what runs on this machine.
    bool CanBeCalled(IPAddress address) =>
        !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast)
        && !(address.AddressFamily == AddressFamily.InterNetwork ? address.GetAddressBytes()[0] >= 224 : address.IsIPv6Multicast || address.IsIPv6LinkLocal)
        && (target.Address.IsLoopback || !(IPAddress.IsLoopback(address) || (address.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(address.MapToIPv4()))));

    TimeSpan? WaitOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } retry ? null : retry.Delta ?? (retry.Date is { } date ? date - time.GetUtcNow() : null);
}

/// <summary>What came of an announce.</summary>
/// <param name="Interval">When to announce again.</param>
/// <param name="Found">Peers, by swarm.</param>
sealed record TrackerReply(TimeSpan Interval, IReadOnlyList<TrackerFound> Found)
{
    /// <summary>It was not heard.</summary>
    public TrackerReply(Failure failure, TimeSpan? wait = null)
        : this(TimeSpan.Zero, []) => (Failure, Wait) = (failure, wait);

    public Failure? Failure { get; }

    /// <summary>How long the tracker says to wait.</summary>
    public TimeSpan? Wait { get; }
}

/// <summary>Peers that a tracker has told of.</summary>
sealed record TrackerFound(SwarmId Swarm, IReadOnlyList<PeerSighting> Sightings);
