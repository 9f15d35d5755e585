using System.Security.Cryptography;
using Haul.Engine.Peers;
using Haul.Engine.Swarms;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>An agent's key pair: kept, shown and signed with.</summary>
public sealed class PeerIdentityTests : IDisposable
{
    readonly TempDirectory _directory = new();

    string State => _directory.File("state");

    string KeyPath => Path.Combine(State, PeerIdentity.FileName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_is_made_once_and_found_again()
    {
        using var made = PeerIdentity.Open(State).Value!;
        using var again = PeerIdentity.Open(State).Value!;

        Assert.Equal((made.Id, PeerId.Of(made.PublicKey)), (again.Id, made.Id));
        Assert.True(PeerKey.HasForm(made.PublicKey));
        Assert.True(PeerKey.Signed(again.PublicKey, "word"u8, made.Sign("word"u8)));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
    }

    [Fact]
    public void Its_certificate_has_its_key_and_the_private_half()
    {
        using var identity = PeerExamples.Identity(1);

        Assert.Equal(identity.PublicKey, identity.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.True(identity.Certificate.HasPrivateKey);
        Assert.Equal("CN=haul", identity.Certificate.Subject);
    }

    [Fact]
    public void A_key_that_others_can_read_or_that_is_none_is_refused()
    {
        PeerIdentity.Open(State).Value!.Dispose();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Assert.Equal(E_ACCESSDENIED, PeerIdentity.Open(State).Code);
            File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (var text in new[] { "", "no key", other.ExportPkcs8PrivateKeyPem(), PeerExamples.Identity(1).Certificate.ExportCertificatePem() })
        {
            File.WriteAllText(KeyPath, text);
            Assert.Equal(ERROR_INVALID_DATA, PeerIdentity.Open(State).Code);
        }
    }

    [Fact]
    public void A_signature_is_of_one_key_and_one_statement()
    {
        using var one = PeerExamples.Identity(1);
        using var two = PeerExamples.Identity(2);
        var signature = one.Sign("word"u8);

        Assert.True(PeerKey.Signed(one.PublicKey, "word"u8, signature));
        Assert.False(PeerKey.Signed(two.PublicKey, "word"u8, signature));
        Assert.False(PeerKey.Signed(one.PublicKey, "ward"u8, signature));
        Assert.False(PeerKey.Signed(one.PublicKey, "word"u8, signature.AsSpan(1)));
        Assert.False(PeerKey.Signed(one.PublicKey, "word"u8, new byte[64]));
    }

    [Fact]
    public void What_is_no_key_signed_nothing()
    {
        using var one = PeerExamples.Identity(1);
        var signature = one.Sign("word"u8);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.False(PeerKey.Signed(other.ExportSubjectPublicKeyInfo(), "word"u8, signature));
        Assert.False(PeerKey.Signed([], "word"u8, signature));
        for (var at = 0; at < one.PublicKey.Length; at++)
        {
            byte[] changed = [.. one.PublicKey];
            changed[at] ^= 1;
            Assert.False(PeerKey.Signed(changed, "word"u8, signature));
        }
    }
}
