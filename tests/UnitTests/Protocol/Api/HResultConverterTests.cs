using System.Text.Json;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Protocol.Api;

/// <summary>Result codes in JSON.</summary>
public sealed class HResultConverterTests
{
    static readonly JsonSerializerOptions _options = new() { Converters = { new HResultConverter() } };

    [Theory]
    [InlineData("\"0x80D02004\"", 0x80D02004)]
    [InlineData("\"0x80d02004\"", 0x80D02004)]
    [InlineData("\"0X1\"", 1)]
    [InlineData("\"S_OK\"", 0)]
    [InlineData("\"DO_E_JOB_EMPTY\"", 0x80D02004)]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("-2133843964", 0x80D02004)]
    [InlineData("2161123332", 0x80D02004)]
    [InlineData("4294967295", 0xFFFFFFFF)]
    public void A_code_is_read_as_digits_name_or_number(string json, uint value) =>
        Assert.Equal(new HResult(unchecked((int)value)), JsonSerializer.Deserialize<HResult>(json, _options));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"0x\"")]
    [InlineData("\"0x180D02004\"")]
    [InlineData("\"0xG\"")]
    [InlineData("\"80D02004\"")]
    [InlineData("\"s_ok\"")]
    [InlineData("\"DO_E_NO_SUCH_CODE\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("1.5")]
    [InlineData("4294967296")]
    [InlineData("-2147483649")]
    [InlineData("1e30")]
    public void Anything_else_is_no_code(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<HResult>(json, _options));

    [Fact]
    public void Every_code_is_written_as_eight_digits_and_comes_back() =>
        Assert.All(HResults.All, code =>
        {
            var json = JsonSerializer.Serialize(code.Value, _options);
            Assert.Matches("^\"0x[0-9A-F]{8}\"$", json);
            Assert.Equal(code.Value, JsonSerializer.Deserialize<HResult>(json, _options));
        });
}
