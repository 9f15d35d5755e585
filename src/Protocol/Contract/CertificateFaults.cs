namespace Haul.Protocol.Contract;

/// <summary>What may be wrong with a server's certificate and is passed over all the same: the bits of the property SecurityFlags (contract, section 8.1).</summary>
[Flags]
public enum CertificateFaults
{
    /// <summary>Nothing may be wrong.</summary>
    None = 0,

    /// <summary>It comes from an authority that is not trusted.</summary>
    UnknownAuthority = 0x100,

    /// <summary>It is not for servers.</summary>
    WrongUsage = 0x200,

    /// <summary>It is for another host.</summary>
    WrongName = 0x1000,

    /// <summary>It is not valid yet, or no more.</summary>
    WrongDate = 0x2000,
}
