using System.Security.Cryptography;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.Cli.Publishing;

/// <summary>The file of a publisher's key pair: PKCS #8 in PEM, as openssl writes it too, for its owner alone.</summary>
static class KeyFile
{
    /// <summary>Bytes of a file; one that is longer is no key.</summary>
    const int SizeMax = 64 << 10;

    const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Where the user's key is when no other is named.</summary>
    public static string Default => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "haul", "publisher.key");

    /// <summary>Makes a key pair and its file. A file that is there is never written over: whoever trusts its key could not be served again.</summary>
    public static Outcome<ECDsa> Create(string path)
    {
        var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new StreamWriter(path, options);
            file.WriteLine(pair.ExportPkcs8PrivateKeyPem());
            return pair;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            pair.Dispose();
            return File.Exists(path)
                ? new Failure(ERROR_FILE_EXISTS, $"{path} exists already, and is not replaced: haul key show tells its public key; name another file for another key")
                : new Failure(E_ACCESSDENIED, $"The key cannot be written to {path}: {e.Message}");
        }
    }

    /// <summary>Reads a key pair.</summary>
    public static Outcome<ECDsa> Read(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
                return new Failure(E_ACCESSDENIED, $"Others may read or write the key {path}: make it yours alone with chmod 600, and think of whether they had it");
            if (new FileInfo(path).Length > SizeMax)
                return NoKey(path);
            var pair = ECDsa.Create();
            pair.ImportFromPem(File.ReadAllText(path));
            if (pair.ExportParameters(includePrivateParameters: true) is { D: not null, Curve.Oid.Value: "1.2.840.10045.3.1.7" })
                return pair;
            pair.Dispose();
            return NoKey(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Failure(ERROR_FILE_NOT_FOUND, $"There is no key {path}: make one with haul key create");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Failure(E_ACCESSDENIED, $"The key {path} cannot be read: {e.Message}");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return NoKey(path);
        }
    }

    static Failure NoKey(string path) => new(E_INVALIDARG, $"{path} holds no key pair of P-256 in PEM: make one with haul key create");
}
