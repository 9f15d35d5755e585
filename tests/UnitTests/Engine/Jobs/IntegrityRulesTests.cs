using Haul.Engine.Jobs;
using Haul.Engine.Pieces;
using Haul.Engine.Sources;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>What may stand in an integrity check, and whom its file is asked of.</summary>
public sealed class IntegrityRulesTests
{
    const string Plain = "http://h.test/phf";
    const string Secure = "https://h.test/phf";

    static readonly string _hex = new('a', 64);
    static readonly string _base64 = Convert.ToBase64String(new byte[32]);

    public static TheoryData<string, string?, string?, string?> Fine => new()
    {
        { Secure, null, null, null },
        { Plain, _hex, null, null },
        { Plain, _base64, "SHA256", null },
        { Plain, _base64, "sha256", _hex },
        { Plain, null, null, _base64 },
        { Plain, new string('B', 128), "SHA512", null },
        { Plain, Convert.ToBase64String(new byte[64]), "SHA512", null },
    };

    [Theory]
    [MemberData(nameof(Fine))]
    public void What_proves_something_is_taken(string url, string? digest, string? algorithm, string? hash) => Assert.Null(IntegrityRules.Refuse(Check(url, digest, algorithm, hash)));

    public static TheoryData<string, string?, string?, string?, string> Refused => new()
    {
        { Plain, null, null, null, "piecesHashFileUrl" },
        { "ftp://h.test/phf", _hex, null, null, "piecesHashFileUrl" },
        { "", _hex, null, null, "piecesHashFileUrl" },
        { "https://ann:secret@h.test/phf", null, null, null, "piecesHashFileUrl" },
        { Plain, _hex, "MD5", null, "piecesHashFileDigestAlgorithm" },
        { Plain, _hex, "SHA512", null, "piecesHashFileDigest" },
        { Plain, "a", null, null, "piecesHashFileDigest" },
        { Plain, new string('z', 64), null, null, "piecesHashFileDigest" },
        { Plain, new string('A', 1000), null, null, "piecesHashFileDigest" },
        { Plain, null, null, "AAAA", "hashOfHashes" },
        { Plain, null, null, new string('a', 128), "hashOfHashes" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_refused_is_named(string url, string? digest, string? algorithm, string? hash, string member)
    {
        var refused = IntegrityRules.Refuse(Check(url, digest, algorithm, hash));

        Assert.Equal(E_INVALIDARG, refused!.Code);
        Assert.Contains($" {member} ", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Over_TLS_with_anybody_s_certificate_it_does_not_speak_for_itself()
    {
        var http = new HttpOptions { IgnoredCertificateFaults = CertificateFaults.UnknownAuthority };

        Assert.Equal(E_INVALIDARG, IntegrityRules.Refuse(Check(Secure, null, null, null), http)!.Code);
        Assert.Null(IntegrityRules.Refuse(Check(Secure, _hex, null, null), http));
    }

    [Fact]
    public void A_publisher_proves_it_and_what_is_no_key_does_not()
    {
        using var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);

        Assert.Null(IntegrityRules.Refuse(Check(Plain, null, null, null) with { PublisherKey = PublisherKey.Of(pair).Text }));
        Assert.Contains("publisherKey", IntegrityRules.Refuse(Check(Plain, null, null, null) with { PublisherKey = "haul-p256:AAAA" })!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_spellings_of_a_hash_mean_the_same()
    {
        var (digest, hash) = (PieceHash.Of([1]), PieceHash.Of([2]));
        var hex = Request(Check(Plain, Hex(digest), null, Hex(hash)))!.Pin;
        var base64 = Request(Check(Plain, Base64(digest), "SHA256", Base64(hash)))!.Pin;

        Assert.Equal(hex, base64);
        Assert.Equal((new Digest("sha256", Hex(digest)), hash), (hex.Text, hex.HashOfHashes));
    }

    [Theory]
    [InlineData("http://origin.test/phf", true)]
    [InlineData("http://other.test/phf", false)]
    [InlineData("http://origin.test:81/phf", false)]
    public void Credentials_go_to_the_host_of_the_file_only(string url, bool areSent)
    {
        var asked = Request(Check(url, _hex, null, null))!.Origin;
        using var request = asked.Get(asked.Uri, new Version(1, 1));

        Assert.Equal(areSent, request.Headers.Authorization is not null);
        Assert.Equal(areSent, request.Headers.Contains("Cookie"));
        Assert.True(request.Headers.Contains("X-Other"));
    }

    [Fact]
    public void What_only_tls_vouches_for_never_comes_without_it()
    {
        Assert.False(Request(Check(Secure, null, null, null))!.Origin.Options.AllowSecureToInsecureRedirect);
        Assert.True(Request(Check(Secure, _hex, null, null))!.Origin.Options.AllowSecureToInsecureRedirect);
    }

    static Haul.Engine.Transfers.ManifestRequest? Request(IntegrityCheck check) => IntegrityRules.RequestOf(check, new OriginRequest(new Uri("http://origin.test/a"), new HttpOptions
    {
        UserName = "ann",
        Password = "secret",
        Headers = [new Header("Cookie", "c"), new Header("X-Other", "o")],
        AllowSecureToInsecureRedirect = true,
    }));

    static IntegrityCheck Check(string url, string? digest, string? algorithm, string? hash) =>
        new() { PiecesHashFileUrl = url, PiecesHashFileDigest = digest, PiecesHashFileDigestAlgorithm = algorithm, HashOfHashes = hash };

    static string Hex(PieceHash hash) => Convert.ToHexStringLower(Bytes(hash));

    static string Base64(PieceHash hash) => Convert.ToBase64String(Bytes(hash));

    static byte[] Bytes(PieceHash hash)
    {
        var bytes = new byte[PieceHash.Size];
        hash.Write(bytes);
        return bytes;
    }
}
