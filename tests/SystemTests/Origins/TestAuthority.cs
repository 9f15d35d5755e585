using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Origins;

/// <summary>A certificate authority of the test's own, whose root a program can be told to trust.</summary>
sealed class TestAuthority : IDisposable
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    static readonly TimeSpan Validity = TimeSpan.FromDays(30);

    readonly TempDirectory _directory = new();
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly X509Certificate2 _root;
    readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=Haul test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(_now - Validity, _now + Validity);
        File.WriteAllText(PemPath, _root.ExportCertificatePem());
    }

    /// <summary>The root's certificate as a PEM file, readable by every user.</summary>
    public string PemPath => _directory.OpenToAll().File("authority.pem");

    /// <summary>A certificate for localhost and both loopback addresses.</summary>
    public X509Certificate2 Issue() => Issue("localhost", _now.AddDays(1), isForLoopback: true);

    /// <summary>A certificate that ran out yesterday.</summary>
    public X509Certificate2 IssueExpired() => Issue("localhost", _now.AddDays(-1), isForLoopback: true);

    /// <summary>A certificate for another name only.</summary>
    public X509Certificate2 IssueFor(string name) => Issue(name, _now.AddDays(1), isForLoopback: false);

    /// <summary>A certificate for localhost, but for clients.</summary>
    public X509Certificate2 IssueForClients() => Issue("localhost", _now.AddDays(1), isForLoopback: true, ClientAuthentication);

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
        _directory.Dispose();
    }

    X509Certificate2 Issue(string name, DateTimeOffset end, bool isForLoopback, string usage = ServerAuthentication)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (isForLoopback)
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));

        using var bare = request.Create(_root, end.AddDays(-5), end, RandomNumberGenerator.GetBytes(16));
        using var whole = bare.CopyWithPrivateKey(key);
        // Windows' TLS takes only keys that have been in a key store.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
