using System.Net;
using System.Net.Http.Headers;
using Haul.Engine.Sources;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>Only an answer that says what was asked comes through.</summary>
public sealed class HttpSourceTests : IDisposable
{
    const string Url = "http://origin.test/a";

    readonly SourceRig _rig = new(Url);
    readonly RemoteFile _file;

    public HttpSourceTests() => _file = _rig.Origin.Serve(Url, FakeOrigin.Content(1000));

    [Fact]
    public void The_whole_is_asked_for_without_a_range()
    {
        using var answer = _rig.Get();

        Assert.Null(_rig.Origin.Requests.Single().Range);
        Assert.Equal((0L, 1000L, 1000L, false), (answer.Position, answer.End, answer.TotalLength, answer.IsPartial));
        Assert.Equal(_file.Bytes, _rig.ReadAll(answer).Bytes);
    }

    [Theory]
    [InlineData(0L, 10L, "bytes=0-9")]
    [InlineData(990L, 1000L, "bytes=990-999")]
    [InlineData(500L, null, "bytes=500-")]
    public void A_range_is_asked_for_and_comes(long first, long? end, string header)
    {
        using var answer = _rig.Get(first, end);

        Assert.Contains($"Range: {header}", _rig.Origin.Requests.Single().Headers, StringComparison.Ordinal);
        Assert.Equal((first, end ?? 1000, 1000L, true), (answer.Position, answer.End, answer.TotalLength, answer.IsPartial));
        Assert.Equal(_file.Bytes[(int)first..(int)(end ?? 1000)], _rig.ReadAll(answer).Bytes);
    }

    [Fact]
    public void An_answer_names_its_version_and_headers()
    {
        using var answer = _rig.Get();

        Assert.Equal(new Validator("\"v1\"", null, 1000), answer.Validator);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer.Headers, StringComparison.Ordinal);
        Assert.Contains("ETag: \"v1\"\r\n", answer.Headers, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 1000\r\n", answer.Headers, StringComparison.Ordinal);
    }

