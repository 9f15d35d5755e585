using System.Security.Cryptography;
using Haul.Protocol.Contract;

namespace Haul.Engine.Platform;

/// <summary>Keeps small secrets at rest under a key in a file that only the agent can read.</summary>
/// <remarks>
/// AES-256-GCM. A sealed secret is: version (1 byte), nonce (12), tag (16), ciphertext; the version is authenticated too. Nonces are
/// random, which is safe for 2^32 secrets under one key. Who has the disk but not the key file learns only lengths.
/// </remarks>
sealed class SecretBox : IDisposable
{
    const byte Version = 1;
    const int KeyBytes = 32;
    const int NonceBytes = 12;
    const int TagBytes = 16;
    const int HeadBytes = 1 + NonceBytes + TagBytes;
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly byte[] _key;

    SecretBox(byte[] key) => _key = key;

    /// <summary>Reads the key, or makes it on first use. One process at a time: the agent holds its directory's lock.</summary>
    public static Failure? Open(string keyPath, out SecretBox? box)
    {
        box = null;
        var opening = DiskOperation.Opening(keyPath, PeerCredentials.Current());
        try
        {
            if (!File.Exists(keyPath))
                MakeKey(keyPath);
            return Read(opening, out box);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return opening.Fails(HResults.E_ACCESSDENIED, $"{e.Message} Let the agent read and write the key file, and its directory");
        }
    }

    public byte[] Seal(ReadOnlySpan<byte> secret)
    {
        var sealedBytes = new byte[HeadBytes + secret.Length];
        sealedBytes[0] = Version;
        var nonce = sealedBytes.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);

        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce, secret, sealedBytes.AsSpan(HeadBytes), sealedBytes.AsSpan(1 + NonceBytes, TagBytes), sealedBytes.AsSpan(0, 1));
        return sealedBytes;
    }

    /// <summary>Gives a secret back, unless it was changed or sealed under another key.</summary>
    public bool TryOpen(ReadOnlySpan<byte> sealedBytes, out byte[] secret)
    {
        secret = [];
        if (sealedBytes.Length < HeadBytes || sealedBytes[0] != Version)
            return false;

        var opened = new byte[sealedBytes.Length - HeadBytes];
        using var aes = new AesGcm(_key, TagBytes);
        try
        {
            var tag = sealedBytes.Slice(1 + NonceBytes, TagBytes);
            aes.Decrypt(sealedBytes.Slice(1, NonceBytes), sealedBytes[HeadBytes..], tag, opened, sealedBytes[..1]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        secret = opened;
        return true;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    static void MakeKey(string keyPath)
    {
        // Under another name first: a key file cut short by a crash would lock every secret away for good.
        var fresh = keyPath + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;

        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        using (var file = new FileStream(fresh, options))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        CryptographicOperations.ZeroMemory(key);
        File.Move(fresh, keyPath, overwrite: false);
    }

    static Failure? Read(DiskOperation opening, out SecretBox? box)
    {
        box = null;
        using var handle = File.OpenHandle(opening.Path);
        if (!OperatingSystem.IsWindows() && ExposureOf(opening, handle) is { } exposure)
            return exposure;

        // One byte of room more, so that a longer file shows.
        var bytes = new byte[KeyBytes + 1];
        if (RandomAccess.Read(handle, bytes, 0) != KeyBytes)
        {
            return opening.Fails(HResults.ERROR_INVALID_DATA,
                $"this is no key of {KeyBytes} bytes; restore it, or remove it and enter the stored credentials again");
        }

        box = new SecretBox(bytes[..KeyBytes]);
        CryptographicOperations.ZeroMemory(bytes);
        return null;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    static Failure? ExposureOf(DiskOperation opening, Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        if ((File.GetUnixFileMode(handle) & ~OwnerOnly) != 0)
        {
            return opening.Fails(HResults.E_ACCESSDENIED,
                "others than its owner have rights on the key file; check who read it, then chmod 600, or remove it for a new key");
        }

        return Posix.Stat(opening.Path, out var stat) == Errno.None && stat.Uid != AgentIdentity.Uid
            ? opening.Fails(HResults.E_ACCESSDENIED, $"the key file belongs to uid {stat.Uid}, not to the agent (uid {AgentIdentity.Uid}); chown it")
            : null;
    }
}
