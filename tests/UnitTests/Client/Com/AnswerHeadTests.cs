using System.Text;
using Haul.Client.Com;

namespace Haul.UnitTests.Client.Com;

/// <summary>Of an answer's head, what matters is read, however it is written.</summary>
public sealed class AnswerHeadTests
{
    [Fact]
    public void Status_length_and_end_are_read()
    {
        var head = new AnswerHead("HTTP/1.1 201 Created\r\ncontent-LENGTH: 12\r\nConnection: close\r\n\r\n"u8);

        Assert.Equal((201, 12, false, true), (head.Status, head.Length, head.IsChunked, head.IsLast));
    }

    [Fact]
    public void Chunks_are_seen()
    {
        var head = new AnswerHead("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8);

        Assert.Equal((200, true, false), (head.Status, head.IsChunked, head.IsLast));
    }

    [Theory]
    [InlineData("SSH-2.0-x\r\n\r\n")]
    [InlineData("HTTP/1.1 abc\r\n\r\n")]
    [InlineData("")]
    public void What_is_not_HTTP_is_refused(string head) =>
        Assert.Throws<IOException>(() => new AnswerHead(Encoding.ASCII.GetBytes(head)).Status);
}
