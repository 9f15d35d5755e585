using Haul.Protocol.Contract;
using Haul.SystemTests.Origins;
using Haul.SystemTests.Origins.Faults;
using static Haul.Protocol.Contract.HResults;

namespace Haul.SystemTests.Transfers;

/// <summary>Whatever an origin does wrong: the right bytes, or a clear error and no file.</summary>
public sealed class MisbehavingOriginTests
{
    const int Length = 3_500_000;

    public static TheoryData<string> Survivable => [.. Beaten.Keys];

    public static TheoryData<string> Hopeless => [.. Refused.Keys];

    static readonly Dictionary<string, Action<OriginFile>> Beaten = new()
    {
        ["has no ranges"] = file => file.HasNoRanges(),
        ["hides its ranges"] = file => file.HidesRanges(),
        ["has no ranges and drops the first connections"] = file => file.HasNoRanges().DropsAfter(1_000_000, connections: 3),
        ["sends another range than asked"] = file => file.SendsOtherRange(1000),
        ["claims another offset"] = file => file.ClaimsOtherOffset(4096),
        ["sends garbage as Content-Range"] = file => file.ClaimsContentRange("bytes this-that/other"),
        ["hides the total"] = file => file.HidesTotal(),
        ["omits Content-Range"] = file => file.OmitsContentRange(),
        ["sends parts longer than their Content-Range"] = file => file.ResizesRanges(100),
        ["sends parts shorter than their Content-Range"] = file => file.ResizesRanges(-100),
        ["sends multipart"] = file => file.SendsMultipart(),
        ["refuses every range"] = file => file.RefusesRanges(),
        ["refuses to resume and drops once"] = file => file.RefusesResuming().DropsAfter(2_000_000, connections: 1),
        ["drops every connection after 300,000 bytes"] = file => file.DropsAfter(300_000),
        ["resets every connection after 900,000 bytes"] = file => file.ResetsAfter(900_000),
        ["drops the first connection in mid piece, with Last-Modified only"] = file => file.Changes(v => v.WithoutETag()).DropsAfter(1_500_000, connections: 1),
        ["drops the first connection, with a weak ETag and Last-Modified"] = file => file.Changes(v => v.WithWeakETag()).DropsAfter(1_500_000, connections: 1),
        ["drops the first connection and has no validators"] = file => file.Changes(v => v.WithoutValidators()).DropsAfter(1_500_000, connections: 1),
        ["keeps back the end of bodies once"] = file => file.DropsAfter(Length - 10, connections: 1),
        ["sends too much"] = file => file.SendsTooMuch(500),
        ["does not say how long a part is"] = file => file.OmitsLength(),
        ["omits the end of chunks of a part"] = file => file.SendsChunks().OmitsEndOfChunks(),
        ["sends garbage as chunk size now and then"] = file => file.SendsChunkGarbage(100_000),
        ["sends chunks without length, and has no ranges"] = file => file.HasNoRanges().SendsChunks(),
        ["sends chunks without length"] = file => file.SendsChunks(),
        ["says 503 twice, retry at once"] = file => file.Fails(503, 2, StatusFaults.Seconds(0)),
        ["says 429, then 500, then 502"] = file => file.FailsInTurn(429, 500, 502),
        ["sends interim answers"] = file => file.SendsInterims(100, 103),
        ["ends lines with LF alone"] = file => file.EndsLinesWithLf(),
        ["changes after the first request"] = file => file.ChangesAfter(1, v => v.Replaced(new TestContent(9, Length))).DropsAfter(1_200_000, connections: 1),
        ["changes to a shorter file"] = file => file.ChangesAfter(1, v => v.Replaced(new TestContent(9, 1_300_000))).DropsAfter(1_200_000, connections: 1),
        ["changes to a longer file"] = file => file.ChangesAfter(1, v => v.Replaced(new TestContent(9, 2 * Length))).DropsAfter(1_200_000, connections: 1),
        ["changes within the second, with ETags"] = file => file.ChangesAfter(1, v => v.ReplacedWithinTheSecond(new TestContent(9, Length))).DropsAfter(1_200_000, connections: 1),
    };

