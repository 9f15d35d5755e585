using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Haul.Engine.Pieces;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Pieces;

/// <summary>The piece-hash file: what is read, and what each defect is called.</summary>
public sealed class PieceHashFileTests
{
    static readonly Manifest _manifest = Manifest.Of(FakeOrigin.Content(40_000), 16 << 10);
    static readonly string _text = Encoding.UTF8.GetString(PieceHashFile.Write(_manifest));

    static readonly Gen<Manifest> _manifests = Gen.Select(Gen.Int[14, 20], Gen.Long[0, 5_000_000], Gen.ULong).Select((power, length, seed) =>
    {
        var layout = new PieceLayout(length, 1 << power);
        return new Manifest(length, 1 << power, [.. Enumerable.Range(0, layout.Count).Select(i => new PieceHash(seed + (ulong)i, (UInt128)seed * (ulong)(i + 1) << 31))]);
    });

    [Fact]
    public void What_was_written_is_read_whole_or_in_parts() =>
        Gen.Select(_manifests, Gen.Int[1, 300]).Sample((manifest, step) =>
        {
            var text = PieceHashFile.Write(manifest);
            var pin = new ManifestPin(new Digest("sha512", Convert.ToHexStringLower(SHA512.HashData(text))), manifest.HashOfHashes);
            using var reader = new PieceHashReader(pin, manifest.Layout.Length);
            for (var at = 0; at < text.Length; at += step)
                Assert.Null(reader.Take(text.AsSpan(at, Math.Min(step, text.Length - at))));
            var read = reader.Finish();
            return read.Succeeded && read.Value.Layout == manifest.Layout && read.Value.Hashes.SequenceEqual(manifest.Hashes);
        }, iter: 200);

    [Fact]
    public void Unknown_members_indentation_escapes_and_a_byte_order_mark_are_passed_over()
    {
        var text = _text.Replace("{\"Maj", "{\n  \"Later\": {\"Pieces\": [1, {}]},\n \"Other\": [[\"x\"], null],\n\"Maj", StringComparison.Ordinal).Replace("=\"", "\\u003D\"", StringComparison.Ordinal);

        Assert.Equal(_manifest.HashOfHashes, Read("\uFEFF" + text).Value!.HashOfHashes);
        Assert.True(Read(text.Replace("\"MinorVersion\":0,", "", StringComparison.Ordinal)).Succeeded);
        Assert.True(Read(_text.Replace("\"MinorVersion\":0", "\"MinorVersion\":7", StringComparison.Ordinal)).Succeeded);
    }

