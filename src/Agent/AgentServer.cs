using Haul.Agent.Connections;
using Haul.Agent.Routes;
using Haul.Agent.Streams;
using Haul.Engine.Downloads;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Haul.Agent;

/// <summary>The local API's web server: Kestrel on one socket, and the routes.</summary>
static class AgentServer
{
    public static WebApplication Build(AgentParts parts)
    {
        // Empty: no files, no environment variables and no command line decide how this server behaves.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "haul", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddProvider(parts.Log);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.WebHost.UseKestrelCore();
        // A call is read, done and answered on the thread that noticed it: nothing here blocks, and each hand-over costs a caller who waits.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            SetLimits(kestrel, parts.Options.Limits);
            var door = new CallerConnections(parts.Options, parts.Time);
            kestrel.ListenUnixSocket(parts.Socket.Path, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(door.Around);
            });
        });
        var app = builder.Build();
        new Pipeline(parts.Gate, parts.Options.Limits, parts.Log.CreateLogger("Haul.Agent")).Lay(app);
        AddRoutes(app, parts);
        return app;
    }

    static void AddRoutes(IEndpointRouteBuilder routes, AgentParts parts)
    {
        var contents = new ContentStreams(parts.Streams);
        new JobRoutes(parts.Jobs, parts.Streams, contents).AddTo(routes);
        new DownloadRoutes(parts.Downloads, parts.Streams, contents).AddTo(routes);
        new AgentRoutes(parts.Jobs, parts.Identity, parts.Peers).AddTo(routes);
        new NotificationStreams(parts.Jobs, parts.Streams).AddTo(routes);
        routes.MapGet("/v1/events", new JobEventStreams(parts.Jobs, parts.Streams, parts.Epoch).RunAsync).WithMetadata(StreamMark.Set);
    }

    static void SetLimits(KestrelServerOptions kestrel, AgentLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.ConnectionsMax;
        kestrel.Limits.MaxRequestBodySize = limits.BodyBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytesMax;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.IdleTimeout;
    }

    /// <summary>Leaves signals to the agent, which stops its parts in its own order.</summary>
    sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>What the server stands on.</summary>
sealed record AgentParts
{
    public required AgentOptions Options { get; init; }

    public required AgentSocket Socket { get; init; }

    public required JobManager Jobs { get; init; }

    public required DownloadCalls Downloads { get; init; }

    public required AgentStatus Identity { get; init; }

    /// <summary>What is exchanged with peers, now.</summary>
    public required Func<PeerStatus> Peers { get; init; }

    public required LineLog Log { get; init; }

    public required CallGate Gate { get; init; }

    public required StreamPlace Streams { get; init; }

    /// <summary>Names this run of the agent.</summary>
    public required string Epoch { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
