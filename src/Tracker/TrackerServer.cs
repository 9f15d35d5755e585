using System.Net.Security;
using System.Security.Authentication;
using Haul.Tracker.Addresses;
using Haul.Tracker.Groups;
using Haul.Tracker.Pacing;
using Haul.Tracker.Routes;
using Haul.Tracker.Swarms;
using Haul.Tracker.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Haul.Tracker;

/// <summary>The tracker's web server: Kestrel on the addresses it was given, and the routes.</summary>
static class TrackerServer
{
    public static WebApplication Build(TrackerParts parts)
    {
        // Empty: no files, no environment variables and no command line decide how this server behaves.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "haul", ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddProvider(parts.Options.Log);
        // What keeps it from starting is told once, by us.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        // With a listener the host would make an activity for each call, which nobody reads.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        // A call is read, done and answered on the thread that noticed it: nothing here blocks.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = parts.Certificate is null);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            SetLimits(kestrel, parts.Options.Limits);
            foreach (var listen in parts.Options.Listens)
                Listen(kestrel, listen, parts.Certificate);
        });
        var app = builder.Build();
        new Pipeline(parts).Lay(app);
        app.MapPost("/v1/announce", new AnnounceRoute(parts).RunAsync);
        var state = new StateRoutes(parts);
        app.MapGet("/v1/health", state.HealthAsync);
        app.MapGet("/v1/metrics", state.MetricsAsync);
        return app;
    }

    static void Listen(KestrelServerOptions kestrel, ListenAddress listen, CertificateFiles? certificate)
    {
        void Configure(ListenOptions options)
        {
            options.Protocols = listen.IsSecure ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
            if (listen.IsSecure)
                options.UseHttps(Tls(certificate!));
        }

        if (listen.Address is null)
            kestrel.ListenAnyIP(listen.Port, Configure);
        else
            kestrel.Listen(listen.Address, listen.Port, Configure);
    }

    // Asked for each connection, so that a certificate that was replaced is used from the next one on.
    static TlsHandshakeCallbackOptions Tls(CertificateFiles certificate) => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = SslProtocols.None,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        }),
    };

    static void SetLimits(KestrelServerOptions kestrel, TrackerLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.ConnectionsMax;
        kestrel.Limits.MaxRequestBodySize = limits.BodyBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytesMax;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.IdleTimeout;
    }

    /// <summary>Leaves signals to the tracker.</summary>
    sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>What the server stands on.</summary>
sealed record TrackerParts
{
    public required TrackerOptions Options { get; init; }

    public required ISwarmRegister Register { get; init; }

    /// <summary>The list of groups; null where there is none.</summary>
    public required GroupWatch? Groups { get; init; }

    /// <summary>Null where nothing listens with TLS.</summary>
    public required CertificateFiles? Certificate { get; init; }

    public required ILogger Lines { get; init; }

    public required Pace Pace { get; init; }

    public required AddressRate AddressRate { get; init; }

    public TrackerCounts Counts { get; } = new();
}
