using System.Text;
using Haul.Engine.Pieces;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>A Metalink stands in a piece-hash file's place, and nothing in it leads anywhere else.</summary>
public sealed class MetalinkTests
{
    static readonly byte[] _content = FakeContent();
    static readonly Manifest _manifest = Manifest.Of(_content, 16 << 10);

    [Fact]
    public void The_hashes_of_a_file_are_read_whatever_stands_beside()
    {
        var text = Of(File("other.iso", 5, 16 << 10, [new string('0', 64)]), File("a/image.iso", _content.Length, 16 << 10, Hashes));

        var read = Read(text, "image.iso");

        Assert.Equal((S_OK, _manifest.HashOfHashes, (long)_content.Length), (read.Code, read.Value!.HashOfHashes, read.Value.Layout.Length));
    }

    [Fact]
    public void Of_one_file_alone_the_name_does_not_matter() =>
        Assert.Equal(_manifest.HashOfHashes, Read(Of(File("image.iso", _content.Length, 16 << 10, Hashes)), "download").Value!.HashOfHashes);

    [Fact]
    public void What_is_expected_of_it_is_compared()
    {
        var text = Of(File("image.iso", _content.Length, 16 << 10, Hashes));

        Assert.Equal(S_OK, Read(text, "image.iso", new ManifestPin(null, _manifest.HashOfHashes)).Code);
        Assert.Equal(DO_E_METAINFO_HOH_MATCH, Read(text, "image.iso", new ManifestPin(null, PieceHash.Of([]))).Code);
        Assert.Equal(DO_E_PHF_DIGESTMATCH_POTENTIAL_PROXYSERVER, Read(text, "image.iso", new ManifestPin(Digest.Parse($"sha256:{new string('0', 64)}"), null)).Code);
        Assert.Equal(DO_E_METAINFO_DIGEST_MATCH, Read(text, "image.iso", new ManifestPin(null, null, SomePublisher())).Code);
    }

    [Fact]
    public void What_is_written_comes_back()
    {
        var text = MetalinkWriter.Write(_manifest, "a&b <c>.iso", PieceHash.Of(_content), new Uri("http://origin.test/a%26b"));

        Assert.Equal(_manifest.HashOfHashes, Read(Encoding.UTF8.GetString(text), "a&b <c>.iso").Value!.HashOfHashes);
    }

    public static TheoryData<string, uint> Defects => new()
    {
        { Of(File("image.iso", -1, 16 << 10, Hashes)), 0x80D0681D },
        { Of(File("image.iso", _content.Length, 5, Hashes)), 0x80D0681E },
        { Of(File("image.iso", _content.Length, 4 << 20, Hashes)), 0x80D0681E },
        { Of(File("image.iso", _content.Length, 16 << 10, Hashes[..1])), 0x80D06820 },
        { Of(File("image.iso", _content.Length, 16 << 10, [])), 0x80D06820 },
        { Of(File("image.iso", _content.Length, 16 << 10, [.. Hashes[..^1], "xyz"])), 0x80D06821 },
        { Of(File("image.iso", _content.Length, 16 << 10, Hashes).Replace("sha-256", "sha-1", StringComparison.Ordinal)), 0x80D06820 },
        { Of(File("a", 5, 16 << 10, Hashes), File("b", 5, 16 << 10, Hashes)), 0x80D06809 },
        { Of(), 0x80D06809 },
        { Of(File("image.iso", _content.Length, 16 << 10, Hashes))[..^12], 0x80D06809 },
        { "<metalink version=\"3.0\" xmlns=\"http://www.metalinker.org/\"/>", 0x80D06809 },
        { "<html><body>Log in, <metalink>!</body></html>", 0x80D06809 },
        { "<!DOCTYPE metalink [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">&b;</metalink>", 0x80D06809 },
        { "<!DOCTYPE metalink SYSTEM \"file:///etc/passwd\"><metalink xmlns=\"urn:ietf:params:xml:ns:metalink\"/>", 0x80D06809 },
        { "<html><body>Log in!</body></html>", 0x80D06824 },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public void What_is_wrong_with_it_has_a_code(string text, uint code) => Assert.Equal(new HResult((int)code), Read(text, "image.iso").Code);

    [Fact]
    public void One_that_is_too_long_is_refused()
    {
        using var reader = new PieceHashReader(ManifestPin.None, -1, "a");
        Assert.Null(reader.Take("<metalink"u8));
        for (var taken = 0; taken <= MetalinkReader.TextMax; taken += 1 << 20)
            Assert.Null(reader.Take(new byte[1 << 20]));

        Assert.Equal(DO_E_METAINFO_FILE_SIZE, reader.Finish().Code);
    }

    static string[] Hashes => [.. _manifest.Hashes.Select(hash => hash.ToString().ToUpperInvariant())];

    static string Of(params string[] files) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <metalink xmlns="urn:ietf:params:xml:ns:metalink">
          <published>2026-01-01T00:00:00Z</published>
          {string.Concat(files)}
        </metalink>
        """;

    static string File(string name, long size, int pieceSize, IEnumerable<string> hashes) => $"""
        <file name="{name}"><!-- a comment --><identity>x</identity>
          <size>{size}</size><hash type="sha-256">{new string('f', 64)}</hash>
          <pieces length="{1}" type="sha-1"><hash>aa</hash></pieces>
          <pieces length="{pieceSize}" type="sha-256">{string.Concat(hashes.Select(hash => $"<hash> {hash}\n</hash>"))}</pieces>
          <url location="de" priority="1">http://origin.test/{name}</url></file>
        """;

    static Outcome<Manifest> Read(string text, string name, ManifestPin? pin = null) => PieceHashFile.Read(Encoding.UTF8.GetBytes(text), pin ?? ManifestPin.None, contentName: name);

    static PublisherPin SomePublisher()
    {
        using var pair = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        return new PublisherPin(PublisherKey.Of(pair), "/image.iso");
    }

    static byte[] FakeContent()
    {
        var content = new byte[50_000];
        new Random(1).NextBytes(content);
        return content;
    }
}
