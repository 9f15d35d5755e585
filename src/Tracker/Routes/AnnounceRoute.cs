using System.Buffers;
using System.Security.Cryptography;
using Haul.Protocol.Contract;
using Haul.Tracker.Addresses;
using Haul.Tracker.Announces;
using Haul.Tracker.Groups;
using Haul.Tracker.Pacing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.ObjectPool;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Routes;

/// <summary>POST /v1/announce: who asks is admitted, what it says is read, booked and answered.</summary>
sealed class AnnounceRoute(TrackerParts parts)
{
    // Announces whose bodies arrive at a time, under load; each takes some 20 KB.
    const int CallsKept = 256;

    static readonly Failure _tooMuch = new(DO_E_NO_MORE_CONNECTIONS, "Too many announces from this address or group; wait as long as Retry-After says");

    readonly DefaultObjectPool<AnnounceCall> _calls = new(new DefaultPooledObjectPolicy<AnnounceCall>(), CallsKept);
    readonly Admission _admission = new(parts.Groups, parts.Options.IsOpen);
    readonly Refusals _refusals = new(parts.Lines, parts.Options.Time);
    readonly TrackerLimits _limits = parts.Options.Limits;
    readonly TimeProvider _time = parts.Options.Time;
    readonly RateLimit _groupRate = new(parts.Options.Limits.GroupSwarmsPerSecond, parts.Options.Limits.GroupSwarmsBurst, parts.Options.Time);
    int _lot = RandomNumberGenerator.GetInt32(int.MaxValue);
    bool _saidFull;

    public async Task RunAsync(HttpContext http)
    {
        var remote = RemoteFeature.Of(http);
        var group = _admission.Admit(http.Request.Headers.Authorization.ToString());
        if (!group.Succeeded)
        {
            _refusals.Note(remote, http.Request.Headers.Authorization.ToString(), group.Failure);
            await FailAsync(http, StatusCodes.Status401Unauthorized, AnnounceOutcome.Unauthorized, group.Failure);
            return;
        }
        var call = _calls.Get();
        try
        {
            call.Announce.Group = group.Value;
            call.Announce.Peer.Observed = remote;
            if (await ReadAsync(http, call.Announce) is { } malformed)
                await FailAsync(http, StatusCodes.Status400BadRequest, AnnounceOutcome.Malformed, malformed);
            else if (Admission.Forbid(call.Announce) is { } forbidden)
                await FailAsync(http, StatusCodes.Status403Forbidden, AnnounceOutcome.Forbidden, forbidden);
            else if (Charge(call.Announce, remote) is { } wait)
                await FailAsync(http, StatusCodes.Status429TooManyRequests, AnnounceOutcome.Limited, _tooMuch, wait);
            else
                await AnswerAsync(http, call);
        }
        finally
        {
            _calls.Return(call);
        }
    }

    async ValueTask<Failure?> ReadAsync(HttpContext http, Announce announce)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            // The server counts the bytes and throws when there are too many.
            var read = await reader.ReadAsync(http.RequestAborted);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var failure = Read(read.Buffer, announce);
            reader.AdvanceTo(read.Buffer.End);
            return failure;
        }
    }

    Failure? Read(in ReadOnlySequence<byte> body, Announce announce)
    {
        if (body.IsSingleSegment)
            return AnnounceReader.Read(body.FirstSpan, announce, parts.Options.TellsLoopback);
        var whole = ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(whole);
        var failure = AnnounceReader.Read(whole.AsSpan(0, (int)body.Length), announce, parts.Options.TellsLoopback);
        ArrayPool<byte>.Shared.Return(whole);
        return failure;
    }

    // One swarm of the address was charged when the call came.
    TimeSpan? Charge(Announce announce, HostAddress remote)
    {
        var swarms = announce.Swarms.Length;
        return (swarms > 1 ? parts.AddressRate.Take(remote, swarms - 1) : null) ?? _groupRate.Take(announce.Group, swarms);
    }

    async Task AnswerAsync(HttpContext http, AnnounceCall call)
    {
        parts.Pace.Count();
        call.Announce.Now = (uint)_time.GetUtcNow().ToUnixTimeSeconds();
        call.Announce.ExpiresAt = call.Announce.Now + parts.Pace.LifeSeconds;
        parts.Register.Announce(call.Announce, call.Answer);
        parts.Counts.Count(call.Announce, call.Answer);
        if (!_saidFull && parts.Counts.TurnedAway > 0)
        {
            _saidFull = true;
            TrackerLog.Full(parts.Lines, _limits.PeersMax);
        }
        var body = call.Write(parts.Pace.IntervalSeconds(IsHungry(call), Lot()));
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }

    static bool IsHungry(AnnounceCall call)
    {
        for (var i = 0; i < call.Answer.Swarms.Length; i++)
        {
            ref readonly var asked = ref call.Announce.Swarms[i];
            if (asked.Left > 0 && asked.Event != AnnounceEvent.Stopped && call.Answer.Swarms[i].PeersCount < asked.Wanted)
                return true;
        }
        return false;
    }

    // Any spread will do: steps of the golden ratio never come twice to one place soon.
    int Lot() => (int)((uint)Interlocked.Add(ref _lot, unchecked((int)0x9E37_79B9)) >> 16);

    Task FailAsync(HttpContext http, int status, AnnounceOutcome outcome, Failure failure, TimeSpan? retryAfter = null)
    {
        parts.Counts.Count(outcome);
        return http.FailAsync(status, failure, retryAfter);
    }
}
