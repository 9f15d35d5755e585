using System.Text;
using Haul.Agent.RestCompat;
using Haul.Protocol.Contract;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Agent.RestCompat;

/// <summary>Answers, byte for byte.</summary>
public sealed class RestReplyTests
{
    [Fact]
    public void Success_is_a_line_of_json_with_its_length() => Assert.Equal(
        "HTTP/1.1 200 OK\r\nContent-Length: 46\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n{\"Id\":\"6f3ccfaf-6672-284d-bc0a-36f5006e1b88\"}\n",
        Text(RestReply.Of(("Id", "6f3ccfaf-6672-284d-bc0a-36f5006e1b88"))));

    [Fact]
    public void Nothing_to_say_is_three_bytes() =>
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n{}\n", Text(RestReply.Done));

    [Fact]
    public void Failure_is_a_signed_number_without_a_line_s_end() => Assert.Equal(
        "HTTP/1.1 400 BadRequest\r\nContent-Length: 28\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n{ \"ErrorCode\": -2133843949 }",
        Text(RestReply.Of(DO_E_INVALID_STATE)));

    [Fact]
    public void What_is_no_request_has_neither_length_nor_body() => Assert.Equal(
        "HTTP/1.1 400 BadRequest\r\nServer: Delivery-Optimization-Agent/1.1.0\r\n\r\n", Encoding.ASCII.GetString(RestReply.NoRequest));

    [Fact]
    public void A_status_follows_from_the_code()
    {
        Assert.StartsWith("HTTP/1.1 404 NotFound\r\n", Text(RestReply.Of(E_NOT_SET)), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 503 ServiceUnavailable\r\n", Text(RestReply.Of(E_OUTOFMEMORY)), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 500 InternalError\r\n", Text(RestReply.Of(ERROR_UNHANDLED_EXCEPTION)), StringComparison.Ordinal);
    }

    [Fact]
    public void Slashes_quotes_and_control_characters_are_escaped() => Assert.Equal(
        """{"DownloadFilePath":"\/tmp\/\"\\\b\f\n\r\t\u0001ü"}""" + "\n", RestReply.Of(("DownloadFilePath", "/tmp/\"\\\b\f\n\r\t\u0001ü")).Body);

    [Fact]
    public void The_length_is_that_of_the_bytes() =>
        Assert.Contains("Content-Length: 13\r\n", Text(RestReply.Of(("Uri", "ü"))), StringComparison.Ordinal);

    // What the engine says, and the number that clients know it by.
    [Theory]
    [InlineData(0x80070057, -2147024809)]
    [InlineData(0x80D02003, -2147023728)]
    [InlineData(0x80070490, -2147023728)]
    [InlineData(0x80070032, -2147024846)]
    [InlineData(0x80004001, -2147467263)]
    [InlineData(0x800C0002, -2146697214)]
    [InlineData(0x80D01001, -2133848063)]
    [InlineData(0x80D02002, -2133843966)]
    [InlineData(0x80D02011, -2133843951)]
    [InlineData(0x80D02012, -2133843950)]
    [InlineData(0x80D02013, -2133843949)]
    [InlineData(0x80D02018, -2133843944)]
    [InlineData(0x80D02200, -2133843456)]
    [InlineData(0x80D03805, -2133837819)]
    [InlineData(0x80072EE2, -2147012894)]
    [InlineData(0x80072EE7, -2147012889)]
    [InlineData(0x80072EFD, -2147012867)]
    [InlineData(0x80070050, -1060110319)]
    [InlineData(0x80070002, -1060110334)]
    [InlineData(0x80070003, -1060110334)]
    [InlineData(0x80070005, -1060110323)]
    [InlineData(0x80070070, -1060110308)]
    [InlineData(0, 0)]
    public void A_code_is_the_one_that_clients_know(uint code, int expected) => Assert.Equal(expected, RestCodes.Of(new HResult(unchecked((int)code))).Value);

    [Theory]
    [InlineData(0x80190194, 404, 410)]
    [InlineData(0x80190190, 400, 405, 409, 411, 412, 414, 415)]
    [InlineData(0x80190191, 401)]
    [InlineData(0x80190193, 403)]
    [InlineData(0x80190196, 406)]
    [InlineData(0x80190197, 407)]
    [InlineData(0x80190198, 408)]
    [InlineData(0x8019019D, 413)]
    [InlineData(0x801901F4, 500, 503, 300)]
    [InlineData(0x801901F5, 501, 505)]
    [InlineData(0x801901F6, 502, 504, 305)]
    [InlineData(0x80190003, 301, 302, 303)]
    [InlineData(0x80190001, 416, 429, 418)]
    public void Statuses_of_a_server_are_told_in_groups(uint code, params int[] statuses) =>
        Assert.All(statuses, status => Assert.Equal(unchecked((int)code), RestCodes.Of(HResult.FromHttpStatus(status)).Value));

    static string Text(RestReply reply) => Encoding.UTF8.GetString(reply.Bytes());
}
