using System.Text;
using Haul.Agent.RestCompat;

namespace Haul.UnitTests.Agent.RestCompat;

/// <summary>Requests cut out of bytes, in whatever segments they come.</summary>
public sealed class RestParserTests
{
    const string Create = "POST download/create?Uri=http://h/x%20y?a%3D1%26b%3D%2520&DownloadFilePath=/tmp/o.bin HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: DO-SDK-CPP\r\n\r\n";
    const string Status = "GET /download/getstatus?Id=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    const string WithBody = "POST /download/pause?Id=2 hTTp/1.1\r\nContent-Length: 5\r\nX-Empty:\r\n\r\n\r\n{}a";

    static readonly string[] _requests =
    [
        "POST download/create?Uri=http://h/x%20y?a%3D1%26b%3D%2520&DownloadFilePath=/tmp/o.bin", "GET /download/getstatus?Id=1", "POST /download/pause?Id=2",
        "GET /download/getstatus?Id=1",
    ];

    [Fact]
    public void Requests_that_are_glued_together_come_out_one_by_one() => Assert.Equal(_requests, Parse(Create + Status + WithBody + Status, segmentBytes: int.MaxValue));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(64)]
    public void Requests_that_are_torn_to_pieces_come_out_whole(int segmentBytes) => Assert.Equal(_requests, Parse(Create + Status + WithBody + Status, segmentBytes));

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("nonsense\r\n")]
    [InlineData("GET /a HTTP/1.0\r\n\r\n")]
    [InlineData("GET /a HTTP/2\r\n\r\n")]
    [InlineData("GET /a;b HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a#b HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a[b] HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a b HTTP/1.1\r\n\r\n")]
    [InlineData("GET  /a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a \r\n\r\n")]
    [InlineData("G3T /a HTTP/1.1\r\n\r\n")]
    [InlineData(" /a HTTP/1.1\r\n\r\n")]
    [InlineData("GET /ä HTTP/1.1\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\n\n")]
    [InlineData("GET /a HTTP/1.1\r\nno colon\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\n: no name\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nA: b\nC: d\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nContent-Length: x\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("\0\u0001\u0002\r\n\r\n")]
    public void What_is_no_request_is_refused(string words)
    {
        Assert.Equal(["bad"], Parse(words, int.MaxValue));
        Assert.Equal(["bad"], Parse(words, 1));
    }

    [Fact]
    public void The_longest_request_fits_and_a_longer_one_is_refused()
    {
        const string Head = "GET /a HTTP/1.1\r\nX: ";
        var longest = Head + new string('x', 1000 - Head.Length - 4) + "\r\n\r\n";
        Assert.Equal(["GET /a", "GET /a"], Parse(longest + longest, int.MaxValue, bytesMax: 1000));
        Assert.Equal(["GET /a"], Parse(longest, 1, bytesMax: 1000));
        Assert.Equal(["bad"], Parse(longest.Replace("\r\n\r\n", "x\r\n\r\n", StringComparison.Ordinal), 1, bytesMax: 1000));
        Assert.Equal(["bad"], Parse("GET /a HTTP/1.1\r\nContent-Length: 970\r\n\r\n", int.MaxValue, bytesMax: 1000));
        Assert.Equal(["bad"], Parse(new string('a', 1000), int.MaxValue, bytesMax: 1000));
    }

    [Fact]
    public void A_length_counts_however_it_is_spelled() =>
        Assert.Equal(["POST /a", "GET /download/getstatus?Id=1"], Parse("POST /a HTTP/1.1\r\ncontent-length:3\r\n\r\nabc" + Status, int.MaxValue));

    static List<string> Parse(string words, int segmentBytes, int bytesMax = 16 << 10)
    {
        var parser = new RestParser(bytesMax);
        var bytes = Encoding.UTF8.GetBytes(words).AsMemory();
        var found = new List<string>();
        while (true)
        {
            var parsed = parser.TryTake(out var request);
            if (parsed == RestParsed.Bad)
                return [.. found, "bad"];
            if (parsed == RestParsed.Request)
            {
                found.Add($"{request.Method} {request.Target}");
                continue;
            }
            if (bytes.IsEmpty)
                return found;
            var room = parser.Room;
            var count = Math.Min(Math.Min(segmentBytes, bytes.Length), room.Length);
            Assert.True(count > 0);
            bytes[..count].CopyTo(room);
            parser.Add(count);
            bytes = bytes[count..];
        }
    }
}
