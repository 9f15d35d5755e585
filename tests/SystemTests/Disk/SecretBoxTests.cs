using System.Runtime.Versioning;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;

namespace Haul.SystemTests.Disk;

/// <summary>Secrets at rest, and the file of their key.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SecretBoxTests : IDisposable
{
    readonly TestDirectory _directory = new();

    string KeyPath => _directory.At("key");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_sealed_secret_opens_again_also_after_a_restart()
    {
        byte[] sealedSecret;
        using (var box = Open())
            sealedSecret = box.Seal("hunter2"u8);

        using var again = Open();
        Assert.True(again.TryOpen(sealedSecret, out var secret));
        Assert.Equal("hunter2"u8, secret);
        Assert.Equal(-1, sealedSecret.AsSpan().IndexOf("hunter2"u8));
    }

    [Fact]
    public void The_same_secret_never_looks_the_same()
    {
        using var box = Open();
        Assert.NotEqual(box.Seal("hunter2"u8), box.Seal("hunter2"u8));
    }

    [Fact]
    public void A_secret_that_was_changed_anywhere_does_not_open()
    {
        using var box = Open();
        var sealedSecret = box.Seal("hunter2"u8);
        for (var at = 0; at < sealedSecret.Length; at++)
        {
            sealedSecret[at] ^= 1;
            Assert.False(box.TryOpen(sealedSecret, out var secret));
            Assert.Empty(secret);
            Assert.False(box.TryOpen(sealedSecret.AsSpan(0, at), out _));
            sealedSecret[at] ^= 1;
        }

        Assert.True(box.TryOpen(sealedSecret, out _));
    }

    [Fact]
    public void A_secret_of_another_key_does_not_open()
    {
        using var box = Open();
        Assert.Null(SecretBox.Open(_directory.At("other"), out var other));
        using (other)
            Assert.False(other!.TryOpen(box.Seal("hunter2"u8), out _));
    }

    [Fact]
    public void An_empty_secret_is_one_too()
    {
        using var box = Open();
        Assert.True(box.TryOpen(box.Seal([]), out var secret));
        Assert.Empty(secret);
    }

    [Fact]
    public void The_key_file_is_the_owners_alone()
    {
        Open().Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.Equal([KeyPath], Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData(0b110_100_000)]
    [InlineData(0b110_000_100)]
    [InlineData(0b110_010_000)]
    public void A_key_file_that_others_have_rights_on_is_refused(int mode)
    {
        Open().Dispose();
        Native.Mode(KeyPath, mode);
        Refused(HResults.E_ACCESSDENIED, "chmod 600");
    }

    [RootFact]
    public void A_key_file_of_another_user_is_refused()
    {
        Open().Dispose();
        Native.Own(KeyPath, TestUsers.First.Uid, TestUsers.First.Gid);
        Refused(HResults.E_ACCESSDENIED, "belongs to uid");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_key_file_of_a_wrong_length_is_refused_and_kept(int length)
    {
        File.WriteAllBytes(KeyPath, new byte[length]);
        Native.Mode(KeyPath, 0b110_000_000);
        Refused(HResults.ERROR_INVALID_DATA, "32 bytes");
        Assert.Equal(length, new FileInfo(KeyPath).Length);
    }

    [Fact]
    public void A_first_use_that_was_cut_short_does_not_matter()
    {
        File.WriteAllBytes(KeyPath + ".new", new byte[7]);
        Open().Dispose();
        Assert.Equal(32, new FileInfo(KeyPath).Length);
    }

    SecretBox Open()
    {
        Assert.Null(SecretBox.Open(KeyPath, out var box));
        return box!;
    }

    void Refused(HResult code, string words)
    {
        var failure = SecretBox.Open(KeyPath, out var box);
        Assert.Null(box);
        Assert.Equal(code, failure?.Code);
        Assert.Contains(KeyPath, failure!.Text, StringComparison.Ordinal);
        Assert.Contains(words, failure.Text, StringComparison.Ordinal);
    }
}
