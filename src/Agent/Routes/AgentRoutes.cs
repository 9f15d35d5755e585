using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Haul.Agent.Routes;

/// <summary>The calls about the agent itself.</summary>
/// <param name="jobs">The jobs.</param>
/// <param name="identity">What does not change while the agent runs.</param>
/// <param name="peers">What is exchanged with peers, now.</param>
sealed class AgentRoutes(JobManager jobs, AgentStatus identity, Func<PeerStatus> peers)
{
    const string OpenApi = "Haul.Agent.openapi.json";

    public void AddTo(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/status", StatusAsync);
        routes.MapGet("/v1/peers", http => http.ReplyAsync<PeerStatus>(peers(), ProtocolJson.Default.PeerStatus));
        routes.MapGet("/openapi.json", OpenApiAsync);
    }

    Task StatusAsync(HttpContext http) => http.ReplyAsync<AgentStatus>(jobs.Status(http.Caller(), identity), ProtocolJson.Default.AgentStatus);

    static async Task OpenApiAsync(HttpContext http)
    {
        http.Response.ContentType = Calls.JsonType;
        await using var document = typeof(AgentRoutes).Assembly.GetManifestResourceStream(OpenApi)!;
        await document.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
