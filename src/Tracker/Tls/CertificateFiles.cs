using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Haul.Protocol.Contract;
using Microsoft.Extensions.Logging;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Tracker.Tls;

/// <summary>The tracker's certificate from its two PEM files, read again when they were replaced: certificates live shorter than trackers.</summary>
sealed class CertificateFiles
{
    readonly string _certificatePath;
    readonly string _keyPath;
    readonly ILogger _log;
    DateTime _writtenAt;
    SslStreamCertificateContext _context = null!;

    CertificateFiles(string certificatePath, string keyPath, ILogger log)
    {
        (_certificatePath, _keyPath, _log) = (certificatePath, keyPath, log);
        _writtenAt = WrittenAt();
    }

    /// <summary>The certificate with the ones between it and its authority, for the next connection.</summary>
    public SslStreamCertificateContext Context => Volatile.Read(ref _context);

    public static Outcome<CertificateFiles> Open(string certificatePath, string keyPath, ILogger log)
    {
        var files = new CertificateFiles(certificatePath, keyPath, log);
        return files.Read() is { } failure ? failure : files;
    }

    /// <summary>Reads the files where they are not those that were read.</summary>
    public void Look()
    {
        if (WrittenAt() != _writtenAt)
            Reload();
    }

    public void Reload()
    {
        _writtenAt = WrittenAt();
        if (Read() is { } failure)
            TrackerLog.CertificateKept(_log, failure.ToString());
        else
            TrackerLog.CertificateRead(_log, _certificatePath, Context.TargetCertificate.NotAfter.ToUniversalTime());
    }

    // Connections under way hold the one before, so it is left to the collector.
    Failure? Read()
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(_certificatePath, _keyPath);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificatePath);
            // Offline: what a client needs stands in the file, and a start must not wait for somebody's server.
            Volatile.Write(ref _context, SslStreamCertificateContext.Create(certificate, chain, offline: true));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return new Failure(CRYPT_E_FILE_ERROR, $"The certificate {_certificatePath} with the key {_keyPath} is of no use: {e.Message}");
        }
    }

    DateTime WrittenAt()
    {
        var (certificate, key) = (FileTimes.WrittenAt(_certificatePath), FileTimes.WrittenAt(_keyPath));
        return certificate > key ? certificate : key;
    }
}
