using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Haul.Engine.Pieces;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>What a publisher signed is taken, and nothing else.</summary>
public sealed class ManifestSealTests : IDisposable
{
    readonly ECDsa _pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly byte[] _content = new byte[(1 << 20) + 5];

    [Fact]
    public void A_sealed_manifest_comes_back_from_its_text()
    {
        var sealed_ = Sealed("1.0/image.iso");

        var read = Read(PieceHashFile.Write(sealed_), "/releases/1.0/image.iso");

        Assert.Equal(S_OK, read.Code);
        Assert.Equal(("1.0/image.iso", PieceHash.Of(_content), PublisherKey.Of(_pair).Text), (read.Value!.Seal!.Name, read.Value.Seal.Digest, read.Value.Seal.Key));
    }

    [Theory]
    [InlineData("/image.iso", true)]
    [InlineData("/a/b/image.iso", true)]
    [InlineData("/a/other.iso", false)]
    [InlineData("/a/my-image.iso", false)]
    [InlineData("/image.iso/", false)]
    [InlineData("/IMAGE.iso", false)]
    public void It_is_for_one_name_only(string path, bool isFor)
    {
        Assert.Equal(isFor ? S_OK : DO_E_METAINFO_DIGEST_MATCH, Read(PieceHashFile.Write(Sealed("image.iso")), path).Code);
    }

    [Fact]
    public void Another_publisher_s_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = PieceHashFile.Write(Sealed("a"));

        Assert.Equal(DO_E_METAINFO_DIGEST_MATCH, PieceHashFile.Read(text, Pin("/a", other)).Code);
    }

    [Fact]
    public void One_that_is_not_signed_is_refused_where_it_should_be()
    {
        Assert.Equal(DO_E_METAINFO_DIGEST_MATCH, Read(PieceHashFile.Write(Manifest.Of(_content)), "/a").Code);
        Assert.Equal(S_OK, PieceHashFile.Read(PieceHashFile.Write(Sealed("a")), ManifestPin.None).Code);
    }

    [Theory]
    [InlineData("ContentLength")]
    [InlineData("Pieces")]
    [InlineData("Name")]
    [InlineData("ContentDigest")]
    [InlineData("Signature")]
    public void Whatever_is_changed_breaks_the_signature(string member)
    {
        var json = JsonNode.Parse(PieceHashFile.Write(Sealed("a")))!.AsObject();
        var seal = json["Publisher"]!.AsObject();
        var hash = Convert.ToBase64String(SHA256.HashData("x"u8));
        switch (member)
        {
            case "ContentLength":
                json[member] = (int)json[member]! - 1;
                break;
            case "Pieces":
                json[member]!.AsArray()[0] = hash;
                json["HashOfHashes"] = Convert.ToBase64String(SHA256.HashData([.. json[member]!.AsArray().SelectMany(one => Convert.FromBase64String((string)one!))]));
                break;
            case "Name":
                seal[member] = "b";
                break;
            case "ContentDigest":
                seal[member] = hash;
                break;
            default:
                seal[member] = Convert.ToBase64String(new byte[PublisherKey.SignatureSize]);
                break;
        }

        Assert.Equal(DO_E_METAINFO_DIGEST_MATCH, Read(Encoding.UTF8.GetBytes(json.ToJsonString()), member == "Name" ? "/b" : "/a").Code);
    }

    [Theory]
    [InlineData("Name", null)]
    [InlineData("Key", null)]
    [InlineData("ContentDigest", "AAAA")]
    [InlineData("Signature", "no base64!")]
    [InlineData("Name", "")]
    public void A_seal_that_cannot_be_read_is_a_defect(string member, string? value)
    {
        var json = JsonNode.Parse(PieceHashFile.Write(Sealed("a")))!.AsObject();
        if (value is null)
            json["Publisher"]!.AsObject().Remove(member);
        else
            json["Publisher"]![member] = value;

        Assert.Equal(DO_E_METAINFO_PARSE_JSON, Read(Encoding.UTF8.GetBytes(json.ToJsonString()), "/a").Code);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"Name":5}""")]
    [InlineData("""{"Name":"a","Name":"a"}""")]
    [InlineData("""{"Name":{"a":1}}""")]
    public void What_is_no_seal_is_a_defect(string seal)
    {
        var text = Encoding.UTF8.GetString(PieceHashFile.Write(Manifest.Of(_content)));

        Assert.Equal(DO_E_METAINFO_PARSE_JSON, Read(Encoding.UTF8.GetBytes($"{text[..^1]},\"Publisher\":{seal}}}"), "/a").Code);
    }

    [Fact]
    public void A_name_as_long_as_is_allowed_fits_and_a_longer_one_does_not()
    {
        var long_ = new string('ä', ManifestSeal.NameMax);
        Assert.Equal(S_OK, Read(PieceHashFile.Write(Sealed(long_)), $"/{long_}").Code);
        Assert.Equal(DO_E_METAINFO_PARSE_JSON, Read(PieceHashFile.Write(Sealed(long_ + "ä")), $"/{long_}ä").Code);
    }

    [Fact]
    public void A_key_comes_back_from_its_text()
    {
        var key = PublisherKey.Of(_pair);

        Assert.Equal(96, key.Text.Length);
        Assert.Equal(key.Text, PublisherKey.Parse(key.Text)!.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("haul-p256:")]
    [InlineData("haul-p256:AAAA")]
    [InlineData("haul-p256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("p256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_key_is_none(string text) => Assert.Null(PublisherKey.Parse(text));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((3 << 20) + 17)]
    public void A_manifest_is_made_of_a_stream_as_of_its_bytes(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        using var stream = new MemoryStream(content);

        var (manifest, digest) = ManifestMaker.Make(stream);

        Assert.Equal((Manifest.Of(content).HashOfHashes, (long)size, PieceHash.Of(content)), (manifest.HashOfHashes, manifest.Layout.Length, digest));
    }

    public void Dispose() => _pair.Dispose();

    Manifest Sealed(string name)
    {
        var manifest = Manifest.Of(_content);
        return new Manifest(manifest.Layout.Length, manifest.Layout.PieceSize, manifest.Hashes) { Seal = ManifestSeal.Make(manifest, name, PieceHash.Of(_content), _pair) };
    }

    Outcome<Manifest> Read(byte[] text, string path) => PieceHashFile.Read(text, Pin(path, _pair));

    static ManifestPin Pin(string path, ECDsa pair) => new(null, null, new PublisherPin(PublisherKey.Of(pair), path));
}
