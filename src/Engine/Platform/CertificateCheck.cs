using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>Decides on a server's certificate where some faults are to be passed over.</summary>
static class CertificateCheck
{
    /// <summary>Whether nothing is wrong with it but what may be.</summary>
    /// <param name="ignored">What may be.</param>
    /// <param name="found">What was found.</param>
    /// <param name="chain">In detail.</param>
    public static bool Accepts(CertificateFaults ignored, SslPolicyErrors found, X509Chain? chain)
    {
        if (found.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return false;
        if (found.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) && !ignored.HasFlag(CertificateFaults.WrongName))
            return false;
        return !found.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            || (chain is { ChainStatus.Length: > 0 } && Array.TrueForAll(chain.ChainStatus, status => FaultOf(status.Status) is { } fault && ignored.HasFlag(fault)));
    }

    static CertificateFaults? FaultOf(X509ChainStatusFlags status) => status switch
    {
        X509ChainStatusFlags.NoError => CertificateFaults.None,
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => CertificateFaults.UnknownAuthority,
        X509ChainStatusFlags.NotValidForUsage => CertificateFaults.WrongUsage,
        X509ChainStatusFlags.NotTimeValid => CertificateFaults.WrongDate,
        _ => null,
    };
}
