using Haul.Protocol.Contract;

namespace Haul.Engine.Downloads;

/// <summary>The bits of the property SecurityFlags: those of WinHTTP (contract, section 8.1). Pure.</summary>
static class SecurityFlags
{
    /// <summary>WINHTTP_ENABLE_SSL_REVOCATION. With it, the others mean nothing.</summary>
    const ulong Revocation = 1;

    const CertificateFaults Faults = CertificateFaults.UnknownAuthority | CertificateFaults.WrongUsage | CertificateFaults.WrongName | CertificateFaults.WrongDate;

    /// <summary>Whether all of them are known.</summary>
    public static bool AreKnown(ulong flags) => (flags & ~((ulong)Faults | Revocation)) == 0;

    /// <summary>What may be wrong with a server's certificate.</summary>
    public static CertificateFaults IgnoredOf(ulong flags) => ChecksRevocation(flags) ? CertificateFaults.None : (CertificateFaults)flags & Faults;

    public static bool ChecksRevocation(ulong flags) => (flags & Revocation) != 0;
}