    static readonly Dictionary<string, (Action<OriginFile> Fault, HResult Code)> Refused = new()
    {
        ["says 404"] = (file => file.Fails(404), HResult.FromHttpStatus(404)),
        ["says 403"] = (file => file.Fails(403), HResult.FromHttpStatus(403)),
        ["says 410"] = (file => file.Fails(410), HResult.FromHttpStatus(410)),
        ["wants credentials"] = (file => file.RequiresBasic("a", "b"), HResult.FromHttpStatus(401)),
        ["says 500 for ever"] = (file => file.Fails(500), HResult.FromHttpStatus(500)),
        ["says 204"] = (file => file.Fails(204), DO_E_UNEXPECTED_HTTP_STATUS_2XX),
        ["says 416 to everything"] = (file => file.RefusesAll(), HResult.FromHttpStatus(416)),
        ["does not say how long the file is"] = (file => file.HasNoRanges().OmitsLength(), DO_E_FILE_SIZE_UNKNOWN_HTTP_200),
        ["claims a length of 2^63"] = (file => file.HasNoRanges().ClaimsLength("9223372036854775808"), DO_E_FILE_SIZE_UNKNOWN_HTTP_200),
        ["claims a negative length"] = (file => file.HasNoRanges().ClaimsLength("-5"), DO_E_FILE_SIZE_UNKNOWN_HTTP_200),
        ["claims two lengths"] = (file => file.HasNoRanges().ClaimsTwoLengths(99), BG_E_INVALID_SERVER_RESPONSE),
        ["compresses with gzip"] = (file => file.Compresses("gzip"), BG_E_INVALID_SERVER_RESPONSE),
        ["claims to compress with br"] = (file => file.ClaimsEncoding("br"), BG_E_INVALID_SERVER_RESPONSE),
        ["cuts the last chunk"] = (file => file.HasNoRanges().SendsChunks().CutsLastChunk(), WININET_E_CONNECTION_ABORTED),
        ["omits the end of chunks"] = (file => file.HasNoRanges().SendsChunks().OmitsEndOfChunks(), WININET_E_CONNECTION_ABORTED),
        ["sends garbage as the first chunk size"] = (file => file.SendsChunkGarbage(0), BG_E_INVALID_SERVER_RESPONSE),
        ["redirects nowhere"] = (file => file.RedirectsNowhere(), WININET_E_REDIRECT_FAILED),
        ["redirects to itself"] = (file => file.RedirectsTo("/file"), WININET_E_REDIRECT_FAILED),
        ["redirects to another scheme"] = (file => file.RedirectsTo("ftp://localhost/file"), WININET_E_REDIRECT_FAILED),
        ["sends 100 KB of headers"] = (file => file.SendsHugeHeaders(100_000), BG_E_INVALID_SERVER_RESPONSE),
        ["sends a header without colon"] = (file => file.SendsHeaderLine("this is no header"), BG_E_INVALID_SERVER_RESPONSE),
        ["speaks HTTP/0.9"] = (file => file.SpeaksHttp09(), BG_E_INVALID_SERVER_RESPONSE),
        ["changes with every request"] = (ChangesAlways, BG_E_REMOTE_FILE_CHANGED),
    };

    static void ChangesAlways(OriginFile file)
    {
        for (var i = 1; i < 40; i++)
        {
            var seed = 100 + i;
            file.ChangesAfter(i, v => v.Replaced(new TestContent(seed, Length)));
        }
        file.DropsAfter(1_100_000);
    }

    [Theory, MemberData(nameof(Survivable))]
    public async Task The_right_bytes_arrive_from_an_origin_that(string misbehaves)
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var file = origin.Serve("/file", new TestContent(1, Length));
        Beaten[misbehaves](file);

        var fetched = await rig.FetchAsync(origin.UrlOf("/file"));

        Assert.Null(file.Content.FirstDifference(rig.Target()));
        Assert.Equal(file.Content.Sha256(), fetched.Sha256);
        Assert.Equal(["target.bin"], rig.Leftovers());
    }

    [Theory, MemberData(nameof(Hopeless))]
    public async Task A_clear_error_and_no_file_come_from_an_origin_that(string misbehaves)
    {
        await using var origin = FaultyOrigin.Start();
        await using var rig = new EngineRig();
        var file = origin.Serve("/file", new TestContent(1, Length));
        var (fault, code) = Refused[misbehaves];
        fault(file);

        var error = await rig.FailAsync(origin.UrlOf("/file"));

        Assert.True(code == error.Code, $"Expected {code}, got {error.Code}: {error.Text}");
        Assert.Contains(origin.Root.Authority, error.Text, StringComparison.Ordinal);
    }
}
