using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Platform;

/// <summary>TLS between agents: 1.3, a certificate on both sides, and nobody asked what it is worth.</summary>
static class PeerTls
{
    // The same for all, and looked at by nobody: it tells who listens on the way nothing.
    const string Name = "haul";

    // Made once for a certificate, and gone with it.
    static readonly ConditionalWeakTable<X509Certificate2, Lazy<SslStreamCertificateContext>> _contexts = [];

    /// <summary>Shakes hands; a failure where that does not succeed.</summary>
    public static async ValueTask<Failure?> StartAsync(SslStream tls, X509Certificate2 own, bool asServer, IPEndPoint peer, CancellationToken cancel)
    {
        var context = ContextOf(own);
        try
        {
            if (asServer)
                await tls.AuthenticateAsServerAsync(Server(context), cancel);
            else
                await tls.AuthenticateAsClientAsync(Client(context), cancel);
            return tls.RemoteCertificate is null ? NoCertificate(peer) : null;
        }
        catch (Exception e) when (e is AuthenticationException or InvalidOperationException || SocketStream.IsBreak(e))
        {
            return new Failure(DO_E_UNRECOGNIZED_CONN, $"{peer} and this agent came to no TLS 1.3: {e.Message} The groups of both must have the same transport");
        }
    }

    /// <summary>What the connections of one certificate have in common. The first of a program takes a tenth of a second: the system's authorities are read for it.</summary>
    public static SslStreamCertificateContext ContextOf(X509Certificate2 own) =>
        _contexts.GetValue(own, static certificate => new(() => SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true))).Value;

    /// <summary>Trusts nobody, as nobody is asked: to read the system's authorities would cost each agent a tenth of a second at its first connection.</summary>
    static X509ChainPolicy Nobody() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        DisableCertificateDownloads = true,
    };

    public static Failure NoCertificate(IPEndPoint peer) => new(DO_E_UNRECOGNIZED_CONN, $"{peer} showed no certificate");

    static SslServerAuthenticationOptions Server(SslStreamCertificateContext own) => new()
    {
        ServerCertificateContext = own,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = Nobody(),
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        // A session that is taken up again shows no certificate.
        AllowTlsResume = false,
        AllowRenegotiation = false,
    };

    static SslClientAuthenticationOptions Client(SslStreamCertificateContext own) => new()
    {
        TargetHost = Name,
        ClientCertificateContext = own,
        EnabledSslProtocols = SslProtocols.Tls13,
        CertificateChainPolicy = Nobody(),
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        AllowTlsResume = false,
        AllowRenegotiation = false,
    };
}
