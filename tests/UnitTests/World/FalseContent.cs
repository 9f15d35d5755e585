using System.Buffers;
using System.IO.Pipelines;

namespace Haul.UnitTests.World;

/// <summary>Contents of the right length of which a byte is wrong, and the ways in which they come.</summary>
static class FalseContent
{
    /// <summary>The same bytes but one.</summary>
    public static byte[] Of(byte[] content, int at)
    {
        var bytes = content.ToArray();
        bytes[at] ^= 1;
        return bytes;
    }

    /// <summary>Serves a content, false in the first answers that hold the byte.</summary>
    public static RemoteFile Serve(FakeOrigin origin, string url, byte[] content, int at, int times)
    {
        var file = origin.Serve(url, content);
        file.Spoils = first => first <= at && times-- > 0 ? Of(content, at) : content;
        return file;
    }

    /// <summary>An answer that does not say how long it is.</summary>
    public static HttpResponseMessage InChunks(HttpRequestMessage request, byte[] bytes)
    {
        var response = new HttpResponseMessage { RequestMessage = request, Content = new StreamContent(PipeReader.Create(new ReadOnlySequence<byte>(bytes)).AsStream()) };
        response.Headers.TransferEncodingChunked = true;
        return response;
    }
}
