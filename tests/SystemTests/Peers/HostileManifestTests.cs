using System.Globalization;
using System.IO.Compression;
using System.Text;
using Haul.SystemTests.Cli;
using Haul.SystemTests.Origins;

namespace Haul.SystemTests.Peers;

/// <summary>haul get with manifests that are made to use it up, from a real origin: each ends with a result of the contract, within little memory.</summary>
public sealed class HostileManifestTests : IAsyncDisposable
{
    const string Length = "3000000";

    /// <summary>What the runtime gives the program for all its objects; it ends in disorder where that is not enough.</summary>
    const long HeapMax = 96 << 20;

    readonly CliRig _rig = new();

    public HostileManifestTests()
    {
        _rig.Variables["DOTNET_GCHeapHardLimit"] = $"0x{HeapMax:x}";
        _rig.Origin.Serve("/file", new TestContent(1, 3_000_000));
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData("[")]
    [InlineData(" ")]
    [InlineData("{\"a\":")]
    [InlineData("{\"MajorVersion\":1,")]
    [InlineData("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("111111111111111111111111111111111")]
    [InlineData("<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">")]
    [InlineData("<!-- x -->")]
    [InlineData("\0")]
    public async Task One_that_never_ends(string text)
    {
        Serves(Endless(text), length: null);

        await FailsAsync("DO_E_METAINFO", "DO_E_PHF");
    }

    [Fact]
    public async Task One_that_is_announced_as_endless_or_with_no_length_at_all()
    {
        _rig.Origin.Serve("/hashes").Answers(_ => new OriginAnswer(200, Endless("[")) { EndsConnection = true });
        await FailsAsync("DO_E_FILE_SIZE_UNKNOWN_HTTP_200");

        Serves(Endless("["), 1L << 40);
        await FailsAsync("DO_E_METAINFO_FILE_SIZE");
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("<a>", "</a>")]
    public async Task One_that_is_nested_a_million_times(string open, string close)
    {
        const int Depth = 1_000_000;
        var text = new StringBuilder().Insert(0, open, Depth).Append('1').Insert(open.Length * Depth + 1, close, Depth).ToString();
        Serves(AnswerBody.Of(text), text.Length);

        await FailsAsync("DO_E_METAINFO", "DO_E_PHF");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task One_of_256_MiB_that_comes_as_one(string encoding)
    {
        var packed = Pack(encoding, 256 << 20);
        _rig.Origin.Serve("/hashes").Answers(_ =>
        {
            var answer = new OriginAnswer(200, AnswerBody.Of(packed));
            answer.Headers.Add("Content-Length", Wire.Number(packed.Length));
            answer.Headers.Add("Content-Encoding", encoding);
            return answer;
        });

        await FailsAsync("");
    }

    [Fact]
    public async Task One_with_more_hashes_than_its_content_has_pieces()
    {
        var text = Hashes(count: 1_000_000, length: Length);
        Serves(AnswerBody.Of(text), text.Length);

        await FailsAsync("DO_E_METAINFO");
    }

    [Fact]
    public async Task One_of_a_million_pieces_for_a_content_that_has_three()
    {
        var text = Hashes(count: 1_000_000, length: (16_384L * 1_000_000).ToString(CultureInfo.InvariantCulture));
        Serves(AnswerBody.Of(text), text.Length);

        await FailsAsync("DO_E_METAINFO");
    }

    [Fact]
    public async Task One_whose_entities_are_made_of_entities()
    {
        var text = new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE metalink [<!ENTITY a0 \"ha\">");
        for (var i = 1; i < 100; i++)
            text.Append(CultureInfo.InvariantCulture, $"<!ENTITY a{i} \"&a{i - 1};&a{i - 1};&a{i - 1};&a{i - 1};\">");
        text.Append("]><metalink xmlns=\"urn:ietf:params:xml:ns:metalink\"><file name=\"file\">&a99;</file></metalink>");
        Serves(AnswerBody.Of(text.ToString()), text.Length);

        await FailsAsync("DO_E_METAINFO", "DO_E_PHF");
    }

    [Theory]
    [InlineData("9223372036854775807", "1048576")]
    [InlineData("99999999999999999999999999", "1048576")]
    [InlineData("-1", "1048576")]
    [InlineData("1e400", "1048576")]
    [InlineData("3000000", "1")]
    [InlineData("3000000", "0")]
    [InlineData("3000000", "4294967296")]
    public async Task One_with_extreme_numbers(string length, string pieceSize)
    {
        var text = Hashes(count: 3, length, pieceSize);
        Serves(AnswerBody.Of(text), text.Length);

        await FailsAsync("DO_E_METAINFO");
    }

    /// <summary>Of a length that is told, or in chunks.</summary>
    void Serves(AnswerBody body, long? length) => _rig.Origin.Serve("/hashes").Answers(_ =>
    {
        var answer = new OriginAnswer(200, body);
        answer.Delivery.IsChunked = length is null;
        if (length is null)
            answer.Headers.Add("Transfer-Encoding", "chunked");
        if (length is { } bytes)
            answer.Headers.Add("Content-Length", Wire.Number(bytes));
        return answer;
    });

    /// <summary>It fails as the contract has it, and nothing is delivered.</summary>
    async Task FailsAsync(params string[] whys)
    {
        var get = await _rig.RunAsync("get", _rig.Url("/file"), "--manifest", _rig.Url("/hashes"), "--manifest-digest", $"sha256:{new string('0', 64)}");

        Assert.Equal(5, get.Exit);
        Assert.Matches(@"\[DO_E_[A-Z_]+ 0x80D0[0-9A-F]{4}\]", get.Error);
        Assert.True(whys.Any(why => get.Error.Contains(why, StringComparison.Ordinal)), get.Error);
        Assert.False(File.Exists(_rig.Target("file")));
    }

    /// <summary>A text over and over, for a tebibyte.</summary>
    static AnswerBody Endless(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new AnswerBody(1L << 40, (offset, into) =>
        {
            for (var i = 0; i < into.Length; i++)
                into[i] = bytes[(offset + i) % bytes.Length];
        });
    }

    static string Hashes(int count, string length, string pieceSize = "16384")
    {
        var hash = Convert.ToBase64String(new byte[32]);
        var text = new StringBuilder($$"""{"MajorVersion":1,"MinorVersion":0,"HashOfHashes":"{{hash}}","ContentLength":{{length}},"PieceSize":{{pieceSize}},"Pieces":[""");
        for (var i = 0; i < count; i++)
            text.Append(i == 0 ? "\"" : ",\"").Append(hash).Append('"');
        return text.Append("]}").ToString();
    }

    static byte[] Pack(string encoding, int lengthBytes)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            var some = new byte[1 << 20];
            for (var i = 0; i < lengthBytes; i += some.Length)
                packer.Write(some);
        }
        return packed.ToArray();
    }
}
