using System.Text.Json;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Protocol.Api;

/// <summary>What callers may leave away.</summary>
public sealed class RequestsTests
{
    static readonly ProtocolJson _json = ProtocolJson.Default;

    [Fact]
    public void What_a_request_leaves_away_has_its_default()
    {
        var job = JsonSerializer.Deserialize("""{"displayName":"a"}""", _json.CreateJob)!;
        var file = JsonSerializer.Deserialize("""[{"remoteName":"http://a/b","localName":"/b"}]""", _json.IReadOnlyListAddFile)![0];
        var http = JsonSerializer.Deserialize("{}", _json.HttpOptions)!;

        Assert.Empty(job.Files);
        Assert.Empty(file.Ranges);
        Assert.Equal(ByteRange.UnknownSize, file.FileSize);
        Assert.Empty(http.Headers);
        Assert.Empty(http.AuthHeaders);
    }

    [Fact]
    public void A_file_comes_through_JSON_as_it_was()
    {
        var file = new AddFile { RemoteName = "http://a/b", LocalName = "/b", FileSize = 0, Overwrite = true, FileId = "x", Digest = "d", Http = new HttpOptions { ConnectionsMax = 2 } };
        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(file, _json.AddFile), _json.AddFile)!;

        Assert.Equal((file.RemoteName, file.LocalName, file.FileSize, file.Overwrite, file.FileId, file.Digest), (read.RemoteName, read.LocalName, read.FileSize, read.Overwrite, read.FileId, read.Digest));
        Assert.Equal(2, read.Http!.ConnectionsMax);
    }
}