    [Fact]
    public void Cookies_that_a_server_sets_are_not_shown()
    {
        Answer(HttpStatusCode.OK, response => response.Headers.Add("Set-Cookie", "session=secret"));
        using var answer = _rig.Get();

        Assert.DoesNotContain("secret", answer.Headers, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_held_already_is_named_by_tag_or_date()
    {
        _rig.Ask(10, null, new Validator("\"v1\"", null, 1000)).Answer!.Dispose();
        Assert.Contains("If-Range: \"v1\"", _rig.Origin.Requests[^1].Headers, StringComparison.Ordinal);

        _rig.Ask(10, null, new Validator(null, DateTimeOffset.UnixEpoch, 1000)).Answer!.Dispose();
        Assert.Contains("If-Range: Thu, 01 Jan 1970 00:00:00 GMT", _rig.Origin.Requests[^1].Headers, StringComparison.Ordinal);

        _rig.Ask(10, null, new Validator(null, null, 1000)).Answer!.Dispose();
        _rig.Ask(null, null, new Validator("\"v1\"", null, 1000)).Answer!.Dispose();
        Assert.All(_rig.Origin.Requests.TakeLast(2), request => Assert.DoesNotContain("If-Range", request.Headers, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"v0\"", 1000)]
    [InlineData("\"v1\"", 999)]
    public void Another_version_than_the_one_held_is_told(string tag, long length)
    {
        var known = new Validator(tag, null, length);

        Assert.Equal((SourceFault.Changed, BG_E_REMOTE_FILE_CHANGED), Fault(_rig.Fail(10, null, known)));
        Assert.Equal(SourceFault.Changed, _rig.Fail(known: known).Fault);
        Assert.Equal(0, _rig.Origin.OpenBodies);
    }

    [Fact]
    public void A_server_without_ranges_gives_the_whole_from_the_start()
    {
        _file.DoesRanges = false;
        using var answer = _rig.Get(10, 20, new Validator("\"v1\"", null, 1000));

        Assert.Equal((0L, 1000L, false), (answer.Position, answer.End, answer.IsPartial));
    }

    [Theory]
    [InlineData(null, 10L)]
    [InlineData("bytes 0-9/1000", 10L)]
    [InlineData("bytes 11-20/1000", 10L)]
    [InlineData("bytes 10-20/1000", 11L)]
    [InlineData("bytes 10-19/*", 10L)]
    [InlineData("bytes */1000", 10L)]
    [InlineData("bytes 10-19/15", 10L)]
    [InlineData("items 10-19/1000", 10L)]
    [InlineData("bytes 10-19/1000", 9L)]
    [InlineData("bytes 10-19/1000", 11L)]
    public void Part_that_is_not_the_part_asked_for_is_refused(string? range, long length)
    {
        Answer(HttpStatusCode.PartialContent, response =>
        {
            response.Content.Headers.ContentLength = length;
            if (range is not null)
                response.Content.Headers.TryAddWithoutValidation("Content-Range", range);
        });

        Assert.Equal((SourceFault.RangesRefused, DO_E_INSUFFICIENT_RANGE_SUPPORT), Fault(_rig.Fail(10, 20)));
    }

    [Fact]
    public void A_shorter_part_than_asked_for_is_taken_as_far_as_it_goes()
    {
        Part("bytes 10-14/1000", 5);
        using var answer = _rig.Get(10, 20);

        Assert.Equal(15, answer.End);
    }

    [Fact]
    public void A_part_that_nobody_asked_for_is_refused()
    {
        Part("bytes 0-9/1000", 10);

        Assert.Equal(SourceFault.RangesRefused, _rig.Fail().Fault);
    }

    [Fact]
    public void A_range_behind_the_end_is_refused_or_shows_that_the_file_shrank()
    {
        Assert.Equal(SourceFault.RangesRefused, _rig.Fail(1000).Fault);
        Assert.Equal(SourceFault.RangesRefused, _rig.Fail(1000, null, new Validator("\"v1\"", null, 1000)).Fault);
        Assert.Equal(SourceFault.Changed, _rig.Fail(1000, null, new Validator("\"v1\"", null, 2000)).Fault);
    }

    [Fact]
    public void A_416_without_a_range_is_final()
    {
        _file.Status = 416;

        Assert.Equal((SourceFault.Fatal, HResult.FromHttpStatus(416)), Fault(_rig.Fail()));
    }

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("identity, br", false)]
    [InlineData("identity", true)]
    [InlineData("Identity", true)]
    public void Encoded_bytes_are_refused(string encoding, bool isFine)
    {
        Answer(HttpStatusCode.OK, response => response.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding));
        var (answer, failure) = _rig.Ask();
        answer?.Dispose();

        Assert.Equal(isFine ? null : BG_E_INVALID_SERVER_RESPONSE, failure?.Failure.Code);
    }

    [Fact]
    public void An_answer_whose_end_nothing_would_tell_is_refused()
    {
        Answer(HttpStatusCode.OK, response => response.Content = new StreamContent(new EndlessStream()));

        Assert.Equal((SourceFault.Fatal, DO_E_FILE_SIZE_UNKNOWN_HTTP_200), Fault(_rig.Fail()));
    }

    [Fact]
    public void A_chunked_answer_ends_where_it_ends()
    {
        Answer(HttpStatusCode.OK, response =>
        {
            response.Content = new StreamContent(new EndlessStream(750));
            response.Headers.TransferEncodingChunked = true;
        });
        using var answer = _rig.Get();

        Assert.Equal((-1L, -1L), (answer.End, answer.TotalLength));
        var (bytes, failure) = _rig.ReadAll(answer);
        Assert.Null(failure);
        Assert.Equal(750, bytes.Length);
    }

    [Fact]
    public void An_answer_that_ends_early_is_a_broken_connection()
    {
        Answer(HttpStatusCode.OK, response => response.Content.Headers.ContentLength = 11);
        using var answer = _rig.Get();

        var (bytes, failure) = _rig.ReadAll(answer);

        Assert.Equal(10, bytes.Length);
        Assert.Equal((SourceFault.Transient, WININET_E_CONNECTION_ABORTED), Fault(failure!));
    }

    [Fact]
    public void Bytes_behind_the_announced_end_are_not_read()
    {
        Part("bytes 10-14/1000", 5, bodyLength: 20);
        using var answer = _rig.Get(10);

        Assert.Equal(5, _rig.ReadAll(answer).Bytes.Length);
    }

    [Fact]
    public void A_connection_that_breaks_in_mid_answer_keeps_what_came()
    {
        _file.BreaksAt = 700;
        using var answer = _rig.Get();

        var (bytes, failure) = _rig.ReadAll(answer);

        Assert.Equal(_file.Bytes[..700], bytes);
        Assert.Equal((SourceFault.Transient, 700L), (failure!.Fault, answer.Position));
    }

    [Fact]
    public void A_server_that_does_not_answer_is_given_a_minute()
    {
        using var rig = new SourceRig(Url, handler: new SilentOrigin());

        Assert.Equal((SourceFault.Transient, WININET_E_TIMEOUT), Fault(rig.AskFor(SourceLimits.AnswerTimeout).Failure!));
    }

    [Fact]
    public void A_connection_that_cannot_be_made_is_told_as_it_is()
    {
        _file.Throws = new HttpRequestException(HttpRequestError.NameResolutionError);

        Assert.Equal((SourceFault.Transient, WININET_E_NAME_NOT_RESOLVED), Fault(_rig.Fail()));
    }

    public void Dispose() => _rig.Dispose();

    static (SourceFault, HResult) Fault(SourceFailure failure) => (failure.Fault, failure.Failure.Code);

    void Part(string range, int length, int? bodyLength = null) => Answer(HttpStatusCode.PartialContent, response =>
    {
        response.Content = new StreamContent(new MemoryStream(new byte[bodyLength ?? length]));
        response.Content.Headers.ContentLength = length;
        response.Content.Headers.ContentRange = ContentRangeHeaderValue.Parse(range);
    });

    // Ten bytes, changed.
    void Answer(HttpStatusCode status, Action<HttpResponseMessage> change) => _file.Answers = _ =>
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(new byte[10]) };
        change(response);
        return response;
    };

    sealed class SilentOrigin : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            throw new InvalidOperationException("Nobody answers.");
        }
    }
}
