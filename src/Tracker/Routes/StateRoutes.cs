using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace Haul.Tracker.Routes;

/// <summary>GET /v1/health and /v1/metrics: how the tracker is doing.</summary>
sealed class StateRoutes(TrackerParts parts)
{
    public async Task HealthAsync(HttpContext http)
    {
        var size = parts.Register.Size;
        var health = new TrackerHealth(parts.Register.IsAlone ? "alone" : "ok", TrackerHost.Version, size.Swarms, size.Peers);
        var body = JsonSerializer.SerializeToUtf8Bytes(health, TrackerJson.Default.TrackerHealth);
        await WriteAsync(http, "application/json", body);
    }

    public async Task MetricsAsync(HttpContext http)
    {
        var body = Encoding.ASCII.GetBytes(MetricsText.Of(parts.Counts, parts.Register, parts.Pace.Stretch));
        await WriteAsync(http, "text/plain; version=0.0.4", body);
    }

    static Task WriteAsync(HttpContext http, string type, byte[] body)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}

/// <summary>The answer of /v1/health.</summary>
/// <param name="Status">"ok", or "alone" while the Redis that trackers share cannot be reached.</param>
/// <param name="Version">The program's.</param>
/// <param name="Swarms">Swarms with at least one agent.</param>
/// <param name="Peers">Agents, each counted in every swarm it is in.</param>
sealed record TrackerHealth(string Status, string Version, long Swarms, long Peers);

/// <summary>The JSON of the tracker where speed does not matter.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TrackerHealth))]
sealed partial class TrackerJson : JsonSerializerContext;
