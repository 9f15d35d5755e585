using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Engine.Peers;

/// <summary>The key pair of an agent (P-256), by which other agents know it again, and a certificate that shows the key in TLS.</summary>
/// <remarks>Nobody vouches for the certificate: what counts is the key in it. Signing may be done from several threads at once.</remarks>
sealed class PeerIdentity : IDisposable
{
    /// <summary>The file of the pair in an agent's state directory: PKCS #8 in PEM.</summary>
    public const string FileName = "peer.key";

    const int FileSizeMax = 4096;
    const string P256 = "1.2.840.10045.3.1.7";

    // Of a certificate that is only a hull, any time is right; a fixed one needs no clock.
    static readonly DateTimeOffset _validFrom = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset _validTo = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly ECDsa _pair;

    PeerIdentity(ECDsa pair)
    {
        _pair = pair;
        PublicKey = pair.ExportSubjectPublicKeyInfo();
        Id = PeerId.Of(PublicKey);
        Certificate = Certify(pair);
    }

    public PeerId Id { get; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] PublicKey { get; }

    /// <summary>With the private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>An agent with a pair that is given; it is the identity's from now on.</summary>
    public static PeerIdentity Of(ECDsa pair) => new(pair);

    /// <summary>The identity of the agent that has a state directory, made at first use. One process at a time: the agent holds its directory's lock.</summary>
    public static Outcome<PeerIdentity> Open(string stateDirectory)
    {
        var path = Path.Combine(stateDirectory, FileName);
        var read = OwnerFile.Read(path, FileSizeMax);
        if (read.Succeeded)
            return Parse(path, read.Value);
        if (read.Failure.Code != E_NOT_SET)
            return read.Failure;
        var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (OwnerFile.Create(path, Encoding.ASCII.GetBytes(pair.ExportPkcs8PrivateKeyPem() + "\n")) is not { } failure)
            return new PeerIdentity(pair);
        pair.Dispose();
        return failure;
    }

    /// <summary>Signs a statement: ECDSA with SHA-256, r and s one behind the other.</summary>
    public byte[] Sign(ReadOnlySpan<byte> statement)
    {
        var signature = new byte[PeerLimits.SignatureBytes];
        _pair.SignData(statement, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return signature;
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _pair.Dispose();
    }

    static Outcome<PeerIdentity> Parse(string path, byte[] pem)
    {
        var pair = ECDsa.Create();
        try
        {
            pair.ImportFromPem(Encoding.ASCII.GetString(pem));
            if (pair.ExportParameters(includePrivateParameters: true) is { D: not null, Curve.Oid.Value: P256 })
                return new PeerIdentity(pair);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // Told below.
        }
        pair.Dispose();
        return new Failure(ERROR_INVALID_DATA, $"{path} holds no key pair of P-256 in PEM; restore it, or remove it for a new identity");
    }

    static X509Certificate2 Certify(ECDsa pair)
    {
        // The same name for all: the name tells nothing.
        var request = new CertificateRequest("CN=haul", pair, HashAlgorithmName.SHA256);
        var made = request.CreateSelfSigned(_validFrom, _validTo);
        if (!OperatingSystem.IsWindows())
            return made;
        // SChannel takes no key that lives in this process alone.
        using (made)
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
