using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Platform;

/// <summary>The way requests take: all that needs a connection pool of its own.</summary>
/// <param name="Proxy">"http://host:port", "none", or null for the environment's.</param>
/// <param name="CaPem">PEM text of the only authorities to trust, or null.</param>
/// <param name="IpVersion">4, 6, or 0 for both.</param>
/// <param name="IgnoredFaults">What may be wrong with a server's certificate.</param>
/// <param name="ChecksRevocation">A certificate must not be revoked.</param>
sealed record HttpRoute(string? Proxy, string? CaPem, int IpVersion, CertificateFaults IgnoredFaults = CertificateFaults.None, bool ChecksRevocation = false);

/// <summary>Opens the way to origins over the system's network. The only place that makes HTTP connections.</summary>
sealed class SystemHttp : IDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<HttpRoute, HttpMessageInvoker> _invokers = [];

    /// <summary>The invoker for a route; failure when its certificate file or proxy is of no use.</summary>
    public Failure? TryGet(HttpRoute route, out HttpMessageInvoker invoker)
    {
        lock (_gate)
        {
            if (_invokers.TryGetValue(route, out invoker!))
                return null;
            var failure = Open(route, out invoker);
            if (failure is null)
                _invokers.Add(route, invoker);
            return failure;
        }
    }

    public void Dispose()
    {
        foreach (var invoker in _invokers.Values)
            invoker.Dispose();
    }

    static Failure? Open(HttpRoute route, out HttpMessageInvoker invoker)
    {
        invoker = null!;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 8 << 20,
            ActivityHeadersPropagator = null,
        };
        if (route.Proxy == "none")
        {
            handler.UseProxy = false;
        }
        else if (route.Proxy is { } address)
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "socks5" or "socks4"))
                return new Failure(E_INVALIDARG, "The proxy is not an address of the form http://host:port");
            handler.Proxy = Proxy(uri);
        }
        var addresses = new ServerAddresses { InnerHandler = handler };
        handler.ConnectCallback = async (context, cancel) => addresses.Open(await ConnectAsync(context.DnsEndPoint, route.IpVersion, cancel), context.DnsEndPoint);
        if (route.ChecksRevocation)
            handler.SslOptions.CertificateRevocationCheckMode = X509RevocationMode.Online;
        if (route.IgnoredFaults != CertificateFaults.None)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, chain, found) => CertificateCheck.Accepts(route.IgnoredFaults, found, chain);
        if (route.CaPem is { } pem)
        {
            var failure = ReadAuthorities(pem, out var authorities);
            if (failure is not null)
                return failure;
            handler.SslOptions.CertificateChainPolicy = TrustOnly(authorities, route.ChecksRevocation);
        }
        invoker = new HttpMessageInvoker(addresses);
        return null;
    }

    static WebProxy Proxy(Uri uri)
    {
        var proxy = new WebProxy(new Uri(uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)));
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(rest.FirstOrDefault("")));
        return proxy;
    }

    static Failure? ReadAuthorities(string pem, out X509Certificate2Collection authorities)
    {
        authorities = [];
        try
        {
            authorities.ImportFromPem(pem);
            return authorities.Count > 0 ? null : new Failure(CRYPT_E_FILE_ERROR, "The certificate authorities given hold no PEM certificate");
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            return new Failure(CRYPT_E_FILE_ERROR, $"The certificate authorities given are not valid PEM: {e.Message}");
        }
    }

    static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities, bool checksRevocation)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = checksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    static async ValueTask<Socket> ConnectAsync(DnsEndPoint to, int ipVersion, CancellationToken cancel)
    {
        var family = ipVersion == 4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var addresses = ipVersion == 0 ? null : await Dns.GetHostAddressesAsync(to.Host, family, cancel);
        if (addresses is [])
            throw new SocketException((int)SocketError.HostNotFound);
        // Without a family it takes addresses of both.
        var socket = addresses is null ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        try
        {
            await (addresses is null ? socket.ConnectAsync(to, cancel) : socket.ConnectAsync(addresses, to.Port, cancel));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