    public static TheoryData<string, string, string> Defects => new()
    {
        { _text, "", nameof(DO_E_METAINFO_FILE_SIZE) },
        { _text, "   ", nameof(DO_E_METAINFO_PARSE_JSON) },
        { _text, "[]", nameof(DO_E_METAINFO_PARSE_JSON) },
        { _text, "7", nameof(DO_E_METAINFO_PARSE_JSON) },
        { _text, "<!DOCTYPE html><html>", nameof(DO_E_PHF_PARSEJSON_POTENTIAL_PROXYSERVER) },
        { _text, " \r\n<html>", nameof(DO_E_PHF_PARSEJSON_POTENTIAL_PROXYSERVER) },
        { "{\"Maj", "{\"ContentLength\":1,\"Maj", nameof(DO_E_METAINFO_PARSE_JSON) },
        { "]}", "]}x", nameof(DO_E_METAINFO_PARSE_JSON) },
        { "]}", "]", nameof(DO_E_METAINFO_PARSE_JSON) },
        { "\"MinorVersion\":0", "\"MinorVersion\":0,\"X\":\"\\uD800\"", nameof(S_OK) },
        { "\"MinorVersion\":0", "\"MinorVersion\":0,\"\\uD800\":1", nameof(DO_E_METAINFO_PARSE_JSON) },
        { "\"MajorVersion\":1", "\"MajorVersion\":2", nameof(DO_E_METAINFO_VERSION) },
        { "\"MajorVersion\":1", "\"MajorVersion\":\"1\"", nameof(DO_E_METAINFO_VERSION) },
        { "\"MajorVersion\":1,", "", nameof(DO_E_METAINFO_VERSION) },
        { "\"MinorVersion\":0", "\"MinorVersion\":-1", nameof(DO_E_METAINFO_VERSION) },
        { "\"ContentLength\":40000,", "", nameof(DO_E_METAINFO_CONTENT_LENGTH) },
        { "40000", "-1", nameof(DO_E_METAINFO_CONTENT_LENGTH) },
        { "40000", "1.5", nameof(DO_E_METAINFO_CONTENT_LENGTH) },
        { "40000", "{}", nameof(DO_E_METAINFO_CONTENT_LENGTH) },
        { "40000", "2000000000000000", nameof(DO_E_METAINFO_CONTENT_LENGTH) },
        { "40000", "99999999999999999999", nameof(DO_E_METAINFO_CONTENT_LENGTH) },
        { "\"PieceSize\":16384,", "", nameof(DO_E_METAINFO_PIECE_SIZE) },
        { "16384", "16385", nameof(DO_E_METAINFO_PIECE_SIZE) },
        { "16384", "2097152", nameof(DO_E_METAINFO_PIECE_SIZE) },
        { "16384", "0", nameof(DO_E_METAINFO_PIECE_SIZE) },
        { "\"HashOfHashes\"", "\"Hash\"", nameof(DO_E_METAINFO_PARSE_HOH) },
        { "\"HashOfHashes\":\"", "\"HashOfHashes\":\"?", nameof(DO_E_METAINFO_PARSE_HOH) },
        { "\"HashOfHashes\":", "\"HashOfHashes\":1,\"X\":", nameof(DO_E_METAINFO_PARSE_HOH) },
        { "\"Pieces\"", "\"Parts\"", nameof(DO_E_METAINFO_PARSE_PIECEHASHES) },
        { "\"Pieces\":[", "\"Pieces\":7,\"X\":[", nameof(DO_E_METAINFO_PARSE_PIECEHASHES) },
        { "40000", "60000", nameof(DO_E_METAINFO_PARSE_PIECEHASHES) },
        { "40000", "10000", nameof(DO_E_METAINFO_PARSE_PIECEHASHES) },
        { "\"Pieces\":[", "\"Pieces\":[null,", nameof(DO_E_METAINFO_PARSE_ONE_PIECEHASH) },
        { "\"Pieces\":[", "\"Pieces\":[[],", nameof(DO_E_METAINFO_PARSE_ONE_PIECEHASH) },
        { "\"Pieces\":[", "\"Pieces\":[\"AAAA\",", nameof(DO_E_METAINFO_PARSE_ONE_PIECEHASH) },
        { "\"Pieces\":[\"", "\"Pieces\":[\"\\uD800", nameof(DO_E_METAINFO_PARSE_JSON) },
        { "\"HashOfHashes\":\"" + Base64(_manifest.HashOfHashes), "\"HashOfHashes\":\"" + Base64(_manifest.Hashes[0]), nameof(DO_E_METAINFO_HOH_FINAL_MATCH) },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public void Each_defect_has_its_code(string what, string instead, string code)
    {
        var text = _text.Replace(what, instead, StringComparison.Ordinal);
        Assert.NotEqual(_text, text);

        Assert.Equal(FromName(code), Read(text).Code);
    }

    [Fact]
    public void What_is_not_the_expected_one_is_told_so_before_anything_else()
    {
        var digest = new ManifestPin(Digest.Parse("sha256:" + new string('0', 64)), null);
        var hash = new ManifestPin(null, _manifest.Hashes[0]);

        Assert.Equal(DO_E_METAINFO_DIGEST_MATCH, Read(_text, digest).Code);
        Assert.Equal(DO_E_METAINFO_DIGEST_MATCH, Read("{", digest).Code);
        Assert.Equal(DO_E_PHF_DIGESTMATCH_POTENTIAL_PROXYSERVER, Read("<html>", digest).Code);
        Assert.Equal(DO_E_METAINFO_HOH_MATCH, Read(_text, hash).Code);
    }

    [Fact]
    public void A_text_that_is_longer_than_the_content_needs_is_refused()
    {
        using var reader = new PieceHashReader(ManifestPin.None, lengthBytes: 1000);
        Assert.Null(reader.RefuseLength(8000));
        Assert.Equal(DO_E_METAINFO_FILE_SIZE, reader.RefuseLength(9000)!.Code);
        Assert.Null(reader.Take(new byte[8000]));
        Assert.Equal(DO_E_METAINFO_FILE_SIZE, reader.Take(new byte[1000])!.Code);
    }

    [Theory]
    [InlineData(-1, PieceHashFile.TextMax)]
    [InlineData(0, 8192 + 64)]
    [InlineData(long.MaxValue, PieceHashFile.TextMax)]
    public void The_longest_text_follows_from_the_length_of_the_content(long length, long most) => Assert.Equal(most, PieceHashFile.TextMaxFor(length));

    [Fact]
    public void The_text_of_any_content_fits_its_limit() =>
        _manifests.Sample(manifest => PieceHashFile.Write(manifest).Length <= PieceHashFile.TextMaxFor(manifest.Layout.Length), iter: 100);

    // Texts that a stranger may send: noise, and the right text with some of it changed, cut or repeated.
    static readonly Gen<byte[]> _strange = Gen.OneOf(
        Gen.Byte.Array[0, 2000],
        Gen.Select(Gen.Int[0, _text.Length - 1], Gen.Byte, Gen.Int[0, 3]).Array[1, 4].Select(changes =>
        {
            var text = Encoding.UTF8.GetBytes(_text).ToList();
            foreach (var (at, value, kind) in changes.Where(change => change.Item1 < text.Count))
            {
                if (kind == 0)
                    text[at] = value;
                else if (kind == 1)
                    text.RemoveRange(at, Math.Min(value, text.Count - at));
                else
                    text.InsertRange(at, text.GetRange(at, Math.Min(value, text.Count - at)));
            }
            return text.ToArray();
        }));

    [Fact]
    public void No_text_makes_it_throw_and_a_false_one_is_never_taken() =>
        _strange.Sample(text =>
        {
            var read = PieceHashFile.Read(text, new ManifestPin(null, _manifest.HashOfHashes));
            return !read.Succeeded || read.Value.Hashes.SequenceEqual(_manifest.Hashes);
        }, iter: 2000);

    [Theory]
    [InlineData("[")]
    [InlineData("{\"Pieces\":[\"")]
    [InlineData("{\"a\":")]
    [InlineData("\"")]
    [InlineData(" ")]
    public void A_long_text_of_one_kind_costs_no_memory(string unit)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length)));
        using var reader = new PieceHashReader(ManifestPin.None, lengthBytes: -1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Assert.Null(reader.Take(text));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.False(reader.Finish().Succeeded);
    }

    static Outcome<Manifest> Read(string text, ManifestPin? pin = null) => PieceHashFile.Read(Encoding.UTF8.GetBytes(text), pin ?? ManifestPin.None);

    static string Base64(PieceHash hash)
    {
        var bytes = new byte[PieceHash.Size];
        hash.Write(bytes);
        return Convert.ToBase64String(bytes);
    }
}
